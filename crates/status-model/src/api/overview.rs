//! `GET /api/workflow/overview` and `…/matching-status`: counts.

use serde::{Deserialize, Serialize};

use super::{SessionRow, UsualDurations};
use crate::{
    AgentName, AgentStatus, OverallStatus, Seconds, Session, Timestamp, TotalTokenUsage, truth,
};

/// Without any progress for so long, a session counts as stuck.
pub const STUCK_AFTER: Seconds = Seconds::from_secs(30 * 60);
/// The window of the counts of an overview.
pub const OVERVIEW_WINDOW: Seconds = Seconds::from_secs(60 * 60);
/// The most tiles in an overview.
pub const MAX_TILES: usize = 120;

/// What a wall display needs, in one answer. Its windows move on whole minutes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// The minute that its windows end at.
    pub as_of: Timestamp,
    /// The length of its windows.
    pub window: Seconds,
    /// The counts.
    pub tally: Tally,
    /// The running session that started first.
    pub oldest_running: Option<SessionRow>,
    /// What agents usually take.
    pub usual_durations: UsualDurations,
    /// Sessions, worst first: failed, stuck, running, completed.
    pub tiles: Vec<SessionRow>,
}

/// Sessions counted by state, and the tokens of those that ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// Not final, with progress within [`STUCK_AFTER`].
    pub running: u64,
    /// Not final, without.
    pub stuck: u64,
    /// Completed within the window.
    pub completed: u64,
    /// Failed within the window.
    pub failed: u64,
    /// Used by the sessions that ended within the window.
    pub tokens: TotalTokenUsage,
}

/// How matching is going, over the sessions of a window. `exceptions` may overlap the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchingCounts {
    /// Completed with a match.
    pub matched: u64,
    /// Completed without.
    pub unmatched: u64,
    /// Not final.
    pub pending: u64,
    /// With an agent in error.
    pub exceptions: u64,
}

/// Did the session complete with a match? `success` of the matching agent and, where it is
/// known, a classification that is a match.
#[must_use]
pub fn is_matched(session: &Session) -> bool {
    let matching = &session.agents[AgentName::TradeMatching];
    session.overall_status == OverallStatus::Completed
        && matching.run.status == AgentStatus::Success
        && matching
            .match_classification
            .as_ref()
            .is_none_or(crate::MatchClassification::is_match)
}

/// Has nothing been heard of a session that is not final for [`STUCK_AFTER`]?
#[must_use]
pub fn is_stuck(session: &Session, now: Timestamp) -> bool {
    !session.overall_status.is_final()
        && truth::last_progress(session)
            .and_then(|progress| now.since(progress))
            .is_some_and(|silence| silence >= STUCK_AFTER)
}

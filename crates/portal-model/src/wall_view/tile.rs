//! One session on the wall.

use status_model::{
    AgentName, OverallStatus, Seconds, SessionId, Timestamp,
    api::{Overview, SessionRow, Strip, UsualDuration, overview::STUCK_AFTER},
};

use crate::{
    format,
    mark::{Mark, State},
    words,
};

/// How a session stands, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It has failed.
    Failed,
    /// Nothing was heard of it for half an hour.
    Stuck,
    /// Its agent takes longer than 19 of 20 do.
    Slow,
    /// It is under way.
    Running,
    /// It says completed, and one of its agents failed.
    DoneWithFailure,
    /// It has completed.
    Done,
}

impl Kind {
    /// The shape and colour.
    #[must_use]
    pub const fn mark(self) -> Mark {
        match self {
            Self::Failed => Mark::Failed,
            Self::Stuck | Self::Slow | Self::DoneWithFailure => Mark::Warning,
            Self::Running => Mark::Running,
            Self::Done => Mark::Done,
        }
    }
}

/// A tile.
#[derive(Clone, Debug, PartialEq)]
pub struct TileView {
    /// Where it leads, and what it is known by.
    pub session_id: SessionId,
    /// How it stands.
    pub kind: Kind,
    /// The document or, where that is not known, the session.
    pub title: String,
    /// What went wrong or goes on.
    pub why: String,
    /// How it stands in a word, and since when or for how long: `Failed`, `4 min ago`.
    pub state: (&'static str, String),
    /// The four agents, in pipeline order; empty where the backend does not say.
    pub strip: Vec<(&'static str, State)>,
    /// The way through the pipeline, each agent as long as it usually takes.
    pub way: Vec<Segment>,
}

/// An agent's part of the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// How the agent stands.
    pub mark: Mark,
    /// How long its part is, in seconds: what it usually takes.
    pub length: u64,
    /// How much of it is behind, in percent.
    pub done: u64,
}

/// Fewer sessions than this say nothing about what is usual.
const ENOUGH_SESSIONS: usize = 5;
/// What an agent's part of the way is, as long as nobody knows what is usual.
const UNKNOWN_LENGTH: u64 = 30;

/// All sessions of an overview, the worst first; within a kind in the overview's order.
pub(super) fn all(overview: &Overview, now: Timestamp) -> Vec<TileView> {
    let rows = overview.tiles.iter();
    let mut tiles: Vec<TileView> = rows.map(|row| tile(row, overview, now)).collect();
    tiles.sort_by_key(|tile| tile.kind);
    tiles
}

fn tile(row: &SessionRow, overview: &Overview, now: Timestamp) -> TileView {
    let kind = kind(row, overview, now);
    let strip = row.agents.iter().flat_map(Strip::each);
    let strip = strip.map(|(name, status)| (words::agent(name), words::agent_state(status)));
    TileView {
        session_id: row.session_id.clone(),
        kind,
        title: row
            .document_id
            .clone()
            .unwrap_or_else(|| row.session_id.to_string()),
        why: why(row, kind, overview, now),
        state: (words::wall::kind(kind), time(row, kind, now)),
        strip: strip.collect(),
        way: way(row, overview, now),
    }
}

fn kind(row: &SessionRow, overview: &Overview, now: Timestamp) -> Kind {
    match row.status {
        OverallStatus::Failed => return Kind::Failed,
        OverallStatus::Completed if row.error.is_some() => return Kind::DoneWithFailure,
        OverallStatus::Completed => return Kind::Done,
        _ => {}
    }
    // By the overview's own minute, so that tiles and counts agree.
    let silence = row
        .last_progress
        .or(row.last_updated)
        .and_then(|progress| overview.as_of.since(progress));
    if silence.is_some_and(|silence| silence >= STUCK_AFTER) {
        Kind::Stuck
    } else if slow(row, overview, now).is_some() {
        Kind::Slow
    } else {
        Kind::Running
    }
}

/// The agent that takes longer than usual, for how long, and what is usual.
fn slow(
    row: &SessionRow,
    overview: &Overview,
    now: Timestamp,
) -> Option<(AgentName, Seconds, UsualDuration)> {
    let current = row.current.as_ref()?;
    let elapsed = now.since(current.started_at?)?;
    let usual = overview.usual_durations.of(current.agent)?;
    let is_slow = usual.count >= ENOUGH_SESSIONS && elapsed > usual.p95;
    is_slow.then_some((current.agent, elapsed, usual))
}

fn why(row: &SessionRow, kind: Kind, overview: &Overview, now: Timestamp) -> String {
    match kind {
        Kind::Failed | Kind::DoneWithFailure => failure(row),
        Kind::Stuck => match &row.current {
            Some(current) => format!("In {}", words::agent_within(current.agent)),
            None => words::wall::BETWEEN_AGENTS.to_owned(),
        },
        Kind::Slow => match slow(row, overview, now) {
            Some((agent, elapsed, usual)) => {
                let agent = words::agent(agent);
                let (elapsed, usual) = (length(elapsed), length(usual.median));
                format!("{agent}: {elapsed}, usually {usual}")
            }
            None => String::new(),
        },
        Kind::Running => doing(row),
        Kind::Done => since(ended(row), now).map(ago).unwrap_or_default(),
    }
}

fn failure(row: &SessionRow) -> String {
    let Some(error) = &row.error else {
        return words::wall::NO_REASON.to_owned();
    };
    let message = error.message.as_deref();
    let message = message.unwrap_or(words::wall::NO_REASON);
    let text = format!("{}: {message}", words::agent(error.agent));
    if error.attempts > 1 {
        format!("{text} ({} attempts)", error.attempts)
    } else {
        text
    }
}

fn doing(row: &SessionRow) -> String {
    let Some(current) = &row.current else {
        return words::wall::BETWEEN_AGENTS.to_owned();
    };
    let what = current.activity.clone().filter(|text| !text.is_empty());
    let what = what.unwrap_or_else(|| words::agent(current.agent).to_owned());
    if current.attempt > 1 {
        format!("{what} (attempt {})", current.attempt)
    } else {
        what
    }
}

fn time(row: &SessionRow, kind: Kind, now: Timestamp) -> String {
    let text = match kind {
        Kind::Failed => since(ended(row), now).map(ago),
        Kind::Stuck => since(row.last_progress.or(row.last_updated), now).map(minutes),
        Kind::Slow | Kind::Running => since(started(row), now).map(length),
        Kind::Done | Kind::DoneWithFailure => row
            .total_duration
            .map(|total| format!("in {}", length(total))),
    };
    text.unwrap_or_default()
}

fn since(time: Option<Timestamp>, now: Timestamp) -> Option<Seconds> {
    now.since(time?)
}

fn ended(row: &SessionRow) -> Option<Timestamp> {
    row.completed_at.or(row.last_updated)
}

/// The earliest time that is known of a session.
pub(super) fn started(row: &SessionRow) -> Option<Timestamp> {
    row.started_at.or(row.created_at)
}

fn way(row: &SessionRow, overview: &Overview, now: Timestamp) -> Vec<Segment> {
    let agents = row.agents.iter().flat_map(Strip::each);
    let segments = agents.filter_map(|(name, status)| {
        // It is the exception, and not on the usual way.
        if name == AgentName::ExceptionManagement && !status.has_run() {
            return None;
        }
        let usual = overview.usual_durations.of(name).map(|usual| usual.median);
        let length = usual.map_or(UNKNOWN_LENGTH, |usual| usual.millis().div_ceil(1000).max(1));
        let mark = Mark::from(status);
        let done = match mark {
            Mark::Waiting | Mark::Skipped => 0,
            Mark::Running => {
                let current = row.current.as_ref().filter(|current| current.agent == name);
                let elapsed = current.and_then(|current| now.since(current.started_at?));
                let elapsed = elapsed.unwrap_or_default().millis() / 1000;
                (elapsed.saturating_mul(100) / length).clamp(5, 100)
            }
            _ => 100,
        };
        Some(Segment { mark, length, done })
    });
    segments.collect()
}

/// As in `1:42`, `1:02:33` or `2 d 3 h`.
pub(super) fn length(length: Seconds) -> String {
    let seconds = length.millis() / 1000;
    if seconds < 86_400 {
        format::axis(Seconds::from_secs(seconds))
    } else {
        format::ticking(length)
    }
}

/// As in `34 min` or `2 h 05 m`.
fn minutes(length: Seconds) -> String {
    let minutes = length.millis() / 60_000;
    if minutes < 60 {
        format!("{minutes} min")
    } else {
        format::ticking(length)
    }
}

fn ago(length: Seconds) -> String {
    if length.millis() < 60_000 {
        "just now".to_owned()
    } else {
        format!("{} ago", minutes(length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_are_enough_for_what_is_over() {
        for (seconds, text) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 min ago"),
            (3_599, "59 min ago"),
            (3_600, "1 h 00 m ago"),
        ] {
            assert_eq!(ago(Seconds::from_secs(seconds)), text);
        }
    }

    #[test]
    fn a_length_is_as_short_as_can_be() {
        for (seconds, text) in [(5, "0:05"), (3_753, "1:02:33"), (100_000, "1 d 3 h")] {
            assert_eq!(length(Seconds::from_millis(seconds * 1000 + 999)), text);
        }
    }
}

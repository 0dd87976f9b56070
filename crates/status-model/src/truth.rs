//! What follows from a session's data: what is missing and can be derived, what must not be
//! believed, sums, and warnings.

use serde::{Deserialize, Serialize};

use crate::{
    Agent, AgentStatus, OverallStatus, Run, Seconds, Session, Timestamp, TokenUsage,
    TotalTokenUsage,
};

/// Something about a session that its reader has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Warning {
    /// The session says completed and one of its agents failed.
    AgentFailedInCompletedSession,
    /// The session is final and one of its agents never reported its end.
    AgentUnfinishedInFinalSession,
    /// Some attributes were there and could not be read.
    PartlyUnreadable,
}

impl Warning {
    /// The word on the wire, as in `partlyUnreadable`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AgentFailedInCompletedSession => "agentFailedInCompletedSession",
            Self::AgentUnfinishedInFinalSession => "agentUnfinishedInFinalSession",
            Self::PartlyUnreadable => "partlyUnreadable",
        }
    }
}

/// Brings a session to the form in which it is kept: derives what can be derived and forgets
/// what is known to be untrue. Settling twice changes nothing.
pub fn settle(session: &mut Session) {
    let is_final = session.overall_status.is_final();
    for agent in session.agents.iter_mut() {
        for attempt in &mut agent.attempts {
            settle_run(attempt);
        }
        if is_final && agent.run.status == AgentStatus::Pending {
            agent.run.status = AgentStatus::Skipped;
        }
        if agent.run.started_at.is_none() {
            agent.run.started_at = agent.attempts.iter().filter_map(|a| a.started_at).min();
        }
        settle_run(&mut agent.run);
        if let Some(usage) = sum(agent.attempts.iter().filter_map(|a| a.token_usage)) {
            agent.run.token_usage = Some(usage);
        }
    }
    session.total_duration = match (is_final, start(session), end(session)) {
        (false, ..) => None,
        (true, Some(start), Some(end)) => end.since(start),
        // Zero is what old writers put where they had nothing.
        (true, ..) => session.total_duration.filter(|total| total.millis() > 0),
    };
}

fn settle_run(run: &mut Run) {
    let has_ended = run.status.has_ended();
    if !has_ended && run.token_usage.is_some_and(TokenUsage::is_zero) {
        run.token_usage = None;
    }
    if !has_ended {
        return;
    }
    match (run.started_at, run.completed_at, run.duration) {
        (Some(start), Some(end), None) => run.duration = end.since(start),
        (None, Some(end), Some(duration)) => run.started_at = Some(end.before(duration)),
        (Some(start), None, Some(duration)) => run.completed_at = Some(start + duration),
        _ => {}
    }
}

/// The earliest time that is known of a session.
#[must_use]
pub fn start(session: &Session) -> Option<Timestamp> {
    let agents = session
        .agents
        .iter()
        .filter_map(|(_, agent)| agent.run.started_at);
    session.created_at.into_iter().chain(agents).min()
}

/// When a final session ended: the last agent's end or, where none is known, the last change.
#[must_use]
pub fn end(session: &Session) -> Option<Timestamp> {
    session
        .overall_status
        .is_final()
        .then(|| {
            session
                .agents
                .iter()
                .filter_map(|(_, agent)| agent.run.completed_at)
                .max()
                .or(session.last_updated)
        })
        .flatten()
}

/// When anything was last heard of a session.
#[must_use]
pub fn last_progress(session: &Session) -> Option<Timestamp> {
    let agents = session.agents.iter().flat_map(|(_, agent)| {
        let run = &agent.run;
        [run.started_at, run.completed_at].into_iter().flatten()
    });
    session
        .last_updated
        .into_iter()
        .chain(session.created_at)
        .chain(agents)
        .max()
}

/// What all agents used together, and whether somebody who did work has not reported.
#[must_use]
pub fn total_token_usage(session: &Session) -> TotalTokenUsage {
    let reported = session
        .agents
        .iter()
        .filter_map(|(_, agent)| agent.run.token_usage);
    TotalTokenUsage {
        known: sum(reported).unwrap_or_default(),
        partial: session
            .agents
            .iter()
            .any(|(_, agent)| is_usage_partial(agent)),
    }
}

/// Did the agent, or one of its ended tries, do work without saying what it used?
#[must_use]
pub fn is_usage_partial(agent: &Agent) -> bool {
    let unreported = |run: &Run| run.status.has_run() && run.token_usage.is_none();
    unreported(&agent.run)
        || (agent.attempts.iter().any(|a| a.token_usage.is_some())
            && agent.attempts.iter().any(unreported))
}

/// What is spent on tries that failed.
#[must_use]
pub fn failed_token_usage(agent: &Agent) -> Option<TokenUsage> {
    let failed = |run: &&Run| run.status == AgentStatus::Error;
    if agent.attempts.is_empty() {
        Some(&agent.run)
            .filter(failed)
            .and_then(|run| run.token_usage)
    } else {
        sum(agent
            .attempts
            .iter()
            .filter(failed)
            .filter_map(|run| run.token_usage))
    }
}

/// What a reader of this session has to know.
#[must_use]
pub fn warnings(session: &Session) -> Vec<Warning> {
    let mut warnings = Vec::new();
    if session.overall_status == OverallStatus::Completed && session.agents.first_failed().is_some()
    {
        warnings.push(Warning::AgentFailedInCompletedSession);
    }
    let unfinished = |agent: &Agent| agent.run.status.is_running();
    if session.overall_status.is_final()
        && session.agents.iter().any(|(_, agent)| unfinished(agent))
    {
        warnings.push(Warning::AgentUnfinishedInFinalSession);
    }
    if !session.unreadable.is_empty() {
        warnings.push(Warning::PartlyUnreadable);
    }
    warnings
}

/// How long an agent has worked: its duration or, while it runs, the time since its start.
#[must_use]
pub fn elapsed(run: &Run, now: Timestamp) -> Option<Seconds> {
    if run.status.is_running() {
        now.since(run.started_at?)
    } else {
        run.duration
    }
}

fn sum(usages: impl Iterator<Item = TokenUsage>) -> Option<TokenUsage> {
    usages.reduce(|a, b| a + b)
}

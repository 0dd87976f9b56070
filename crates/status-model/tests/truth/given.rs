//! What the tests start from.

use status_model::{
    AgentName, AgentStatus, Seconds, Session, SessionId, Timestamp, TokenUsage,
    change::{self, AgentUpdate, Change, Effect, FinalStatus, Refusal, StartSession},
};

pub fn id() -> SessionId {
    "session-1".parse().unwrap()
}

/// So many milliseconds after noon.
pub fn at(millis: u64) -> Timestamp {
    let noon: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
    noon + Seconds::from_millis(millis)
}

pub fn seconds(seconds: u64) -> Timestamp {
    at(seconds * 1_000)
}

pub fn start() -> Change {
    Change::Start(StartSession::default())
}

pub fn report(agent: AgentName, status: AgentStatus) -> Change {
    report_as(agent, AgentUpdate::new(status))
}

pub fn report_as(agent: AgentName, update: AgentUpdate) -> Change {
    Change::Report(agent, Box::new(update))
}

pub fn used(status: AgentStatus, input: u64, output: u64) -> AgentUpdate {
    AgentUpdate {
        token_usage: Some(TokenUsage { input, output }),
        ..AgentUpdate::new(status)
    }
}

pub const COMPLETED: Change = Change::Finalize(FinalStatus::Completed);
pub const FAILED: Change = Change::Finalize(FinalStatus::Failed);

/// A session after these changes, one a second from noon on.
pub fn after(changes: impl IntoIterator<Item = Change>) -> Session {
    let mut session = None;
    for (change, second) in changes.into_iter().zip(0..) {
        let (next, _) = change::apply(session.as_ref(), &id(), &change, seconds(second)).unwrap();
        session = Some(next);
    }
    session.unwrap()
}

/// One more change, an hour later.
pub fn later(session: &Session, change: &Change) -> Result<(Session, Effect), Refusal> {
    change::apply(Some(session), &id(), change, seconds(3_600))
}

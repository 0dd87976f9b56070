//! What most tests start from.

use status_model::{
    AgentName, AgentStatus, OverallStatus, Run, Session, SessionId, Timestamp, TokenUsage,
    change::{AgentUpdate, Change, Effect, FinalStatus, StartSession},
    truth,
};
use status_store::{StatusStore, UpdateError, update};

use crate::backend::{self, Place, Store};

/// The time of a test.
pub const NOW: &str = "2026-11-22T12:00:30.000Z";

pub fn now() -> Timestamp {
    at(NOW)
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn id(text: &str) -> SessionId {
    text.parse().unwrap()
}

/// An empty store, and the place that goes with it.
pub async fn store() -> (Store, Place) {
    let place = Place::new().await;
    (backend::open(&place.name()).await, place)
}

/// A session that started at that time.
pub fn session(name: &str, created_at: &str) -> Session {
    let mut session = Session::new(id(name));
    session.created_at = Some(at(created_at));
    session.last_updated = session.created_at;
    session
}

/// A session of which one agent has run, from its start until that time.
pub fn ended(name: &str, status: OverallStatus, completed_at: &str) -> Session {
    let mut session = session(name, "2026-11-22T10:00:00Z");
    let is_failed = status == OverallStatus::Failed;
    session.overall_status = status;
    session.agents[AgentName::PdfAdapter].run = Run {
        status: if is_failed {
            AgentStatus::Error
        } else {
            AgentStatus::Success
        },
        completed_at: Some(at(completed_at)),
        token_usage: Some(TokenUsage {
            input: 10,
            output: 1,
        }),
        ..Run::default()
    };
    session.last_updated = Some(at(completed_at));
    truth::settle(&mut session);
    session
}

/// Puts a session where none is.
pub async fn put(store: &dyn StatusStore, session: &Session) {
    store.commit(None, session).await.unwrap();
}

/// What stands under the id.
pub async fn get(store: &dyn StatusStore, name: &str) -> Session {
    store.get(&id(name)).await.unwrap().unwrap()
}

/// A report with nothing but a state.
pub fn report(agent: AgentName, status: AgentStatus) -> Change {
    report_as(agent, AgentUpdate::new(status))
}

pub fn report_as(agent: AgentName, update: AgentUpdate) -> Change {
    Change::Report(agent, Box::new(update))
}

pub fn start() -> Change {
    Change::Start(StartSession::default())
}

pub const COMPLETED: Change = Change::Finalize(FinalStatus::Completed);

/// One change through [`update`].
pub async fn change(
    store: &dyn StatusStore,
    name: &str,
    change: &Change,
    time: &str,
) -> Result<Effect, UpdateError> {
    let (_, effect) = update(store, &id(name), change, at(time)).await?;
    Ok(effect)
}

/// The ids of a page's rows.
pub fn ids(rows: &[status_model::api::SessionRow]) -> Vec<&str> {
    rows.iter().map(|row| row.session_id.as_str()).collect()
}

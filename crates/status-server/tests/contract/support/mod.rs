//! What the tests share: a store that counts and fails on request, and a server to talk to.

pub mod program;
mod schema;
mod server;
mod store;

pub use program::Place;
pub use schema::Description;
pub use server::{Server, json, portal, problem};
pub use store::{Failure, TestStore};

use std::sync::atomic::{AtomicI64, Ordering};

use status_model::{
    AgentStatus, Session, Timestamp,
    change::{self, AgentUpdate, Change, FinalStatus, StartSession},
};

/// A clock for all tests: later each time it is asked, and within one minute however often, so
/// that no minute ends in the middle of a test.
pub fn now() -> Timestamp {
    static ASKED: AtomicI64 = AtomicI64::new(0);
    let start = Timestamp::from_unix_millis(1_795_336_260_000);
    Timestamp::from_unix_millis(
        start.unix_millis() + ASKED.fetch_add(1, Ordering::Relaxed) % 60_000,
    )
}

/// A session that has just been started.
pub fn started(id: &str) -> Session {
    let id = id.parse().unwrap();
    let start = Change::Start(StartSession {
        correlation_id: Some("corr_1".to_owned()),
        document_id: Some("FAB_1".to_owned()),
        source_type: Some(status_model::SourceType::Bank),
    });
    change::apply(None, &id, &start, now()).unwrap().0
}

/// The same session, one step further.
pub fn changed(session: &Session, change: &Change) -> Session {
    let (after, _) = change::apply(Some(session), &session.session_id, change, now()).unwrap();
    after
}

/// A report that says what the PDF adapter is doing.
pub fn activity(text: &str) -> Change {
    let mut update = AgentUpdate::new(AgentStatus::InProgress);
    update.activity = Some(text.to_owned());
    Change::Report(status_model::AgentName::PdfAdapter, Box::new(update))
}

/// The end of a session.
pub const fn completed() -> Change {
    Change::Finalize(FinalStatus::Completed)
}

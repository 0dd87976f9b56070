//! What can't be read, told to the log once.

use std::{
    collections::HashSet,
    fmt::Display,
    sync::{Mutex, PoisonError},
};

use status_model::Session;

/// The sessions whose damage the log has been told of.
#[derive(Debug, Default)]
pub(crate) struct Damage {
    told: Mutex<HashSet<String>>,
}

impl Damage {
    /// With so many of them, one more line helps nobody.
    const MAX_TOLD: usize = 1_000;

    /// The whole item can't be read, and the session is left out.
    pub(crate) fn broken(&self, id: &str, why: &dyn Display) {
        if self.is_news(id) {
            tracing::warn!(session_id = id, %why, "a session can't be read and is left out");
        }
    }

    /// Some attributes can't be read, and are unknown.
    pub(crate) fn partial(&self, session: &Session) {
        let id = session.session_id.as_str();
        if !session.unreadable.is_empty() && self.is_news(id) {
            tracing::warn!(
                session_id = id,
                attributes = ?session.unreadable,
                "some attributes of a session can't be read and count as unknown"
            );
        }
    }

    fn is_news(&self, id: &str) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.len() < Self::MAX_TOLD && told.insert(id.to_owned())
    }
}

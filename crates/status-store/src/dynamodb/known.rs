//! Sessions that have been read, for as long as nobody has changed them.
//!
//! A wall display looks at some hundred sessions twice a second, of which hardly any has changed.
//! An index tells the time of everybody's last change for a fraction of what the items cost, and
//! every known writer writes it with whatever else it writes.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use status_model::{Session, SessionId};
use tokio::time::Instant;

/// The last change of sessions, as the index has it.
pub(super) type Changes = HashMap<SessionId, String>;

/// So many are kept: some ten megabytes.
const MAX_KEPT: usize = 4_096;

/// After so long a session is read again, in case that a writer has changed it without saying so.
const MAX_AGE: Duration = Duration::from_mins(1);

#[derive(Debug)]
struct Known {
    session: Session,
    last_updated: String,
    read: Instant,
}

/// What has been read.
#[derive(Debug, Default)]
pub(super) struct KnownSessions(Mutex<HashMap<SessionId, Known>>);

impl KnownSessions {
    /// The session as it was read, if that is how it still is.
    pub(super) fn get(&self, id: &SessionId, changes: &Changes) -> Option<Session> {
        let known = self.lock();
        let known = known.get(id)?;
        let is_current =
            changes.get(id) == Some(&known.last_updated) && known.read.elapsed() < MAX_AGE;
        is_current.then(|| known.session.clone())
    }

    /// Keeps what was read just now.
    pub(super) fn keep(&self, session: &Session, last_updated: &str) {
        let mut known = self.lock();
        if known.len() >= MAX_KEPT {
            known.clear();
        }
        let new = Known {
            session: session.clone(),
            last_updated: last_updated.to_owned(),
            read: Instant::now(),
        };
        known.insert(session.session_id.clone(), new);
    }

    /// Forgets what is being written.
    pub(super) fn forget(&self, id: &SessionId) {
        self.lock().remove(id);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> SessionId {
        text.parse().unwrap()
    }

    fn changed(last_updated: &str) -> Changes {
        Changes::from([(id("s"), last_updated.to_owned())])
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_is_known_until_it_is_changed_written_or_a_minute_old() {
        let known = KnownSessions::default();
        let session = Session::new(id("s"));
        known.keep(&session, "early");
        assert_eq!(
            known.get(&id("s"), &changed("early")),
            Some(session.clone())
        );
        assert_eq!(known.get(&id("s"), &changed("late")), None);
        assert_eq!(known.get(&id("s"), &Changes::new()), None);
        tokio::time::advance(MAX_AGE).await;
        assert_eq!(known.get(&id("s"), &changed("early")), None);

        known.keep(&session, "early");
        known.forget(&id("s"));
        assert_eq!(known.get(&id("s"), &changed("early")), None);
    }

    #[test]
    fn no_more_are_kept_than_there_is_room_for() {
        let known = KnownSessions::default();
        for n in 0..=MAX_KEPT {
            known.keep(&Session::new(id(&n.to_string())), "early");
        }
        assert!(known.lock().len() <= MAX_KEPT);
        let last = id(&MAX_KEPT.to_string());
        let changes = Changes::from([(last.clone(), "early".to_owned())]);
        assert!(known.get(&last, &changes).is_some());
    }
}

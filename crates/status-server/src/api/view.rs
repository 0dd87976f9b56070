//! A session as its caller may see it.

use access::{Purpose, SigningKey};
use http::HeaderMap;
use status_model::{Session, read, redact};
use status_store::StoreError;

use super::{ApiError, App, Denied, admit::Caller};
use crate::watch::{EntityTag, IfNoneMatch, Snapshot};

/// How a session is shown.
#[derive(Clone, Copy)]
pub(super) enum View<'a> {
    /// As it is.
    Whole,
    /// Without error texts and names of documents.
    Redacted(&'a SigningKey),
}

impl<'a> View<'a> {
    /// As this caller may see it.
    pub(super) fn of(app: &'a App, caller: &Caller) -> Result<Self, ApiError> {
        if !caller.known.identity.is_redacted() {
            return Ok(Self::Whole);
        }
        let register = app.gate.register().ok_or(Denied::Unavailable)?;
        Ok(Self::Redacted(register.key()))
    }

    /// Has the client what is shown of this already?
    pub(super) fn is_known(self, headers: &HeaderMap, tag: &EntityTag) -> bool {
        let known = IfNoneMatch::new(headers);
        match self {
            Self::Whole => known.knows(tag),
            Self::Redacted(key) => known.knows(&redacted_tag(key, tag)),
        }
    }

    /// The tag that stands for what is shown.
    pub(super) fn tag(self, tag: EntityTag) -> EntityTag {
        match self {
            Self::Whole => tag,
            Self::Redacted(key) => redacted_tag(key, &tag),
        }
    }

    /// What is shown.
    pub(super) fn snapshot(self, snapshot: Snapshot) -> Result<Snapshot, StoreError> {
        let Self::Redacted(key) = self else {
            return Ok(snapshot);
        };
        let unreadable =
            |error: &dyn std::fmt::Display| StoreError::Refused(format!("not to be read: {error}"));
        let body = serde_json::from_slice(&snapshot.body).map_err(|error| unreadable(&error))?;
        let session = read::session(&body).map_err(|error| unreadable(&error))?;
        Ok(Snapshot {
            etag: redacted_tag(key, &snapshot.etag),
            ..Snapshot::of(&redact::redacted(&session))?
        })
    }

    /// What is shown of a session.
    pub(super) fn session(self, session: Session) -> Session {
        match self {
            Self::Whole => session,
            Self::Redacted(_) => redact::redacted(&session),
        }
    }
}

/// Changes with the original's, so that the store is read once for all. It is no hash that somebody
/// who guesses at what was removed could compare.
fn redacted_tag(key: &SigningKey, tag: &EntityTag) -> EntityTag {
    EntityTag::of(&key.sign(Purpose::EntityTag, tag.header().as_bytes()), None)
}

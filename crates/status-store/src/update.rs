//! One change of one session: read, decide, write, and again while others come between.

use status_model::{
    Session, SessionId, Timestamp,
    change::{self, Change, Effect, Refusal},
};

use crate::{CommitError, StatusStore, StoreError};

/// Why a change did not happen.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// It contradicts what stands.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The store can't answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// So many writers may come between before the store counts as overloaded.
const MAX_CONFLICTS: usize = 100;

/// Applies a change to what the store holds and answers the session as it stands then.
///
/// # Errors
/// Where the change is refused or the store can't answer.
pub async fn update(
    store: &dyn StatusStore,
    id: &SessionId,
    change: &Change,
    now: Timestamp,
) -> Result<(Session, Effect), UpdateError> {
    update_if(store, id, change, now, |_| true).await
}

/// As [`update`], where the session that it changes, or that there is none, is as expected. What
/// stands as the change says it is fine in any case: then it has been made already.
///
/// # Errors
/// As [`update`]; [`Refusal::NotAsSeen`] where the session is not as expected.
pub async fn update_if(
    store: &dyn StatusStore,
    id: &SessionId,
    change: &Change,
    now: Timestamp,
    is_as_expected: impl Fn(Option<&Session>) -> bool + Send + Sync,
) -> Result<(Session, Effect), UpdateError> {
    for _ in 0..MAX_CONFLICTS {
        let before = store.get(id).await?;
        let (after, effect) = change::apply(before.as_ref(), id, change, now)?;
        if effect == Effect::Unchanged {
            return Ok((after, effect));
        }
        let alive = before.as_ref().filter(|session| !session.is_expired(now));
        if !is_as_expected(alive) {
            return Err(Refusal::NotAsSeen.into());
        }
        match store.commit(before.as_ref(), &after).await {
            Ok(()) => return Ok((after, effect)),
            Err(CommitError::Conflict) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(StoreError::Unavailable(format!("{MAX_CONFLICTS} write conflicts in a row")).into())
}

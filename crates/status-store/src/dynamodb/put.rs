//! Sessions of another table, as they are, where nothing newer stands.

use std::collections::BTreeMap;

use futures_util::{StreamExt, TryStreamExt, stream};
use status_model::{Session, truth};

use super::{table::Table, write::Written};
use crate::{PutCounts, StoreError};

/// So many sessions are put at a time.
const CONCURRENCY: usize = 16;
/// So many writers may come between before the table counts as overloaded.
const MAX_CONFLICTS: usize = 100;

impl Table {
    /// Puts them all. Those of one id come one behind the other, in their order.
    pub(super) async fn put_all(&self, sessions: Vec<Session>) -> Result<PutCounts, StoreError> {
        let mut by_id: BTreeMap<_, Vec<Session>> = BTreeMap::new();
        for session in sessions {
            let same = by_id.entry(session.session_id.clone()).or_default();
            same.push(session);
        }
        let put = by_id.into_values().map(|same| self.put_in_turn(same));
        let counts: Vec<_> = stream::iter(put)
            .buffer_unordered(CONCURRENCY)
            .try_collect()
            .await?;
        Ok(PutCounts {
            written: counts.iter().map(|count| count.written).sum(),
            left: counts.iter().map(|count| count.left).sum(),
        })
    }

    async fn put_in_turn(&self, sessions: Vec<Session>) -> Result<PutCounts, StoreError> {
        let mut counts = PutCounts::default();
        for session in sessions {
            if self.put_unless_newer(&session).await? {
                counts.written += 1;
            } else {
                counts.left += 1;
            }
        }
        Ok(counts)
    }

    async fn put_unless_newer(&self, session: &Session) -> Result<bool, StoreError> {
        let mut written = self.create(session).await?;
        for _ in 0..MAX_CONFLICTS {
            written = match written {
                Written::Done => return Ok(true),
                Written::NoSuchPath | Written::Stands(None) => self.create(session).await?,
                Written::Stands(Some(item)) => match self.session(&item) {
                    Ok(stands) if !supersedes(session, &stands) => return Ok(false),
                    // What can't be read is worth less than what can.
                    _ => self.put_over(&item, session).await?,
                },
            };
        }
        Err(StoreError::Unavailable(format!(
            "{MAX_CONFLICTS} write conflicts in a row"
        )))
    }
}

/// Is it newer than what stands? By its version, which none counts as older than any; where
/// neither has one, by the time of its last progress, where it wins a tie.
fn supersedes(comes: &Session, stands: &Session) -> bool {
    if comes.version.is_none() && stands.version.is_none() {
        truth::last_progress(comes) >= truth::last_progress(stands)
    } else {
        comes.version > stands.version
    }
}

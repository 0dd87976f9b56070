//! What can be looked at.

use std::time::Duration;

use http::HeaderValue;
use status_model::{SessionId, SourceType, Timestamp};
use status_store::{ListQuery, Since, StatusStore, StoreError};

use super::{Content, Snapshot, link};

/// Something that viewers look at.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Watched {
    /// One session.
    Session(SessionId),
    /// A page of sessions.
    Recent(ListQuery),
    /// The wall display's numbers, of the documents of one side or of all.
    Overview(Option<SourceType>),
    /// The matching counts since then.
    MatchingCounts(Timestamp),
    /// What agents usually take.
    UsualDurations,
}

impl Watched {
    /// How old an answer may be before the store is asked again.
    #[must_use]
    pub const fn fresh_for(&self) -> Duration {
        match self {
            Self::Session(_) | Self::Recent(_) | Self::Overview(_) => Duration::from_millis(500),
            Self::MatchingCounts(_) => Duration::from_secs(2),
            // Its readers keep it for a minute in any case.
            Self::UsualDurations => Duration::from_secs(5),
        }
    }

    /// Asks the store, which may have been asked before.
    pub(super) async fn read(
        &self,
        store: &dyn StatusStore,
        now: Timestamp,
        latest: Option<Content>,
    ) -> Result<Content, StoreError> {
        let snapshot = match self {
            Self::Session(id) => return session(id, store, now, latest).await,
            Self::Recent(query) => {
                let page = store.list(query, now).await?;
                let next = page.next.map(|cursor| link::next_page(query, &cursor));
                let link = next.and_then(|link| HeaderValue::try_from(link).ok());
                Snapshot::new(&page.rows, link)
            }
            Self::Overview(source) => {
                Snapshot::new(&store.overview(source.as_ref(), now).await?, None)
            }
            Self::MatchingCounts(since) => {
                Snapshot::new(&store.matching_counts(*since, now).await?, None)
            }
            Self::UsualDurations => Snapshot::new(&store.usual_durations(now).await?, None),
        };
        snapshot.map(Content::Found)
    }
}

async fn session(
    id: &SessionId,
    store: &dyn StatusStore,
    now: Timestamp,
    latest: Option<Content>,
) -> Result<Content, StoreError> {
    let seen = latest.and_then(|content| Some((content.revision()?, content)));
    let stands = match seen {
        None => store.get(id).await?,
        Some((revision, content)) => match store.get_since(id, revision).await? {
            Since::Unchanged => {
                let is_expired = revision.is_expired(now);
                return Ok(if is_expired {
                    Content::Missing
                } else {
                    content
                });
            }
            Since::Changed(stands) => stands,
        },
    };
    match stands.filter(|session| !session.is_expired(now)) {
        Some(session) => Snapshot::of(&session).map(Content::Found),
        None => Ok(Content::Missing),
    }
}

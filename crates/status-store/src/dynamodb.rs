//! The store on `DynamoDB`.
//!
//! The table is what every orchestrator in use writes to. It is read by its key and by its
//! indexes, never by a scan; a write changes the attributes that differ, where the item is still
//! the one that its writer has seen. What has expired is removed by the service itself.
//!
//! # What a listing does not have
//!
//! The indexes are divided by the overall status and sorted by attributes that every known writer
//! writes. A session is found by its id alone where its overall status is a word that no known
//! writer has (unless a listing asks for that word), or where a writer other than this store wrote
//! no `createdAt` to it; by its id and by search, the latter. A time with another offset than
//! UTC's is listed where its text stands.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`schema`] | the table: its key, its expiry attribute, its indexes |
//! | [`definition`] | the table as the calls that create it take it |
//! | [`connection`] | which table where, and the client for it |
//! | `value`, `item` | a value and a session to attributes and back |
//! | `place` | where a session stands in a listing, told by an index's text |
//! | `table`, `entries` | items by key; keys by index |
//! | `known` | sessions that need not be read again |
//! | `retry`, `error` | a call until its deadline; what went wrong, in the store's terms |
//! | `diff`, `expression`, `write` | a commit: what differs, as an update, on a condition |
//! | `put` | sessions of another table |
//! | `walk` | several states' walks through an index as one |
//! | `listing`, `search`, `overview` | pages; pages of what starts with a text; counts and tiles |

pub mod connection;
pub mod definition;
mod diff;
mod entries;
mod error;
mod expression;
mod item;
mod known;
mod listing;
mod overview;
mod place;
mod put;
mod retry;
pub mod schema;
mod search;
mod table;
mod value;
mod walk;
mod write;

use std::time::Duration;

use async_trait::async_trait;
use aws_config::timeout::TimeoutConfig;
use status_model::{
    Session, SessionId, SourceType, Timestamp,
    api::{MatchingCounts, Overview, UsualDurations},
};

use crate::{BulkStore, CommitError, ListQuery, Page, PutCounts, StatusStore, StoreError};
pub use connection::Connection;
pub use definition::Definition;
use error::Cause;
pub use schema::{Index, KeyName};
use table::Table;

/// How long one try may take to connect, and as a whole.
const CONNECT: Duration = Duration::from_secs(1);
const TRY: Duration = Duration::from_secs(2);

/// Keeps sessions in a table, which other programs may write to.
pub struct DynamoStore {
    table: Table,
}

impl DynamoStore {
    /// The table there. `random`, from 0 to below 1, spreads the tries of many.
    pub async fn new(
        connection: Connection,
        random: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT)
            .operation_timeout(TRY)
            .build();
        let client = connection.client(timeouts).await;
        Self {
            table: Table::new(client, connection, Box::new(random)),
        }
    }

    /// Can it be used as it was named? Asked once, at a program's start.
    ///
    /// # Errors
    /// Where somebody has to put something right first, credentials too, it is one that trying
    /// again does not help. The text is for the person who named the table.
    pub async fn check(&self) -> Result<(), StoreError> {
        self.table.probe().await.map_err(|cause| match cause {
            Cause::NotAllowed(text) => StoreError::Refused(text),
            cause => cause.into(),
        })
    }
}

#[async_trait]
impl StatusStore for DynamoStore {
    async fn get(&self, id: &SessionId) -> Result<Option<Session>, StoreError> {
        let item = self.table.item(id).await?;
        item.map(|item| self.table.session(&item)).transpose()
    }

    async fn commit(&self, before: Option<&Session>, after: &Session) -> Result<(), CommitError> {
        self.table.commit(before, after).await
    }

    async fn list(&self, query: &ListQuery, now: Timestamp) -> Result<Page, StoreError> {
        self.table.page(query, now).await
    }

    async fn matching_counts(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<MatchingCounts, StoreError> {
        self.table.matching_counts(since, now).await
    }

    async fn overview(
        &self,
        source: Option<&SourceType>,
        now: Timestamp,
    ) -> Result<Overview, StoreError> {
        self.table.overview(source, now).await
    }

    async fn usual_durations(&self, now: Timestamp) -> Result<UsualDurations, StoreError> {
        self.table.usual_durations(now).await
    }

    /// Nothing: the service removes by itself what has expired.
    async fn purge_expired(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    /// By a read of an item that can't be there: whoever may only read items may do this.
    async fn ready(&self) -> Result<(), StoreError> {
        Ok(self.table.probe().await?)
    }
}

#[async_trait]
impl BulkStore for DynamoStore {
    async fn put_all(&self, sessions: Vec<Session>) -> Result<PutCounts, StoreError> {
        self.table.put_all(sessions).await
    }
}

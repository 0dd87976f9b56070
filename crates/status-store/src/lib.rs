//! Where sessions are kept, and the writer that reports to it.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`address`] | a table's name, a region, an endpoint: parsed |
//! | [`store`] | [`StatusStore`]: what every store can do, and its errors; [`BulkStore`] |
//! | [`query`] | what a listing asks for and answers: filters, cursor, page |
//! | [`mod@update`] | one change, read–decide–write, again while others come between |
//! | [`sqlite`] | the embedded store |
//! | `dynamodb` | the store on `DynamoDB`, with the feature of that name |
//! | `damage` | what can't be read, told to the log once |
//! | [`writer`] | [`StatusWriter`]: reports that never fail the workflow |
//! | [`outbox`] | [`Outbox`]: reports on the disk, until the store is back |

pub mod address;
mod damage;
#[cfg(feature = "dynamodb")]
pub mod dynamodb;
pub mod outbox;
pub mod query;
pub mod sqlite;
pub mod store;
pub mod update;
pub mod writer;

#[cfg(feature = "dynamodb")]
pub use dynamodb::DynamoStore;
pub use outbox::Outbox;
pub use query::{Cursor, ListQuery, Page};
pub use sqlite::{OpenError, SqliteStore};
pub use store::{BulkStore, CommitError, PutCounts, Revision, Since, StatusStore, StoreError};
pub use update::{UpdateError, update, update_if};
pub use writer::{Health, Outcome, RetryPolicy, StatusWriter};

//! Where sessions are kept, and the writer that reports to it.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`store`] | [`StatusStore`]: what every store can do, and its errors |
//! | [`query`] | what a listing asks for and answers: filters, cursor, page |
//! | [`mod@update`] | one change, read–decide–write, again while others come between |
//! | [`sqlite`] | the embedded store |
//! | `dynamodb` | the store on `DynamoDB`, with the feature of that name |
//! | [`writer`] | [`StatusWriter`]: reports that never fail the workflow |

#[cfg(feature = "dynamodb")]
pub mod dynamodb;
pub mod query;
pub mod sqlite;
pub mod store;
pub mod update;
pub mod writer;

pub use query::{Cursor, ListQuery, Page};
pub use sqlite::{OpenError, PutCounts, SqliteStore};
pub use store::{CommitError, StatusStore, StoreError};
pub use update::{UpdateError, update};
pub use writer::{Outcome, RetryPolicy, StatusWriter};

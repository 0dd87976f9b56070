//! The table on `DynamoDB` itself: created, checked, removed.
//!
//! What is there ([`Found`]) is held against what should be ([`Wanted`]) in one place,
//! [`assess`](mod@assess): what [`Plan`] mends follows from it, and so does what a check says. The
//! rest asks `DynamoDB` and tells it.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`name`] | a table's name, a region, an endpoint, a key of KMS: parsed |
//! | [`wanted`] | what should be there |
//! | [`found`] | what is there |
//! | [`mod@assess`] | one against the other, subject by subject; [`Fault`] and its remedy |
//! | [`mod@plan`] | what is to be done, step by step |
//! | [`call`] | why a call came to nothing, in a sentence |
//! | [`table`] | the table that is talked to; looked at, waited for |
//! | [`deploy`] | the steps of a plan, done |
//! | [`probe`] | an item written, read back and removed again |
//! | [`destroy`] | the table removed |

pub mod assess;
pub mod call;
pub mod deploy;
pub mod destroy;
pub mod found;
pub mod name;
pub mod plan;
pub mod probe;
pub mod table;
pub mod wanted;

pub use assess::{Fault, Finding, Subject, Verdict, assess};
pub use call::CallError;
pub use found::Found;
pub use name::{Endpoint, KmsKey, RegionName, TableName};
pub use plan::{Plan, Refusal, Step, plan};
pub use table::Table;
pub use wanted::Wanted;

//! The store on `DynamoDB`.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`schema`] | the table: its key, its expiry attribute, its indexes |
//! | [`definition`] | the table as the calls that create it take it |
//! | [`connection`] | which table where, and the client for it |

pub mod connection;
pub mod definition;
pub mod schema;

pub use connection::Connection;
pub use definition::Definition;
pub use schema::{Index, KeyName};

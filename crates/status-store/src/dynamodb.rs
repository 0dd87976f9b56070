//! The store on `DynamoDB`.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`schema`] | the table: its key, its expiry attribute, its indexes |
//! | [`connection`] | which table where, and the client for it |

pub mod connection;
pub mod schema;

pub use connection::Connection;
pub use schema::{Index, KeyName};

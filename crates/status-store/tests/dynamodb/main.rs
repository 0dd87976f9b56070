//! What the store on `DynamoDB` promises, asked of `DynamoDB` Local.
//!
//! # Layout
//!
//! | module | what it asks |
//! |---|---|
//! | those of `tests/store` | what every store promises: the same questions, word by word |
//! | `backend`, `given` | what the tests start from |

#![cfg(test)]

mod backend;
#[path = "../store/commit.rs"]
mod commit;
#[path = "../store/counts.rs"]
mod counts;
#[path = "../store/expiry.rs"]
mod expiry;
#[path = "../store/given.rs"]
mod given;
#[path = "../store/listing.rs"]
mod listing;
#[path = "../store/overview.rs"]
mod overview;
#[path = "../store/put.rs"]
mod put;
#[path = "../store/search.rs"]
mod search;
#[path = "../store/together.rs"]
mod together;
#[path = "../store/truth.rs"]
mod truth;

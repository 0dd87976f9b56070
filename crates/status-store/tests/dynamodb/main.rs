//! What the store on `DynamoDB` promises, asked of `DynamoDB` Local.
//!
//! # Layout
//!
//! | module | what it asks |
//! |---|---|
//! | those of `tests/store` | what every store promises: the same questions, word by word |
//! | `todays` | are items and tables of today's writers read as they are, and kept so? |
//! | `times` | is everything listed in order, whoever wrote its time? |
//! | `between` | is nothing lost of what others write in between? |
//! | `refused` | is it said what is wrong, and what to do? |
//! | `traffic` | what do calls ask of the service, and what if its answers are lost? |
//! | `backend`, `given`, `raw` | what the tests start from |

#![cfg(test)]

mod backend;
mod between;
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
mod raw;
mod refused;
#[path = "../store/search.rs"]
mod search;
#[path = "../store/since.rs"]
mod since;
mod times;
mod todays;
#[path = "../store/together.rs"]
mod together;
mod traffic;
#[path = "../store/truth.rs"]
mod truth;

//! The contract, call by call, with the store on `DynamoDB` wherever that is what it speaks of.
//!
//! # Layout
//!
//! | module | what it asks |
//! |---|---|
//! | those of `tests/contract` | the same questions, word by word |
//! | `program` | does the program do with a table what it does with a file? |
//! | `todays` | does it do with today's tables what can be done, and say what can't? |
//! | `settings` | is what is wrong said in a sentence, with what to do? |
//! | `captured` | what today's writers have written |
//! | `backend`, `caller`, `support` | what the tests share |

#![cfg(test)]

mod backend;
mod caller;
mod captured;
#[path = "../contract/description.rs"]
mod description;
#[path = "../contract/downloading.rs"]
mod downloading;
#[path = "../contract/ending.rs"]
mod ending;
#[path = "../contract/exporting.rs"]
mod exporting;
#[path = "../contract/finding.rs"]
mod finding;
#[path = "../contract/guarding.rs"]
mod guarding;
#[path = "../contract/invoking.rs"]
mod invoking;
#[path = "../contract/looking.rs"]
mod looking;
#[path = "../contract/portal.rs"]
mod portal;
mod program;
#[path = "../contract/reading.rs"]
mod reading;
#[path = "../contract/refusing.rs"]
mod refusing;
mod settings;
#[path = "../contract/streaming.rs"]
mod streaming;
#[path = "../contract/support/mod.rs"]
mod support;
mod todays;
#[path = "../contract/waiting.rs"]
mod waiting;
#[path = "../contract/watching.rs"]
mod watching;
#[path = "../contract/writing.rs"]
mod writing;

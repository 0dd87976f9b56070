//! The contract, call by call, over real HTTP and against the real store wherever that is what
//! the contract speaks of.
//!
//! # Layout
//!
//! | module | what it asks |
//! |---|---|
//! | `reading`, `finding` | does each call that looks answer what it should? |
//! | `exporting`, `downloading`, `streaming` | is what is in a file true, and is a broken one seen to be? |
//! | `writing` | may a writer do what it may, again and again, and nothing else? |
//! | `invoking` | is each document run once and to its end, also when the server ends? |
//! | `refusing` | is every wrong call refused, and nothing of the inside told? |
//! | `waiting`, `watching`, `looking` | how soon is a change seen, and what does it cost the store? |
//! | `guarding` | who may call, and what may a browser do with an answer? |
//! | `portal` | deep links, caching, compressed files |
//! | `ending` | is nothing in flight lost when the server ends? |
//! | `description` | is the OpenAPI document true? |
//! | `command`, `running` | does the program do what its help says? |
//! | `answers`, `backend`, `support` | what the tests share |
//!
//! All but `command` and `running` are asked with the store on `DynamoDB` too: `tests/dynamodb`.

#![cfg(test)]

mod answers;
mod backend;
mod command;
mod description;
mod downloading;
mod ending;
mod exporting;
mod finding;
mod guarding;
mod invoking;
mod looking;
mod portal;
mod reading;
mod refusing;
mod running;
mod streaming;
mod support;
mod waiting;
mod watching;
mod writing;

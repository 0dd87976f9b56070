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
//! | `guarding` | by which name may it be called, and what may a browser do with an answer? |
//! | `roles`, `tokens` | who gets in, and what may they do? |
//! | `sharing` | what does a link to one session open, and what not? |
//! | `limiting` | how much of the server may one viewer have? |
//! | `auditing` | is it told who looked, and nothing else? |
//! | `portal` | deep links, caching, compressed files |
//! | `ending` | is nothing in flight lost when the server ends? |
//! | `description` | is the OpenAPI document true? |
//! | `command`, `running` | does the program do what its help says? |
//! | `limits` | does each limit of what comes in hold? |
//! | `stopping` | is nothing lost when the program is told to end under load? |
//! | `tls` | is https spoken, and a new certificate taken without a restart? |
//! | `claiming`, `backup` | has a file one server, and may others work beside it? |
//! | `answers`, `backend`, `guarded`, `support`, `writers` | what the tests share |
//!
//! All but those that run the program are asked with the store on `DynamoDB` too: `tests/dynamodb`.

#![cfg(test)]

mod answers;
mod auditing;
mod backend;
mod backup;
mod claiming;
mod command;
mod description;
mod downloading;
mod ending;
mod exporting;
mod finding;
mod guarded;
mod guarding;
mod invoking;
mod limiting;
mod limits;
mod looking;
mod opening;
mod portal;
mod reading;
mod refusing;
mod roles;
mod running;
mod sharing;
mod stopping;
mod streaming;
mod support;
#[cfg(feature = "tls")]
mod tls;
mod tokens;
mod waiting;
mod watching;
mod writers;
mod writing;

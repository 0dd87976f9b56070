//! What the store and the writer promise, by the contract.
//!
//! # Layout
//!
//! | module | what it asks |
//! |---|---|
//! | `truth` | do the rules of what is true hold across the store? |
//! | `commit` | does a write replace only what its writer has seen? |
//! | `together` | do many writers, in one process or several, lose nothing? |
//! | `killed` | does an acknowledged write survive `kill -9`? |
//! | `listing`, `search` | is every page right, and every session on exactly one? |
//! | `expiry`, `purging` | is what has expired left out, and removed? |
//! | `put` | do items of another table come in without doing harm? |
//! | `overview`, `counts` | do tiles and numbers say what the sessions say? |
//! | `damage` | does a broken row harm nobody else? |
//! | `queue` | does a write happen that nobody waits for? |
//! | `claiming` | has a file one server at a time? |
//! | `backup` | is a backup the store at one moment, whole or not there? |
//! | `opening` | is a store opened, or a plain reason given? |
//! | `writer` | does a report never fail its workflow? |
//! | `outbox` | does a report survive a store that is away? |
//! | `outbox_killed` | does it survive `kill -9`, and is it written once? |
//! | `backend`, `given`, `log`, `faulty` | what the tests start from |
//!
//! All but `killed`, `purging`, `damage`, `queue`, `claiming`, `backup`, `opening`, `writer` and
//! `outbox` ask the store on `DynamoDB` too: `tests/dynamodb`.

#![cfg(test)]

mod backend;
mod backup;
mod claiming;
mod commit;
mod counts;
mod damage;
mod expiry;
mod faulty;
mod given;
mod killed;
mod listing;
mod log;
mod opening;
mod outbox;
mod outbox_killed;
mod overview;
mod purging;
mod put;
mod queue;
mod search;
mod since;
mod together;
mod truth;
mod writer;

//! What the agents' answers mean.
//!
//! # Layout
//!
//! | module | what it asks |
//! |---|---|
//! | `results` | how did it go, and what is handed on? |
//! | `usage` | what was used, under any of its names? |
//! | `streams` | which event of a stream is the answer? |
//! | `refusals` | what is told of an answer that is none? |
//! | `any` | does anything bring the reader down? |
//! | `given` | what the tests share |
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod any;
mod given;
mod refusals;
mod results;
mod streams;
mod usage;

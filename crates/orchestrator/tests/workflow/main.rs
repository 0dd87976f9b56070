//! Whole workflows: through the simulated agents over HTTP, and through agents and sinks that
//! break.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod breakage;
mod common;
mod fakes;
mod http;
mod many;
mod outage;
mod scenarios;
mod store;

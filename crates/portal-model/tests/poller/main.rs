//! The poller, rule by rule of the contract's section on polling, and for hours of virtual time
//! against scripted servers.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod confirm;
mod errors;
mod freshness;
mod jitter;
mod missing;
mod one_request;
mod pace;
mod simulation;
mod sleep;
mod stalled;
mod support;
mod viewer;
mod world;

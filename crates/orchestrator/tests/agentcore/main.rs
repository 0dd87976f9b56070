//! Agents on Bedrock AgentCore, in front of a service that checks every signature.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `invoking` | what is sent, and what each answer means |
//! | `pipeline` | whole workflows through simulated agents behind AgentCore's path |
//! | `service` | the service: recomputes each signature, answers as it is told |
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod invoking;
mod pipeline;
mod service;

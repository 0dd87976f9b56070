//! What measures a running server and what breaks it have in common.
//!
//! # Layout
//! - [`server`]: a `trade-status serve` of one's own; [`metrics`]: what it counts
//! - [`process`]: CPU time and memory of a program
//! - [`http`]: HTTP/1.1 with next to no cost of its own; [`api`]: the calls of the status API
//! - [`table_proxy`]: between a server and its `DynamoDB` table, spoils what passes
//! - [`report`]: measurements with their bounds, as a table and as JSON
//! - [`machine`], [`statistics`]: CPUs, load and open files; medians

pub mod api;
pub mod http;
pub mod machine;
pub mod metrics;
pub mod process;
pub mod report;
pub mod server;
pub mod statistics;
pub mod table_proxy;

//! The `trade-status` program: the status API, the portal, the commands.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`api`] | the HTTP calls: parsed at the edge, answered as JSON or as a problem |
//! | [`gate`] | who gets in: what a request shows, the access file, who looked |
//! | `export` | sessions as files: JSON and CSV, without I/O |
//! | [`invocations`] | workflows that are asked for over HTTP, each to its end |
//! | [`watch`] | what viewers look at, read once however many they are |
//! | [`portal`] | the portal's files from inside the program |
//! | `plain` | text of others, on its way into a log, a terminal or a table |
//! | [`sign_in`], [`page`] | sign-in of people; pages in words for whom is not let in |
//! | [`metrics`] | counters, and the store that counts its calls |
//! | [`server`] | all of it behind one address, until it is told to stop |
//! | [`cli`] | the commands: `serve`, `simulate`, `run`, `import`, `backup`, `table` |
//! | [`clock`] | the only place that asks what time it is |

pub mod api;
pub mod cli;
pub mod clock;
mod export;
pub mod gate;
pub mod invocations;
pub mod metrics;
pub mod page;
mod plain;
pub mod portal;
pub mod server;
pub mod sign_in;
pub mod watch;

//! Runs documents through the four agents and reports each step.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`document`] | [`Document`]: what is to be processed, from a line of JSON |
//! | [`agent`] | [`Agents`]: asking an agent; over HTTP as [`HttpAgents`] |
//! | [`answer`] | what an agent's answer means; pure |
//! | [`retry`] | [`RetryPolicy`]: what is tried again, and when; pure |
//! | [`route`] | which agent comes next; pure |
//! | [`sink`] | [`StatusSink`]: where reports go; `adapter` ties it to the status store |
//! | [`run`] | [`Orchestrator`]: one document or many, each to a reported end |
//! | [`stop`] | stopping, on a signal or by hand |
//! | `pipeline` | one document's way through the agents |
//! | `track` | one agent's tries as they are reported; pure |
//! | `reporter` | a session's reports, in order and never in the workflow's way |
//! | `clock` | the time of one session |

mod adapter;
pub mod agent;
pub mod answer;
mod clock;
pub mod document;
mod pipeline;
mod reporter;
pub mod retry;
pub mod route;
pub mod run;
pub mod sink;
pub mod stop;
mod track;

pub use agent::{Agents, Endpoint, HttpAgents, InvalidConfiguration, InvalidEndpoint};
pub use document::{Document, InvalidDocument};
pub use retry::RetryPolicy;
pub use run::{Event, Orchestrator, Outcome, Settings, Summary, Verdict};
pub use sink::{Delivery, StatusSink};
pub use stop::{Phase, Stop, Stopper, stopper};

//! The vocabulary of a processing session and the rules that make what is shown true.
//!
//! No input or output, no clock, no randomness: the same code decides in the server, in the
//! writers and in the browser.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`identity`] | [`SessionId`], [`SourceType`] |
//! | [`agent`] | [`AgentName`], the pipeline's order |
//! | [`role`] | [`Role`], [`Permission`]: what somebody may do
//! | [`status`] | [`AgentStatus`], [`OverallStatus`] |
//! | [`time`] | [`Timestamp`], [`Seconds`] |
//! | [`tokens`] | [`TokenUsage`], [`TotalTokenUsage`] |
//! | [`session`] | [`Session`] with its [`Agent`]s and their [`Run`]s |
//! | [`truth`] | what follows from the data: totals, durations, warnings |
//! | [`read`] | any writer's JSON to a [`Session`], tolerant |
//! | [`item`] | the table item: `DynamoDB` JSON in and out, strict |
//! | [`redact`] | a session without error texts and names of documents
//! | [`change`] | what a writer may do to a session, and what it may not |
//! | [`api`] | the bodies of the status API |

pub mod agent;
pub mod api;
pub mod change;
pub mod identity;
pub mod item;
pub mod read;
pub mod redact;
pub mod role;
pub mod session;
pub mod status;
pub mod time;
pub mod tokens;
pub mod truth;
mod whole;

pub use agent::AgentName;
pub use identity::{SessionId, SourceType};
pub use role::{Permission, Role};
pub use session::{Agent, Agents, MatchClassification, Run, Session, SubStep};
pub use status::{AgentStatus, OverallStatus};
pub use time::{Seconds, Timestamp};
pub use tokens::{TokenUsage, TotalTokenUsage};
pub use truth::Warning;

//! Asking an agent: what it is told, where it is, how it is asked.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `request` | [`Request`]: what an agent is told |
//! | `endpoint` | [`Endpoint`]: where an agent is, and how long it may take |
//! | [`runtime`] | an agent on Bedrock AgentCore: its ARN, its address; pure |
//! | [`configuration`] | the file that says where each agent is |
//! | `http` | [`HttpAgents`]: asking over HTTP, any of them |
//! | `signing` | the signature that AgentCore wants, with the feature `agentcore` |

pub mod configuration;
mod endpoint;
mod http;
mod request;
pub mod runtime;
#[cfg(feature = "agentcore")]
mod signing;

use status_model::AgentName;

pub use configuration::InvalidConfiguration;
pub use endpoint::{DEFAULT_TIMEOUT, Endpoint, InvalidEndpoint, Target};
pub use http::HttpAgents;
pub use request::{Findings, Request};
pub use runtime::{InvalidArn, Runtime, RuntimeArn};

use crate::answer::Answer;

/// Whoever can be asked to do an agent's work.
pub trait Agents: Send + Sync + 'static {
    /// One try. Whatever happens, there is an answer.
    fn ask(&self, agent: AgentName, request: &Request<'_>) -> impl Future<Output = Answer> + Send;
}

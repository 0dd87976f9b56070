//! What the agents are asked and what they answer.

use serde::{Deserialize, Serialize};
use status_model::AgentName;

/// The version that every simulated agent names.
pub const AGENT_VERSION: &str = "simulated";

/// A request to any of the agents; what is not named here is left aside.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct AgentRequest {
    /// The document. Where it is missing, `trade_id` stands in for it.
    pub document_id: Option<String>,
    /// The trade.
    pub trade_id: Option<String>,
    /// `BANK` or `COUNTERPARTY`.
    pub source_type: Option<String>,
    /// Ties the request to other systems' logs.
    pub correlation_id: Option<String>,
    /// The number of the try, from 1. Taken as 1 where missing, so that a caller who does not
    /// count is throttled for ever.
    pub attempt: Option<u32>,
    /// The [`Scenario`](crate::Scenario) to play, by name; it goes before the document's id.
    pub scenario: Option<String>,
}

/// An answer. Which fields it has depends on the agent, as with the real ones.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Answer {
    /// Always true.
    pub simulated: bool,
    /// Did the agent do its work?
    pub success: bool,
    /// What went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The class of what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_type: Option<&'static str>,
    /// The document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_id: Option<String>,
    /// `BANK` or `COUNTERPARTY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_type: Option<String>,
    /// As in the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub correlation_id: Option<String>,
    /// Where the extracted text lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_output_location: Option<String>,
    /// How the pair was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_classification: Option<String>,
    /// How sure the match is, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence_score: Option<u8>,
    /// The exception that was filed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exception_id: Option<String>,
    /// The trade.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trade_id: Option<String>,
    /// The agent's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_response: Option<String>,
    /// How long the agent worked, in milliseconds.
    pub processing_time_ms: f64,
    /// The agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_name: Option<&'static str>,
    /// [`AGENT_VERSION`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_version: Option<&'static str>,
    /// The deployment's alias.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent_alias: Option<&'static str>,
    /// When the answer was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<String>,
    /// What the agent used; absent means not reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_usage: Option<TokenUsage>,
}

/// Tokens as the agents report them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct TokenUsage {
    /// Tokens in the prompts.
    pub input_tokens: u64,
    /// Tokens in the answers.
    pub output_tokens: u64,
    /// Both together.
    pub total_tokens: u64,
}

/// The last part of an agent's address, as in `/agents/pdf-adapter`.
#[must_use]
pub const fn path_segment(agent: AgentName) -> &'static str {
    match agent {
        AgentName::PdfAdapter => "pdf-adapter",
        AgentName::TradeExtraction => "trade-extraction",
        AgentName::TradeMatching => "trade-matching",
        AgentName::ExceptionManagement => "exception-management",
    }
}

/// The agent that an address names.
#[must_use]
pub fn agent_at(segment: &str) -> Option<AgentName> {
    AgentName::ALL
        .into_iter()
        .find(|agent| path_segment(*agent) == segment)
}

/// The agent that an ARN on Bedrock AgentCore means: its runtime's name begins with the agent's,
/// as in `arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/pdf_adapter_agent-Ab1Cd2Ef3G`.
#[must_use]
pub fn agent_of_runtime(arn: &str) -> Option<AgentName> {
    let (_, name) = arn.rsplit_once(":runtime/")?;
    AgentName::ALL
        .into_iter()
        .find(|agent| name.starts_with(&path_segment(*agent).replace('-', "_")))
}

/// The name that the agent gives itself.
#[must_use]
pub const fn agent_name(agent: AgentName) -> &'static str {
    match agent {
        AgentName::PdfAdapter => "pdf_adapter_agent",
        AgentName::TradeExtraction => "trade_extraction_agent",
        AgentName::TradeMatching => "trade_matching_agent",
        AgentName::ExceptionManagement => "exception_management_agent",
    }
}

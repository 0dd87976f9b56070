//! `GET /api/workflow/recent`: a session as an element of a list.

use serde::{Deserialize, Serialize};

use crate::{
    AgentName, AgentStatus, OverallStatus, Seconds, Session, SessionId, SourceType, Timestamp,
    TotalTokenUsage, Warning, truth,
};

/// What a list shows of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SessionRow {
    /// The key.
    pub session_id: SessionId,
    /// Where it stands as a whole.
    pub status: OverallStatus,
    /// When it was started.
    #[serde(default)]
    pub created_at: Option<Timestamp>,
    /// When anything was last written.
    #[serde(default)]
    pub last_updated: Option<Timestamp>,
    /// Ties it to the other systems' logs.
    #[serde(default)]
    pub correlation_id: Option<String>,
    /// The document.
    #[serde(default)]
    pub document_id: Option<String>,
    /// Whose document.
    #[serde(default)]
    pub source_type: Option<SourceType>,
    /// The four agents' states.
    #[serde(default)]
    pub agents: Option<Strip>,
    /// The earliest time that is known of it.
    #[serde(default)]
    pub started_at: Option<Timestamp>,
    /// Its end, once it is final.
    #[serde(default)]
    pub completed_at: Option<Timestamp>,
    /// When anything was last heard of it.
    #[serde(default)]
    pub last_progress: Option<Timestamp>,
    /// From start to end, once it is final.
    #[serde(default)]
    pub total_duration: Option<Seconds>,
    /// What its agents used.
    #[serde(default)]
    pub total_token_usage: Option<TotalTokenUsage>,
    /// The agent at work and what it does, while one is.
    #[serde(default)]
    pub current: Option<CurrentWork>,
    /// The first agent that failed.
    #[serde(default)]
    pub error: Option<RowError>,
    /// What its reader has to know.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// The four agents' states, in pipeline order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Strip {
    /// PDF adapter.
    pub pdf_adapter: AgentStatus,
    /// Trade extraction.
    pub trade_extraction: AgentStatus,
    /// Trade matching.
    pub trade_matching: AgentStatus,
    /// Exception management.
    pub exception_management: AgentStatus,
}

impl Strip {
    /// Each agent with its state, in pipeline order.
    #[must_use]
    pub const fn each(&self) -> [(AgentName, &AgentStatus); 4] {
        [
            (AgentName::PdfAdapter, &self.pdf_adapter),
            (AgentName::TradeExtraction, &self.trade_extraction),
            (AgentName::TradeMatching, &self.trade_matching),
            (AgentName::ExceptionManagement, &self.exception_management),
        ]
    }
}

/// The agent at work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CurrentWork {
    /// Which agent.
    pub agent: AgentName,
    /// What it does, in words.
    pub activity: Option<String>,
    /// Its first start.
    pub started_at: Option<Timestamp>,
    /// Which try it is, from 1.
    pub attempt: usize,
}

/// A failure in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RowError {
    /// The agent that failed.
    pub agent: AgentName,
    /// The error's first line, at most [`RowError::MAX_CHARS`] characters.
    pub message: Option<String>,
    /// How often it was tried.
    pub attempts: usize,
}

impl RowError {
    /// A list row shows one line; the rest is on the session's page.
    pub const MAX_CHARS: usize = 200;
}

impl From<&Session> for SessionRow {
    fn from(session: &Session) -> Self {
        let status = |name| session.agents[name].run.status.clone();
        let running = session
            .agents
            .iter()
            .rev()
            .find(|(_, agent)| agent.run.status.is_running())
            .filter(|_| !session.overall_status.is_final());
        Self {
            session_id: session.session_id.clone(),
            status: session.overall_status.clone(),
            created_at: session.created_at,
            last_updated: session.last_updated,
            correlation_id: session.correlation_id.clone(),
            document_id: session.document_id.clone(),
            source_type: session.source_type.clone(),
            agents: Some(Strip {
                pdf_adapter: status(AgentName::PdfAdapter),
                trade_extraction: status(AgentName::TradeExtraction),
                trade_matching: status(AgentName::TradeMatching),
                exception_management: status(AgentName::ExceptionManagement),
            }),
            started_at: truth::start(session),
            completed_at: truth::end(session),
            last_progress: truth::last_progress(session),
            total_duration: session.total_duration,
            total_token_usage: Some(truth::total_token_usage(session)),
            current: running.map(|(name, agent)| CurrentWork {
                agent: name,
                activity: agent.run.activity.clone(),
                started_at: agent.run.started_at,
                attempt: agent.attempts.len().max(1),
            }),
            error: session.agents.first_failed().map(|(name, agent)| RowError {
                agent: name,
                message: agent.run.error.as_deref().map(first_line),
                attempts: agent.attempts.len().max(1),
            }),
            warnings: truth::warnings(session),
        }
    }
}

fn first_line(text: &str) -> String {
    let line = text.trim_start().lines().next().unwrap_or_default();
    line.chars().take(RowError::MAX_CHARS).collect()
}

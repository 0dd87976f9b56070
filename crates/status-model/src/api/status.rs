//! `GET /api/workflow/{sessionId}/status`.

use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::{
    Agent, Agents, MatchClassification, OverallStatus, Run, Seconds, Session, SessionId,
    SourceType, SubStep, Timestamp, TotalTokenUsage, Warning, truth,
};

/// A session as the status API shows it. What is absent is null.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct StatusBody<'a> {
    session_id: &'a SessionId,
    correlation_id: Option<&'a str>,
    document_id: Option<&'a str>,
    source_type: Option<&'a SourceType>,
    overall_status: &'a OverallStatus,
    agents: AgentsBody<'a>,
    total_token_usage: TotalTokenUsage,
    total_duration: Option<Seconds>,
    created_at: Option<Timestamp>,
    last_updated: Option<Timestamp>,
    expires_at: Option<i64>,
    version: Option<u64>,
    warnings: Vec<Warning>,
    /// Paths of the attributes behind the warning `partlyUnreadable`.
    unreadable: &'a [String],
}

impl<'a> From<&'a Session> for StatusBody<'a> {
    fn from(session: &'a Session) -> Self {
        Self {
            session_id: &session.session_id,
            correlation_id: session.correlation_id.as_deref(),
            document_id: session.document_id.as_deref(),
            source_type: session.source_type.as_ref(),
            overall_status: &session.overall_status,
            agents: AgentsBody(&session.agents),
            total_token_usage: truth::total_token_usage(session),
            total_duration: session.total_duration,
            created_at: session.created_at,
            last_updated: session.last_updated,
            expires_at: session.expires_at,
            version: session.version,
            warnings: truth::warnings(session),
            unreadable: &session.unreadable,
        }
    }
}

struct AgentsBody<'a>(&'a Agents);

impl Serialize for AgentsBody<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        for (name, agent) in self.0.iter() {
            map.serialize_entry(name.as_str(), &AgentBody::from(agent))?;
        }
        map.end()
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AgentBody<'a> {
    #[serde(flatten)]
    run: &'a Run,
    attempts: &'a [Run],
    sub_steps: &'a [SubStep],
    match_classification: Option<&'a MatchClassification>,
    confidence_score: Option<f64>,
}

impl<'a> From<&'a Agent> for AgentBody<'a> {
    fn from(agent: &'a Agent) -> Self {
        Self {
            run: &agent.run,
            attempts: &agent.attempts,
            sub_steps: &agent.sub_steps,
            match_classification: agent.match_classification.as_ref(),
            confidence_score: agent.confidence_score,
        }
    }
}

//! Any writer's JSON to a [`Session`], tolerant of everything that is known to occur.
//!
//! Two shapes are read: the table item with its agents at the top, and the status API's body
//! with its agents under `agents`. What can't be read becomes unknown and is named in
//! [`Session::unreadable`]; only an answer without a usable id is refused.

mod fields;
mod list;
mod overview;

use serde_json::{Map, Value};

use crate::{
    Agent, AgentName, AgentStatus, Agents, MatchClassification, OverallStatus, Run, Session,
    SessionId, SourceType, SubStep, TokenUsage, identity::InvalidSessionId, truth,
};
use fields::{Fields, Path};

pub use list::{row, usual_durations};
pub use overview::overview;

/// Why JSON is no session at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is a list, a text, a number.
    #[error("not an object")]
    NotAnObject,
    /// Neither `sessionId` nor `processing_id` is there as a text.
    #[error("no sessionId (nor processing_id)")]
    NoSessionId,
    /// The id breaks the rules for ids.
    #[error(transparent)]
    InvalidSessionId(#[from] InvalidSessionId),
}

/// Attributes of an agent map that are derived again at every reading.
const AGENT_IGNORED: [&str; 1] = ["lastUpdated"];
/// Attributes of a session that are derived again at every reading.
const SESSION_IGNORED: [&str; 2] = ["totalTokenUsage", "warnings"];

/// Reads a session from a table item (plain JSON) or from the status API's body.
///
/// # Errors
/// Only where there is no object or no usable id.
pub fn session(value: &Value) -> Result<Session, ReadError> {
    let object = value.as_object().ok_or(ReadError::NotAnObject)?;
    let session_id = session_id(object)?;
    let mut unreadable = Vec::new();
    let mut fields = Fields::new(object, Path::Root, &mut unreadable);
    fields.skip(&["sessionId", "processing_id"]);
    fields.skip(&SESSION_IGNORED);
    let mut session = Session::new(session_id);
    session.correlation_id = fields.text("correlationId");
    session.document_id = fields.text("documentId");
    session.source_type = fields.text("sourceType").map(SourceType::from);
    session.overall_status = fields
        .text("overallStatus")
        .map(OverallStatus::from)
        .unwrap_or_default();
    session.total_duration = fields.seconds("totalDuration");
    session.created_at = fields.timestamp("createdAt");
    session.last_updated = fields.timestamp("lastUpdated");
    session.expires_at = fields
        .integer("expiresAt")
        .or_else(|| fields.integer("ttl"));
    session.version = fields.count("version");
    let earlier = fields.texts("unreadable");
    // An item may have an attribute of that name, which is then none of ours.
    let is_item = AgentName::ALL
        .iter()
        .any(|name| object.contains_key(name.as_str()));
    let agents = if is_item {
        None
    } else {
        fields.object("agents")
    };
    session.agents = match agents {
        Some(agents) => {
            let path = Path::Key(&Path::Root, "agents");
            agents_of(&mut Fields::new(agents, path, fields.unreadable))
        }
        None => agents_of(&mut fields),
    };
    session.extra = fields.rest();
    unreadable.extend(earlier);
    unreadable.sort_unstable();
    unreadable.dedup();
    session.unreadable = unreadable;
    truth::settle(&mut session);
    Ok(session)
}

fn session_id(object: &Map<String, Value>) -> Result<SessionId, ReadError> {
    let id = ["sessionId", "processing_id"]
        .into_iter()
        .find_map(|key| object.get(key)?.as_str())
        .ok_or(ReadError::NoSessionId)?;
    Ok(id.parse()?)
}

fn agents_of(fields: &mut Fields) -> Agents {
    let mut agents = Agents::default();
    for name in AgentName::ALL {
        if let Some(map) = fields.object(name.as_str()) {
            let path = Path::Key(&Path::Root, name.as_str());
            agents[name] = agent(&mut Fields::new(map, path, fields.unreadable));
        }
    }
    agents
}

fn agent(fields: &mut Fields) -> Agent {
    fields.skip(&AGENT_IGNORED);
    Agent {
        run: run(fields),
        attempts: fields.each("attempts", run),
        sub_steps: fields.each("subSteps", sub_step),
        match_classification: fields
            .text("matchClassification")
            .map(MatchClassification::from),
        confidence_score: fields.number("confidenceScore"),
        extra: fields.rest(),
    }
}

fn run(fields: &mut Fields) -> Run {
    Run {
        status: status(fields),
        activity: fields.text("activity"),
        started_at: fields.timestamp("startedAt"),
        completed_at: fields.timestamp("completedAt"),
        duration: fields.seconds("duration"),
        token_usage: token_usage(fields),
        error: fields.text("error"),
        error_type: fields.text("errorType"),
    }
}

fn status(fields: &mut Fields) -> AgentStatus {
    fields
        .text("status")
        .map(AgentStatus::from)
        .unwrap_or_default()
}

fn sub_step(fields: &mut Fields) -> SubStep {
    SubStep {
        status: status(fields),
        activity: fields.text("activity").or_else(|| fields.text("title")),
        started_at: fields.timestamp("startedAt"),
        completed_at: fields.timestamp("completedAt"),
    }
}

/// Either part may be missing where the total tells it.
fn token_usage(fields: &mut Fields) -> Option<TokenUsage> {
    let map = fields.object("tokenUsage")?;
    let mut parts = fields.within("tokenUsage", map);
    let input = parts.count("inputTokens");
    let output = parts.count("outputTokens");
    let total = parts.count("totalTokens");
    let rest_of = |part: u64| total.and_then(|total| total.checked_sub(part));
    let usage = match (input, output) {
        (Some(input), Some(output)) => Some(TokenUsage { input, output }),
        (Some(input), None) => rest_of(input).map(|output| TokenUsage { input, output }),
        (None, Some(output)) => rest_of(output).map(|input| TokenUsage { input, output }),
        (None, None) => None,
    };
    if usage.is_none() && !map.is_empty() {
        fields.note_unreadable("tokenUsage");
    }
    usage
}

//! The table item: a session as JSON attributes, plain or in `DynamoDB`'s typed form.

use serde::Serialize;
use serde_json::{Map, Number, Value, json};

use crate::{
    Agent, AgentName, Run, Session, SubStep,
    read::{self, ReadError},
    truth,
};

/// Why a typed item can't be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ItemError {
    /// An attribute is not of the form `{"S": "…"}`.
    #[error("attribute {0} is not in DynamoDB's typed JSON, as in {{\"S\": \"…\"}}")]
    NotTyped(String),
    /// The attributes are readable and are no session.
    #[error(transparent)]
    NoSession(#[from] ReadError),
}

/// Reads an item in `DynamoDB`'s typed JSON, bare or wrapped as `{"Item": …}`.
///
/// # Errors
/// Where the item is not typed JSON or has no usable id; see [`read::session`].
pub fn from_typed(item: &Value) -> Result<Session, ItemError> {
    let item = item.get("Item").filter(|i| i.is_object()).unwrap_or(item);
    let attributes = item.as_object().ok_or(ReadError::NotAnObject)?;
    Ok(read::session(&Value::Object(untyped_map(attributes, "")?))?)
}

/// Writes a session as an item in `DynamoDB`'s typed JSON.
#[must_use]
pub fn to_typed(session: &Session) -> Value {
    let attributes = to_plain(session);
    Value::Object(
        attributes
            .iter()
            .map(|(k, v)| (k.clone(), typed(v)))
            .collect(),
    )
}

/// Writes a session as plain JSON attributes; what is not known is left out.
#[must_use]
pub fn to_plain(session: &Session) -> Map<String, Value> {
    let mut item = Attributes(session.extra.clone());
    item.put("sessionId", Some(&session.session_id));
    item.put("correlationId", session.correlation_id.as_ref());
    item.put("documentId", session.document_id.as_ref());
    item.put("sourceType", session.source_type.as_ref());
    item.put("overallStatus", Some(&session.overall_status));
    for name in AgentName::ALL {
        item.put(name.as_str(), Some(agent(&session.agents[name])));
    }
    item.put("totalTokenUsage", Some(truth::total_token_usage(session)));
    item.put("totalDuration", session.total_duration);
    item.put("createdAt", session.created_at);
    item.put("lastUpdated", session.last_updated);
    item.put("expiresAt", session.expires_at);
    item.put("version", session.version);
    item.put_list("unreadable", &session.unreadable);
    item.0
}

fn agent(agent: &Agent) -> Map<String, Value> {
    let mut map = Attributes(agent.extra.clone());
    map.put_run(&agent.run);
    let attempts: Vec<_> = agent.attempts.iter().map(attempt).collect();
    map.put_list("attempts", &attempts);
    let sub_steps: Vec<_> = agent.sub_steps.iter().map(sub_step).collect();
    map.put_list("subSteps", &sub_steps);
    map.put("matchClassification", agent.match_classification.as_ref());
    map.put("confidenceScore", agent.confidence_score);
    map.0
}

fn attempt(run: &Run) -> Map<String, Value> {
    let mut map = Attributes(Map::new());
    map.put_run(run);
    map.0
}

fn sub_step(step: &SubStep) -> Map<String, Value> {
    let mut map = Attributes(Map::new());
    map.put("status", Some(&step.status));
    map.put("activity", step.activity.as_ref());
    map.put("startedAt", step.started_at);
    map.put("completedAt", step.completed_at);
    map.0
}

/// Attributes of which only those that are known are put.
struct Attributes(Map<String, Value>);

impl Attributes {
    fn put(&mut self, key: &str, value: Option<impl Serialize>) {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), json!(value));
        }
    }

    fn put_list<T: Serialize>(&mut self, key: &str, list: &[T]) {
        self.put(key, (!list.is_empty()).then_some(list));
    }

    fn put_run(&mut self, run: &Run) {
        self.put("status", Some(&run.status));
        self.put("activity", run.activity.as_ref());
        self.put("startedAt", run.started_at);
        self.put("completedAt", run.completed_at);
        self.put("duration", run.duration);
        self.put("tokenUsage", run.token_usage);
        self.put("error", run.error.as_ref());
        self.put("errorType", run.error_type.as_ref());
    }
}

fn typed(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(flag) => json!({ "BOOL": flag }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(list) => json!({ "L": list.iter().map(typed).collect::<Vec<_>>() }),
        Value::Object(map) => {
            let map: Map<_, _> = map.iter().map(|(k, v)| (k.clone(), typed(v))).collect();
            json!({ "M": map })
        }
    }
}

fn untyped(value: &Value, path: &str) -> Result<Value, ItemError> {
    let not_typed = || ItemError::NotTyped(path.to_owned());
    let object = value.as_object().filter(|object| object.len() == 1);
    let (kind, value) = object.and_then(|o| o.iter().next()).ok_or_else(not_typed)?;
    Ok(match (kind.as_str(), value) {
        ("NULL", _) => Value::Null,
        ("S" | "B", Value::String(_))
        | ("BOOL", Value::Bool(_))
        | ("SS" | "BS", Value::Array(_)) => value.clone(),
        ("N", Value::String(number)) => untyped_number(number),
        ("NS", Value::Array(numbers)) => numbers
            .iter()
            .filter_map(Value::as_str)
            .map(untyped_number)
            .collect(),
        ("L", Value::Array(list)) => {
            let list = list.iter().map(|item| untyped(item, path));
            Value::Array(list.collect::<Result<_, _>>()?)
        }
        ("M", Value::Object(map)) => Value::Object(untyped_map(map, path)?),
        _ => return Err(not_typed()),
    })
}

fn untyped_map(map: &Map<String, Value>, path: &str) -> Result<Map<String, Value>, ItemError> {
    map.iter()
        .map(|(key, value)| {
            let path = match path {
                "" => key.clone(),
                _ => format!("{path}.{key}"),
            };
            Ok((key.clone(), untyped(value, &path)?))
        })
        .collect()
}

/// A number where JSON has one for it, else the digits as they are.
fn untyped_number(digits: &str) -> Value {
    let number = digits
        .parse::<i64>()
        .map(Number::from)
        .or_else(|_| digits.parse::<u64>().map(Number::from))
        .ok()
        .or_else(|| digits.parse::<f64>().ok().and_then(Number::from_f64));
    number.map_or_else(|| digits.into(), Value::Number)
}

//! The calls by which Bedrock AgentCore runs an agent, which here is the orchestrator: documents
//! come in, and whoever sends one hears what came of it.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use orchestrator::{Document, Outcome, Verdict, document::Written};
use serde::Serialize;
use status_model::{AgentName, OverallStatus, Session, SessionId, SourceType};

use super::{
    ApiError, App,
    body::JsonBody,
    prefer::{self, PREFERENCE_APPLIED},
    query::NoQuery,
    read::JSON,
};
use crate::invocations::NotTaken;

/// What came of a document, or that it is under way.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation<'a> {
    session_id: &'a SessionId,
    correlation_id: &'a str,
    document_id: &'a str,
    source_type: &'a SourceType,
    overall_status: OverallStatus,
    /// Nothing while it is not known.
    success: Option<bool>,
    /// The first agent that failed.
    agent: Option<AgentName>,
    error: Option<&'a str>,
}

/// `POST /invocations`
pub(super) async fn invoke(
    State(app): State<Arc<App>>,
    _: NoQuery,
    headers: HeaderMap,
    JsonBody(written): JsonBody<Written>,
) -> Result<Response, ApiError> {
    let document = written
        .document(&mut rand::rng())
        .map_err(|error| ApiError::Shape(error.to_string()))?;
    let invocations = app.invocations.as_ref().ok_or(ApiError::NotOrchestrating)?;
    let under_way = invocations
        .begin(document.clone())
        .map_err(|reason| match reason {
            NotTaken::Full => ApiError::Busy,
            NotTaken::Ending => ApiError::Closing,
            NotTaken::Other => ApiError::Invocation(reason.to_string()),
        })?;
    if prefer::responds_async(&headers) {
        return accepted(&document);
    }
    let lost = || ApiError::Panic("a workflow was lost".to_owned());
    let outcome = under_way.outcome().await.ok_or_else(lost)?;
    match &outcome.verdict {
        Verdict::Refused(reason) => earlier(&app, &document, reason).await,
        _ => of_outcome(&document, &outcome),
    }
}

/// `GET /ping`: is anything under way? AgentCore keeps the container for as long as there is.
pub(super) async fn ping(State(app): State<Arc<App>>) -> Response {
    #[derive(Serialize)]
    struct Ping {
        status: &'static str,
        time_of_last_update: i64,
    }
    let health = app.health();
    let ping = Ping {
        status: if health.is_busy {
            "HealthyBusy"
        } else {
            "Healthy"
        },
        time_of_last_update: health.since.unix_millis() / 1000,
    };
    // Two plain fields can always be written.
    let mut response = Response::new(Body::from(serde_json::to_vec(&ping).unwrap_or_default()));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn accepted(document: &Document) -> Result<Response, ApiError> {
    let mut response = answer(&Invocation {
        overall_status: OverallStatus::Processing,
        success: None,
        agent: None,
        error: None,
        ..Invocation::of(document)
    })?;
    *response.status_mut() = StatusCode::ACCEPTED;
    let headers = response.headers_mut();
    headers.insert(PREFERENCE_APPLIED, prefer::RESPOND_ASYNC);
    let location = format!("/api/workflow/{}/status", document.session_id);
    // What an id is made of is always a valid value.
    if let Ok(location) = HeaderValue::try_from(location) {
        headers.insert(header::LOCATION, location);
    }
    Ok(response)
}

fn of_outcome(document: &Document, outcome: &Outcome) -> Result<Response, ApiError> {
    let (overall_status, agent, error) = match &outcome.verdict {
        Verdict::Completed => (OverallStatus::Completed, None, None),
        Verdict::Failed(agent, error) => {
            (OverallStatus::Failed, Some(*agent), Some(error.as_str()))
        }
        Verdict::Refused(reason) => return Err(ApiError::Invocation(reason.clone())),
    };
    answer(&Invocation {
        success: Some(error.is_none()),
        overall_status,
        agent,
        error,
        ..Invocation::of(document)
    })
}

/// What came of the same document when it was sent before, as the store has it.
async fn earlier(app: &App, document: &Document, refused: &str) -> Result<Response, ApiError> {
    let read = app.store.get(&document.session_id).await;
    let session = read.map_err(|error| ApiError::Store(Arc::new(error)))?;
    let is_same = |session: &Session| {
        session.correlation_id.as_ref() == Some(&document.correlation_id)
            && session.document_id.as_ref() == Some(&document.document_id)
            && session.source_type.as_ref() == Some(&document.source_type)
    };
    let Some(session) =
        session.filter(|session| session.overall_status.is_final() && is_same(session))
    else {
        return Err(ApiError::Invocation(refused.to_owned()));
    };
    let failed = session.agents.first_failed();
    answer(&Invocation {
        success: Some(session.overall_status == OverallStatus::Completed),
        overall_status: session.overall_status.clone(),
        agent: failed.map(|(name, _)| name),
        error: failed.and_then(|(_, agent)| agent.run.error.as_deref()),
        ..Invocation::of(document)
    })
}

impl<'a> Invocation<'a> {
    /// A document of which nothing is known yet.
    const fn of(document: &'a Document) -> Self {
        Self {
            session_id: &document.session_id,
            correlation_id: document.correlation_id.as_str(),
            document_id: document.document_id.as_str(),
            source_type: &document.source_type,
            overall_status: OverallStatus::Processing,
            success: None,
            agent: None,
            error: None,
        }
    }
}

fn answer(invocation: &Invocation<'_>) -> Result<Response, ApiError> {
    let body =
        serde_json::to_vec(invocation).map_err(|error| ApiError::Panic(error.to_string()))?;
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

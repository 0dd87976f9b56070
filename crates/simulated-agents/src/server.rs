//! HTTP: each agent at an address of its own, `POST /agents/{agent}`, and as on Bedrock AgentCore,
//! `POST /runtimes/{arn}/invocations`.

use std::{io, sync::Arc, time::SystemTime};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use status_model::{AgentName, Timestamp};
use tokio::{net::TcpListener, sync::watch};

use crate::{
    config::Config,
    reply::{Reply, refusal, reply},
    wire::{AgentRequest, agent_at, agent_of_runtime},
};

struct Agents {
    config: Config,
    stopping: watch::Receiver<bool>,
}

/// Serves the four agents until `shutdown` is ready. Whoever is being served then is answered
/// 503 at once, so that stopping never waits for a simulated minute.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    listener: TcpListener,
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stop, stopping) = watch::channel(false);
    let router = Router::new()
        .route("/agents/{agent}", post(answer))
        .route("/runtimes/{arn}/invocations", post(invoke))
        .fallback(not_found)
        .with_state(Arc::new(Agents { config, stopping }));
    axum::serve(listener, router)
        .with_graceful_shutdown(async move {
            shutdown.await;
            stop.send_replace(true);
        })
        .await
}

async fn answer(
    State(agents): State<Arc<Agents>>,
    Path(segment): Path<String>,
    body: Bytes,
) -> Response {
    let Some(agent) = agent_at(&segment) else {
        return not_found().await;
    };
    work(&agents, agent, &body).await
}

/// As on AgentCore. Who signs is not checked, for there are no secrets here; that somebody
/// has, and that the runtime session is named, is.
async fn invoke(
    State(agents): State<Arc<Agents>>,
    Path(arn): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = header(header::AUTHORIZATION.as_str()).unwrap_or_default();
    if !authorization.starts_with("AWS4-HMAC-SHA256 ") {
        let why = "the request is not signed";
        return refuse(403, "AccessDeniedException", why);
    }
    let session = header(RUNTIME_SESSION).unwrap_or_default();
    if !(33..=256).contains(&session.len()) {
        let why = "the runtime session's id has 33 to 256 characters";
        return refuse(400, "ValidationException", why);
    }
    let Some(agent) = agent_of_runtime(&arn) else {
        let why = "no agent's runtime has this ARN: its name begins with pdf_adapter, \
                   trade_extraction, trade_matching or exception_management";
        return refuse(404, "ResourceNotFoundException", why);
    };
    work(&agents, agent, &body).await
}

const RUNTIME_SESSION: &str = "x-amzn-bedrock-agentcore-runtime-session-id";

/// As AgentCore refuses: the kind of error in a header.
fn refuse(status: u16, kind: &'static str, why: &str) -> Response {
    let mut reply = Reply {
        status,
        ..refusal(why)
    };
    reply.answer.error_type = Some(kind);
    let mut response = respond(&reply);
    let headers = response.headers_mut();
    headers.insert("x-amzn-errortype", HeaderValue::from_static(kind));
    response
}

async fn work(agents: &Agents, agent: AgentName, body: &[u8]) -> Response {
    let request: AgentRequest = match serde_json::from_slice(body) {
        Ok(request) => request,
        Err(error) => return respond(&refusal(&format!("the request is unreadable: {error}"))),
    };
    let reply = reply(&agents.config, agent, &request, now());
    tracing::debug!(
        %agent,
        document_id = request.document_id,
        attempt = request.attempt,
        status = reply.status,
        delay_ms = reply.delay.as_millis(),
        "asked"
    );
    let mut stopping = agents.stopping.clone();
    tokio::select! {
        () = tokio::time::sleep(reply.delay) => respond(&reply),
        _ = stopping.wait_for(|stopping| *stopping) => respond(&Reply {
            status: 503,
            ..refusal("the agents are being stopped")
        }),
    }
}

async fn not_found() -> Response {
    let text = "Simulated: there is no such agent. POST to /agents/pdf-adapter, \
                /agents/trade-extraction, /agents/trade-matching or \
                /agents/exception-management, or as to AgentCore to \
                /runtimes/ARN/invocations.\n";
    (StatusCode::NOT_FOUND, text).into_response()
}

fn respond(reply: &Reply) -> Response {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = (status, Json(&reply.answer)).into_response();
    if let Some(seconds) = reply.retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

fn now() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_unix_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

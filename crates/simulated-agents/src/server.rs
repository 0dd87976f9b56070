//! HTTP: one endpoint an agent, `POST /agents/{agent}`.

use std::{io, sync::Arc, time::SystemTime};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use status_model::Timestamp;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    config::Config,
    reply::{Reply, refusal, reply},
    wire::{AgentRequest, agent_at},
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
    let request: AgentRequest = match serde_json::from_slice(&body) {
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
                /agents/exception-management.\n";
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

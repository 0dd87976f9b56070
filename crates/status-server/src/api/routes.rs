//! The table of calls.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, MatchedPath, Request},
    middleware,
    routing::{get, patch, post, put},
};

use super::{ApiError, App, body::MAX_BYTES, cors, edge, read, service, write};
use crate::portal;

const STATUS: &str = "/api/workflow/{sessionId}/status";
const RECENT: &str = "/api/workflow/recent";
const MATCHING_STATUS: &str = "/api/workflow/matching-status";
const OVERVIEW: &str = "/api/workflow/overview";
const USUAL_DURATIONS: &str = "/api/workflow/usual-durations";
const SESSION: &str = "/api/workflow/{sessionId}";
const AGENT: &str = "/api/workflow/{sessionId}/agents/{agent}";
const FINALIZE: &str = "/api/workflow/{sessionId}/finalize";
const OPENAPI: &str = "/api/openapi.json";
const HEALTHZ: &str = "/healthz";
const READYZ: &str = "/readyz";
const METRICS: &str = "/metrics";

/// Each call's path, those that are called most first.
pub const ALL: [&str; 12] = [
    STATUS,
    RECENT,
    OVERVIEW,
    USUAL_DURATIONS,
    MATCHING_STATUS,
    AGENT,
    SESSION,
    FINALIZE,
    OPENAPI,
    HEALTHZ,
    READYZ,
    METRICS,
];

/// All calls, and the portal behind them.
pub fn router(app: Arc<App>) -> Router {
    let mut api = Router::new()
        .route(STATUS, get(read::status))
        .route(RECENT, get(read::recent))
        .route(MATCHING_STATUS, get(read::matching_status))
        .route(OVERVIEW, get(read::overview))
        .route(USUAL_DURATIONS, get(read::usual_durations))
        .route(SESSION, put(write::start))
        .route(AGENT, patch(write::report))
        .route(FINALIZE, post(write::finalize))
        .route(OPENAPI, get(service::openapi))
        .route("/api", get(unknown_call).fallback(unknown_call))
        .route("/api/", get(unknown_call).fallback(unknown_call))
        .route("/api/{*rest}", get(unknown_call).fallback(unknown_call))
        .layer(DefaultBodyLimit::max(MAX_BYTES));
    let others = Router::new()
        .route(HEALTHZ, get(service::healthz))
        .route(READYZ, get(service::readyz))
        .route(METRICS, get(service::metrics));
    api = api
        .merge(others)
        .fallback(portal::answer)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), edge::pass));
    if !app.policy.origins.is_empty() {
        api = api.layer(cors::layer(&app.policy.origins));
    }
    api.with_state(app)
}

async fn unknown_call() -> ApiError {
    ApiError::UnknownCall
}

async fn method_not_allowed() -> ApiError {
    ApiError::Method
}

/// The call that a request is routed to, as a label: one of few, whatever clients invent.
pub(super) fn label(request: &Request) -> &'static str {
    let Some(path) = request.extensions().get::<MatchedPath>() else {
        return "portal";
    };
    ALL.into_iter()
        .find(|known| *known == path.as_str())
        .unwrap_or("unknown")
}

//! Which function answers which call, and what every request passes before.

use std::sync::Arc;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request, State},
    middleware,
    response::{IntoResponse, Response},
    routing::{get, patch, post, put},
};

use http::{HeaderValue, header};

use super::{
    ApiError, App,
    body::MAX_BYTES,
    calls::{
        AGENT, EXPORT_LIST, EXPORT_SESSION, FINALIZE, HEALTHZ, INVOCATIONS, MATCHING_STATUS,
        METRICS, OPENAPI, OVERVIEW, PING, READYZ, RECENT, SESSION, STATUS, USUAL_DURATIONS,
    },
    cors, edge, export, invoke, read, service, write,
};
use crate::portal::{self, PortalError};

/// All calls, and the portal behind them.
pub fn router(app: Arc<App>) -> Router {
    let mut api = Router::new()
        .route(STATUS, get(read::status))
        .route(RECENT, get(read::recent))
        .route(MATCHING_STATUS, get(read::matching_status))
        .route(OVERVIEW, get(read::overview))
        .route(USUAL_DURATIONS, get(read::usual_durations))
        .route(EXPORT_SESSION, get(export::session))
        .route(EXPORT_LIST, get(export::list))
        .route(SESSION, put(write::start))
        .route(AGENT, patch(write::report))
        .route(FINALIZE, post(write::finalize))
        .route(INVOCATIONS, post(invoke::invoke))
        .route(OPENAPI, get(service::openapi))
        .route("/api", get(unknown_call).fallback(unknown_call))
        .route("/api/", get(unknown_call).fallback(unknown_call))
        .route("/api/{*rest}", get(unknown_call).fallback(unknown_call))
        .layer(DefaultBodyLimit::max(MAX_BYTES));
    let others = Router::new()
        .route(PING, get(invoke::ping))
        .route(HEALTHZ, get(service::healthz))
        .route(READYZ, get(service::readyz))
        .route(METRICS, get(service::metrics));
    api = api
        .merge(others)
        .fallback(portal)
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

/// Every address that is no call is the portal's.
async fn portal(State(app): State<Arc<App>>, request: Request) -> Response {
    let mut response = match app.portal.answer(&request) {
        Ok(response) => response,
        Err(error @ PortalError::UnknownFile) => ApiError::from(error).into_response(),
        Err(error @ PortalError::Method) => {
            let mut response = ApiError::from(error).into_response();
            let allowed = HeaderValue::from_static("GET,HEAD");
            response.headers_mut().insert(header::ALLOW, allowed);
            response
        }
    };
    portal::secure(response.headers_mut());
    response
}

async fn method_not_allowed() -> ApiError {
    ApiError::Method
}

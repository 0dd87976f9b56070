//! What those who run the server ask: its description, its health, its numbers.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::{body::Body, extract::State, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use status_store::StoreError;
use tokio::time::timeout;

use super::{ApiError, App, read::JSON};
use crate::{
    metrics::Metrics,
    watch::{EntityTag, IfNoneMatch},
};

/// The description of the API.
pub(super) const OPENAPI: &str = include_str!("openapi.json");

/// A store that takes longer is not ready.
const READY_TIMEOUT: Duration = Duration::from_secs(2);

/// `GET /api/openapi.json`
pub(super) async fn openapi(headers: HeaderMap) -> Response {
    static ETAG: LazyLock<EntityTag> = LazyLock::new(|| EntityTag::of(OPENAPI.as_bytes(), None));
    let is_known = IfNoneMatch::new(&headers).knows(&ETAG);
    let mut response = if is_known {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        of(OPENAPI.into(), JSON)
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, ETAG.header().clone());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// `GET /healthz`: the process answers.
pub(super) async fn healthz() -> Response {
    uncached(r#"{"status":"alive"}"#.into(), JSON)
}

/// `GET /readyz`: the store answers too, and the server is not about to end.
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<Response, ApiError> {
    if app.hub.is_closing() {
        return Err(ApiError::Closing);
    }
    let ready = timeout(READY_TIMEOUT, app.store.ready()).await;
    ready
        .unwrap_or_else(|_| {
            let seconds = READY_TIMEOUT.as_secs();
            Err(StoreError::Unavailable(format!(
                "not ready after {seconds} s"
            )))
        })
        .map_err(|error| ApiError::Store(Arc::new(error)))?;
    Ok(uncached(r#"{"status":"ready"}"#.into(), JSON))
}

/// `GET /metrics`
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    let media_type = HeaderValue::from_static(Metrics::MEDIA_TYPE);
    uncached(app.metrics.text().into(), media_type)
}

fn uncached(body: Body, media_type: HeaderValue) -> Response {
    let mut response = of(body, media_type);
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    response
}

fn of(body: Body, media_type: HeaderValue) -> Response {
    let mut response = Response::new(body);
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media_type);
    response
}

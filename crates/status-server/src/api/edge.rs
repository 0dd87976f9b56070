//! What every request passes: is it called by its name, what is its correlation id, which headers
//! does the answer need, what is counted. Here a panic ends and an error becomes a problem.

use std::{any::Any, panic::AssertUnwindSafe, sync::Arc, time::Instant};

use crate::{page::Page, portal};
use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures_util::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use status_model::api::Problem;
use tracing::{debug, error, info, warn};

use super::{ApiError, App, Policy, admit, calls::Routed, correlation, host, read::WasHeld};

/// Takes a request in and its answer out.
pub(super) async fn pass(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let correlation_id = correlation::of(request.headers());
    let id = correlation::Id(correlation_id.clone());
    request.extensions_mut().insert(id);
    let is_pinned = app.policy.is_https && !host::is_localhost(request.headers());
    let method = request.method().clone();
    let routed = Routed::of(&request);
    let uri = request.uri().clone();
    let is_for_people = routed.is_for_people() && wants_page(request.headers());

    let admitted = match host::check(request.headers(), &app.policy.hosts) {
        Ok(()) => admit::admit(&app, routed, &mut request).await,
        Err(error) => Err(error.into_response()),
    };
    let mut response = match admitted {
        Ok(()) => AssertUnwindSafe(next.run(request))
            .catch_unwind()
            .await
            .unwrap_or_else(|panic| ApiError::Panic(text_of(panic.as_ref())).into_response()),
        Err(response) => response,
    };

    let path = routed.loggable(uri.path());
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        let id = correlation_id.to_str().unwrap_or_default();
        let status = error.status().as_u16();
        match status {
            // Whoever asks too often would fill the log too.
            429 => debug!(correlation_id = id, %method, path, status, %error, "refused"),
            503 => warn!(correlation_id = id, %method, path, status, %error, "not available"),
            500.. => error!(correlation_id = id, %method, path, status, %error, "failed"),
            _ => info!(correlation_id = id, %method, path, status, %error, "refused"),
        }
        let problem = error.problem(id.to_owned());
        if is_for_people {
            response = Page::from(problem).into_response();
        } else {
            write_problem(&mut response, &problem);
        }
    }
    let elapsed = started.elapsed();
    let was_held = response.extensions().get::<WasHeld>().is_some();
    let status = response.status();
    debug!(%method, path, status = status.as_u16(), ?elapsed, "answered");
    app.metrics
        .answered(routed.label(), &method, status, elapsed, was_held);
    if status != StatusCode::NOT_MODIFIED {
        let headers = response.headers_mut();
        secure(headers, &app.policy);
        if is_pinned {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, HTTPS_ONLY);
        }
    }
    response
        .headers_mut()
        .insert(correlation::HEADER, correlation_id);
    response
}

/// Does a browser ask, for somebody to read?
fn wants_page(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT);
    let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
    accepted.is_some_and(|accepted| accepted.contains("text/html"))
}

/// What a panic said.
fn text_of(panic: &(dyn Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("without a text").to_owned()
}

/// Keeps the headers that the answer has already, such as `Allow`.
fn write_problem(response: &mut Response, problem: &Problem) {
    // A problem has texts and a number only, which can always be written.
    let body = serde_json::to_vec(problem).unwrap_or_default();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(Problem::MEDIA_TYPE),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    *response.body_mut() = Body::from(body);
}

/// Headers that keep a browser from doing with an answer what it is not for.
const SECURITY: [(HeaderName, HeaderValue); 3] = [
    (
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    ),
    (
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    ),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
];
/// Data is not for showing; the portal's pages bring a policy of their own.
const DATA_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");
/// For a year from each answer on. Whether it holds for names below this one is not for this
/// program to say.
const HTTPS_ONLY: HeaderValue = HeaderValue::from_static("max-age=31536000");
const SAME_ORIGIN: HeaderValue = HeaderValue::from_static("same-origin");

fn secure(headers: &mut HeaderMap, policy: &Policy) {
    for (name, value) in SECURITY {
        headers.insert(name, value);
    }
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(DATA_POLICY);
    if policy.origins.is_empty() {
        headers
            .entry(portal::CROSS_ORIGIN_RESOURCE_POLICY)
            .or_insert(SAME_ORIGIN);
    }
}

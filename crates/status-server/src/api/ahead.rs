//! What a session's page will ask first, asked ahead by the server for whoever opens the page.
//!
//! It is asked with the same calls and the same cookies: who may not have an answer gets a page
//! without one, and what the page then asks is answered as ever.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::{self, Body},
    extract::{ConnectInfo, Request},
};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header, request, response};
use tokio::time::timeout;
use tower::Service;

use super::{App, correlation};
use crate::portal::FirstAnswer;

/// A page waits no longer for what it could bring along.
const PATIENCE: Duration = Duration::from_millis(100);
/// A page does not grow beyond this by what it brings along: it would keep its program waiting.
const MAX_BYTES: usize = 64 * 1024;

/// The answers to what the page will ask first, where it is a session's page and whoever opens it
/// may have them.
pub(super) async fn first_answer(
    app: &Arc<App>,
    calls: Router,
    page: &request::Parts,
) -> Option<FirstAnswer> {
    let session = app.portal.opened_session(page)?;
    let status = format!("/api/workflow/{session}/status");
    let asking = async {
        let (head, status) = ask(calls.clone(), page, &status).await?;
        let at = (app.clock)();
        let (_, config) = ask(calls, page, "/config.json").await?;
        Some(FirstAnswer {
            status,
            etag: head.headers.get(header::ETAG)?.clone(),
            at,
            config,
        })
    };
    timeout(PATIENCE, asking).await.ok().flatten()
}

/// Asks as whoever opens the page would.
async fn ask(
    mut calls: Router,
    page: &request::Parts,
    path: &str,
) -> Option<(response::Parts, Bytes)> {
    let mut request = Request::get(path).body(Body::empty()).ok()?;
    let headers = request.headers_mut();
    headers.clone_from(&page.headers);
    // They are about the page.
    for name in [
        header::IF_NONE_MATCH,
        header::IF_MODIFIED_SINCE,
        header::RANGE,
    ] {
        headers.remove(name);
    }
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    if let Some(id) = page.extensions.get::<correlation::Id>() {
        headers.insert(correlation::HEADER, id.0.clone());
    }
    if let Some(peer) = page.extensions.get::<ConnectInfo<SocketAddr>>() {
        request.extensions_mut().insert(*peer);
    }
    let Ok(answer) = calls.call(request).await;
    let (head, body) = answer.into_parts();
    let body = body::to_bytes(body, MAX_BYTES).await.ok()?;
    (head.status == StatusCode::OK).then_some((head, body))
}

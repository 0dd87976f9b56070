//! The calls that look.

use std::sync::Arc;

use axum::{body::Body, extract::State, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{
    ApiError, App,
    path::SessionPath,
    prefer::{PREFERENCE_APPLIED, Wait},
    query::{NoQuery, OverviewQuery, RecentQuery, SinceQuery},
};
use crate::watch::{Content, Held, IfNoneMatch, Reading, Snapshot, Watched};

const NO_CACHE: HeaderValue = HeaderValue::from_static("no-cache");
const FOR_A_MINUTE: HeaderValue = HeaderValue::from_static("max-age=60");
pub(super) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Marks an answer that was ready to wait for a change: how long it took says nothing of the
/// server's speed.
#[derive(Clone, Copy)]
pub(super) struct WasHeld;

/// `GET /api/workflow/{sessionId}/status`
pub(super) async fn status(
    State(app): State<Arc<App>>,
    SessionPath(id): SessionPath,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    watched(&app, &Watched::Session(id), &headers).await
}

/// `GET /api/workflow/recent`
pub(super) async fn recent(
    State(app): State<Arc<App>>,
    RecentQuery(query): RecentQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    watched(&app, &Watched::Recent(query), &headers).await
}

/// `GET /api/workflow/overview`
pub(super) async fn overview(
    State(app): State<Arc<App>>,
    OverviewQuery(source): OverviewQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    watched(&app, &Watched::Overview(source), &headers).await
}

/// `GET /api/workflow/matching-status`
pub(super) async fn matching_status(
    State(app): State<Arc<App>>,
    since: SinceQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let key = Watched::MatchingCounts(since.start((app.clock)()));
    answer(app.hub.look(&key).await, &headers, NO_CACHE)
}

/// `GET /api/workflow/usual-durations`
pub(super) async fn usual_durations(
    State(app): State<Arc<App>>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let reading = app.hub.look(&Watched::UsualDurations).await;
    answer(reading, &headers, FOR_A_MINUTE)
}

/// What can be waited for.
async fn watched(app: &Arc<App>, key: &Watched, headers: &HeaderMap) -> Result<Response, ApiError> {
    let Some(wait) = Wait::of(headers) else {
        return answer(app.hub.look(key).await, headers, NO_CACHE);
    };
    let known = IfNoneMatch::new(headers);
    let Held { reading, applied } = app
        .hub
        .hold(key, |tag| known.knows(tag), wait.duration())
        .await;
    let mut response = answer(reading, headers, NO_CACHE)?;
    if applied {
        let headers = response.headers_mut();
        headers.insert(PREFERENCE_APPLIED, wait.applied());
    }
    response.extensions_mut().insert(WasHeld);
    Ok(response)
}

fn answer(reading: Reading, headers: &HeaderMap, cache: HeaderValue) -> Result<Response, ApiError> {
    let snapshot = match reading.map_err(ApiError::Store)? {
        Content::Found(snapshot) => snapshot,
        Content::Missing => return Err(ApiError::UnknownSession),
    };
    if !IfNoneMatch::new(headers).knows(&snapshot.etag) {
        return Ok(whole(snapshot, cache));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    headers.insert(header::ETAG, snapshot.etag.header().clone());
    headers.insert(header::CACHE_CONTROL, cache);
    Ok(response)
}

fn whole(snapshot: Snapshot, cache: HeaderValue) -> Response {
    let mut response = Response::new(Body::from(snapshot.body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(header::ETAG, snapshot.etag.header().clone());
    headers.insert(header::CACHE_CONTROL, cache);
    if let Some(link) = snapshot.link {
        headers.insert(header::LINK, link);
    }
    response
}

/// A session that was just written, whole.
pub(super) fn written(snapshot: Snapshot) -> Response {
    whole(snapshot, NO_CACHE)
}

//! The calls that look.

use std::sync::Arc;

use access::{Identity, Viewer};
use axum::{Extension, body::Body, extract::State, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};

use super::{
    ApiError, App, Denied,
    admit::Caller,
    path::SessionPath,
    prefer::{PREFERENCE_APPLIED, Wait},
    query::{NoQuery, OverviewQuery, RecentQuery, SinceQuery},
    view::View,
};
use crate::watch::{Content, Held, Reading, Snapshot, Watched};

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
    Extension(caller): Extension<Caller>,
    SessionPath(id): SessionPath,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let view = View::of(&app, &caller)?;
    watched(&app, &Watched::Session(id), view, &caller, &headers).await
}

/// `GET /api/workflow/recent`
pub(super) async fn recent(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    RecentQuery(query): RecentQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    watched(
        &app,
        &Watched::Recent(query),
        View::Whole,
        &caller,
        &headers,
    )
    .await
}

/// `GET /api/workflow/overview`
pub(super) async fn overview(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    OverviewQuery(source): OverviewQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    watched(
        &app,
        &Watched::Overview(source),
        View::Whole,
        &caller,
        &headers,
    )
    .await
}

/// `GET /api/workflow/matching-status`
pub(super) async fn matching_status(
    State(app): State<Arc<App>>,
    since: SinceQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let key = Watched::MatchingCounts(since.start((app.clock)()));
    answer(app.hub.look(&key).await, View::Whole, &headers, NO_CACHE)
}

/// `GET /api/workflow/usual-durations`
pub(super) async fn usual_durations(
    State(app): State<Arc<App>>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let reading = app.hub.look(&Watched::UsualDurations).await;
    answer(reading, View::Whole, &headers, FOR_A_MINUTE)
}

/// What can be waited for.
async fn watched(
    app: &Arc<App>,
    key: &Watched,
    view: View<'_>,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    // Who has as many requests waiting as one viewer may is answered at once.
    let place = caller.viewer.as_ref().map(Viewer::wait);
    let Some(wait) = Wait::of(headers).filter(|_| !matches!(place, Some(None))) else {
        return answer(app.hub.look(key).await, view, headers, NO_CACHE);
    };
    let Held { reading, applied } = app
        .hub
        .hold(key, |tag| view.is_known(headers, tag), wait.duration())
        .await;
    // Much may have been revoked in the meantime.
    let identity = &caller.known.identity;
    if !app.gate.knows_still(identity, (app.clock)()) {
        let is_token_wrong = matches!(identity, Identity::Token(_));
        return Err(Denied::Unknown { is_token_wrong }.into());
    }
    let mut response = answer(reading, view, headers, NO_CACHE)?;
    if applied {
        let headers = response.headers_mut();
        headers.insert(PREFERENCE_APPLIED, wait.applied());
    }
    response.extensions_mut().insert(WasHeld);
    Ok(response)
}

fn answer(
    reading: Reading,
    view: View<'_>,
    headers: &HeaderMap,
    cache: HeaderValue,
) -> Result<Response, ApiError> {
    let snapshot = match reading.map_err(ApiError::Store)? {
        Content::Found(snapshot) => snapshot,
        Content::Missing => return Err(ApiError::UnknownSession),
    };
    if !view.is_known(headers, &snapshot.etag) {
        let shown = view.snapshot(snapshot);
        let shown = shown.map_err(|error| ApiError::Store(Arc::new(error)))?;
        return Ok(whole(shown, cache));
    }
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    let headers = response.headers_mut();
    let tag = view.tag(snapshot.etag);
    headers.insert(header::ETAG, tag.header().clone());
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

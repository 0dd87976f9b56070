//! Who is asking: `GET /api/me`, and what the portal has to know before it draws.

use std::sync::Arc;

use access::{Identity, Known};
use axum::{body::Body, extract::State, response::Response};
use http::{HeaderMap, HeaderValue, header};
use serde::Serialize;
use status_model::{
    Permission,
    api::{Config, Me, SharedSession, ViewerKind},
};

use super::{ApiError, App, query::NoQuery, read::JSON};

/// `GET /api/me`
pub(super) async fn me(
    State(app): State<Arc<App>>,
    _: NoQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let shown = app.gate.shown(&headers, (app.clock)());
    let me = of(&shown.known).ok_or(ApiError::Denied(super::Denied::Unknown {
        is_token_wrong: shown.is_token_wrong,
    }))?;
    unkept(&me)
}

/// `GET /config.json`
pub(super) async fn config(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let shown = app.gate.shown(&headers, (app.clock)());
    unkept(&Config {
        status_api: String::new(),
        sign_in: app.gate.signs_in,
        viewer: of(&shown.known),
    })
}

/// The first account, else the links; nothing where nobody is known.
fn of(known: &[Known]) -> Option<Me> {
    let first = &known.first()?.identity;
    let may = Permission::ALL.into_iter();
    let shares = known.iter().filter_map(|known| match &known.identity {
        Identity::Share(share) => Some(SharedSession {
            session_id: share.session_id.clone(),
            redacted: share.is_redacted,
            expires_at: share.expires_at,
        }),
        _ => None,
    });
    let (kind, expires_at) = match first {
        Identity::Loopback => (ViewerKind::Open, None),
        Identity::Token(token) => (ViewerKind::Token, token.expires_at),
        Identity::Person(person) => (ViewerKind::Person, Some(person.expires_at)),
        Identity::Share(share) => (ViewerKind::Share, Some(share.expires_at)),
    };
    Some(Me {
        kind,
        name: first.name().map(str::to_owned),
        role: first.role(),
        may: may.filter(|permission| first.may(*permission)).collect(),
        expires_at,
        shared: shares.collect(),
    })
}

/// What is somebody's own is in no cache.
pub(super) fn unkept(body: &impl Serialize) -> Result<Response, ApiError> {
    let body = serde_json::to_vec(body).map_err(|error| ApiError::Panic(error.to_string()))?;
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, JSON);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

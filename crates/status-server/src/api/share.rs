//! Links to single sessions: made, listed, revoked.

use std::sync::Arc;

use access::{Register, Share};
use axum::{Extension, extract::State, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use status_model::{
    Permission, Seconds,
    api::{NewShare, ShareBody},
};

use super::{
    ApiError, App, Denied,
    admit::Caller,
    body::JsonBody,
    calls::Call,
    me::unkept,
    path::OnlyPath,
    query::{NoQuery, SharesQuery},
};
use crate::{
    gate::{ChangeError, Gate, audit::Event},
    watch::{Content, Watched},
};

/// A link that is good for less is no use.
const SHORTEST: Seconds = Seconds::from_secs(60);

/// `POST /api/shares`
pub(super) async fn make(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    _: NoQuery,
    headers: HeaderMap,
    JsonBody(wanted): JsonBody<NewShare>,
) -> Result<Response, ApiError> {
    let register = app.gate.register().ok_or(Denied::NothingToShare)?;
    let length = length_of(&wanted)?;
    let session = Watched::Session(wanted.session_id.clone());
    let found = app.hub.look(&session).await.map_err(ApiError::Store)?;
    if matches!(found, Content::Missing) {
        return Err(ApiError::UnknownSession);
    }
    let now = (app.clock)();
    let identity = &caller.known.identity;
    let (key, name) = (identity.key(), identity.name().unwrap_or_default());
    if register.shares(|share| share.created_by == key, now).len() >= app.gate.max_shares {
        return Err(Denied::TooManyShares.into());
    }
    let share = Share::new(
        wanted.session_id,
        wanted.redacted,
        (key, name.to_owned()),
        (now, length),
        &mut rand::rng(),
    );
    let kept = share.clone();
    Gate::change(register, move |register| register.add_share(&kept, now))
        .await
        .map_err(|error| not_kept(&error))?;
    tell(&caller, Call::MakeShare, &share, Event::ShareMade);
    let mut response = unkept(&body(&app.gate, register, &share, &headers))?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// `GET /api/shares`: the caller's own, or, for who manages them, everybody's.
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    SharesQuery(session): SharesQuery,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let register = app.gate.register().ok_or(Denied::NothingToShare)?;
    let may_see = may_touch(&caller);
    let is_wanted = |share: &Share| {
        may_see(share)
            && session
                .as_ref()
                .is_none_or(|session| *session == share.session_id)
    };
    let shares = register.shares(is_wanted, (app.clock)());
    let bodies: Vec<_> = shares
        .iter()
        .map(|share| body(&app.gate, register, share, &headers))
        .collect();
    unkept(&bodies)
}

/// `DELETE /api/shares/{shareId}`
pub(super) async fn revoke(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    OnlyPath(id): OnlyPath,
    _: NoQuery,
) -> Result<Response, ApiError> {
    let register = app.gate.register().ok_or(Denied::NothingToShare)?;
    let now = (app.clock)();
    let may_revoke = may_touch(&caller);
    let share = id
        .parse()
        .ok()
        .and_then(|id| register.share_by_id(id, now))
        .filter(|share| may_revoke(share))
        .ok_or(Denied::Share)?;
    let id = share.id;
    Gate::change(register, move |register| register.revoke_share(id, now))
        .await
        .map_err(|error| not_kept(&error))?;
    tell(&caller, Call::RevokeShare, &share, Event::ShareRevoked);
    let mut response = Response::default();
    *response.status_mut() = StatusCode::NO_CONTENT;
    let no_store = HeaderValue::from_static("no-store");
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, no_store);
    Ok(response)
}

fn may_touch(caller: &Caller) -> impl Fn(&Share) -> bool + use<> {
    let identity = &caller.known.identity;
    let (key, manages) = (identity.key(), identity.may(Permission::ManageShares));
    move |share| manages || share.created_by == key
}

fn length_of(wanted: &NewShare) -> Result<Seconds, ApiError> {
    let Some(seconds) = wanted.expires_in else {
        return Ok(Share::USUAL_LENGTH);
    };
    let (shortest, longest) = (SHORTEST.millis() / 1000, Share::MAX_LENGTH.millis() / 1000);
    if (shortest..=longest).contains(&seconds) {
        Ok(Seconds::from_secs(seconds))
    } else {
        Err(ApiError::Shape(format!(
            "expiresIn: it is a number of seconds from {shortest} to {longest}"
        )))
    }
}

fn body(gate: &Gate, register: &Register, share: &Share, headers: &HeaderMap) -> ShareBody {
    ShareBody {
        id: share.id.to_string(),
        session_id: share.session_id.clone(),
        redacted: share.is_redacted,
        created_by: share.created_by_name.clone(),
        created_at: share.created_at,
        expires_at: share.expires_at,
        url: gate.link(headers, &format!("/shared/{}", share.link(register.key()))),
    }
}

fn tell(caller: &Caller, call: Call, share: &Share, event: Event) {
    let id = share.id.to_string();
    let mut line = caller.line(call);
    line.session = Some(share.session_id.as_str());
    line.share = Some(&id);
    line.write(event);
}

fn not_kept(error: &ChangeError) -> ApiError {
    Denied::NotKept(error.to_string()).into()
}

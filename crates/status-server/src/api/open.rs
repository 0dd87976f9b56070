//! Addresses that let in whoever has them: a link to a session, a display's sign-in. Each is
//! exchanged for a cookie, so that the secret does not stay in the address.

use std::sync::Arc;

use access::{Identity, Known, Via};
use axum::{
    extract::{Request, State},
    response::Response,
};
use http::{HeaderValue, StatusCode, header};
use status_model::{Seconds, Timestamp};

use super::{ApiError, App, Denied, calls::Call, correlation::Id, path::OnlyPath};
use crate::gate::{
    audit::{Event, Line},
    cookies, peer,
};

/// `GET /shared/{link}`
pub(super) async fn share(
    State(app): State<Arc<App>>,
    OnlyPath(secret): OnlyPath,
    request: Request,
) -> Result<Response, ApiError> {
    let now = (app.clock)();
    let link = secret.as_str();
    let register = app.gate.register().ok_or(Denied::Link)?;
    let identity = register.share(link, now).ok_or(Denied::Link)?;
    let Identity::Share(share) = &identity else {
        return Err(Denied::Link.into());
    };
    limit(&app, &identity)?;
    let id = share.id.to_string();
    tell(
        &app,
        &request,
        Call::OpenShare,
        &identity,
        Event::ShareOpened,
    );
    let name = format!("{}{id}", cookies::SHARE);
    let mut response = see_other(&format!("/sessions/{}", share.session_id));
    let headers = response.headers_mut();
    headers.append(
        header::SET_COOKIE,
        cookies::set(&name, link, until(share.expires_at, now)),
    );
    let is_good = |link: &str| register.share(link, now).is_some();
    for name in surplus(&request, &name, is_good) {
        headers.append(header::SET_COOKIE, cookies::remove(&name));
    }
    Ok(response)
}

/// `GET /sign-in/display/{token}`
pub(super) async fn display(
    State(app): State<Arc<App>>,
    OnlyPath(secret): OnlyPath,
    request: Request,
) -> Result<Response, ApiError> {
    let now = (app.clock)();
    let token = secret.as_str();
    let register = app.gate.register().ok_or(Denied::Link)?;
    let identity = register.display(token, now).ok_or(Denied::Link)?;
    limit(&app, &identity)?;
    let event = Event::DisplaySignedIn;
    tell(&app, &request, Call::SignInDisplay, &identity, event);
    let lifetime = match &identity {
        Identity::Token(token) => token.expires_at.map(|time| until(time, now)),
        _ => None,
    };
    let mut response = see_other("/wall");
    response.headers_mut().insert(
        header::SET_COOKIE,
        cookies::set(
            cookies::DISPLAY,
            token,
            lifetime.unwrap_or(cookies::LONGEST),
        ),
    );
    Ok(response)
}

fn limit(app: &App, identity: &Identity) -> Result<(), ApiError> {
    match identity.viewer().map(|key| app.gate.viewers.admit(key)) {
        Some(Err(too_often)) => Err(Denied::from(too_often).into()),
        _ => Ok(()),
    }
}

fn until(time: Timestamp, now: Timestamp) -> Seconds {
    time.since(now).unwrap_or_default()
}

/// The cookies of links that are to be forgotten: those that open nothing any more, and the oldest
/// ones where there are too many. Browsers send the oldest first.
fn surplus(request: &Request, new: &str, is_good: impl Fn(&str) -> bool) -> Vec<String> {
    let cookies = cookies::of(request.headers());
    let others = cookies.filter(|cookie| {
        let name = cookie.name();
        name.starts_with(cookies::SHARE) && name != new
    });
    let (good, mut surplus): (Vec<_>, Vec<_>) = others.partition(|cookie| is_good(cookie.value()));
    let too_many = (good.len() + 1).saturating_sub(cookies::MAX_SHARES);
    surplus.extend(good.into_iter().take(too_many));
    let names = surplus.iter().map(|cookie| cookie.name().to_owned());
    names.collect()
}

fn tell(app: &App, request: &Request, call: Call, identity: &Identity, event: Event) {
    let known = Known {
        identity: identity.clone(),
        via: Via::Link,
    };
    let (session, share) = match identity {
        Identity::Share(share) => (Some(share.session_id.as_str()), Some(share.id.to_string())),
        _ => (None, None),
    };
    let extensions = request.extensions();
    let line = Line {
        correlation_id: extensions.get::<Id>().map_or("none", Id::as_str),
        known: Some(&known),
        session,
        share: share.as_deref(),
        method: call.method_name(),
        call: call.path(),
        from: peer::of(request.headers(), extensions, app.gate.trusts_proxy),
    };
    line.write(event);
}

fn see_other(place: &str) -> Response {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::SEE_OTHER;
    let headers = response.headers_mut();
    // What an id is made of is always a valid value.
    if let Ok(place) = HeaderValue::try_from(place) {
        headers.insert(header::LOCATION, place);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

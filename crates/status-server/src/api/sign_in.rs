//! People sign in and out: `/sign-in`, `/sign-in/callback`, `/sign-out`. All but the last are opened
//! by browsers and answer with pages and redirections.

use std::sync::Arc;

use access::{Identity, Known, Person, Register, Via};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts};
use serde_json::json;
use status_model::Timestamp;
use tracing::{info, warn};

use super::{ApiError, App, Denied, calls::Call, correlation::Id, me::unkept};
use crate::{
    gate::{
        Gate,
        audit::{Event, Line},
        cookies, peer,
    },
    page::Page,
    sign_in::{Answer, LASTS, ReturnPath, SignInError},
};

/// A sign-in that is under way.
const ATTEMPT: &str = "__Host-sign-in";

/// `GET /sign-in`: to the identity provider.
pub(super) async fn begin(State(app): State<Arc<App>>, request: Parts) -> Response {
    let Some(sign_in) = &app.sign_in else {
        return nobody_signs_in().into_response();
    };
    let query = Parameters::of(&request.uri);
    let return_path = ReturnPath::checked(query.get("return").unwrap_or_default());
    let is_anew = query.get("anew").is_some();
    match sign_in.begin(return_path, is_anew, (app.clock)()).await {
        Ok(begun) => {
            let cookie = cookies::set(ATTEMPT, &begun.cookie, LASTS);
            see_other(&begun.address, [cookie])
        }
        Err(error) => not_signed_in(&error, &request),
    }
}

/// `GET /sign-in/callback`: from the identity provider.
pub(super) async fn finish(State(app): State<Arc<App>>, request: Parts) -> Response {
    let (Some(sign_in), Some(register)) = (&app.sign_in, app.gate.register()) else {
        return nobody_signs_in().into_response();
    };
    let now = (app.clock)();
    let query = Parameters::of(&request.uri);
    let answer = Answer {
        state: query.get("state").unwrap_or_default(),
        code: query.get("code"),
        error: query.get("error"),
        issuer: query.get("iss"),
    };
    let attempt = value_of(ATTEMPT, &request.headers);
    let signed_in = async {
        let (person, return_path) = sign_in.finish(attempt.as_deref(), answer, now).await?;
        let before = value_of(cookies::SESSION, &request.headers);
        let secret = keep(register, person.clone(), before, now).await?;
        Ok((person, secret, return_path))
    };
    let forget = cookies::remove(ATTEMPT);
    match signed_in.await {
        Ok((person, secret, return_path)) => {
            let lifetime = person.expires_at.since(now).unwrap_or_default();
            let session = cookies::set(cookies::SESSION, &secret, lifetime);
            let identity = Identity::Person(Arc::new(person));
            tell(
                &app,
                &request,
                Call::FinishSignIn,
                identity,
                Event::SignedIn,
            );
            see_other(return_path.as_str(), [session, forget])
        }
        Err(error) => {
            let mut response = not_signed_in(&error, &request);
            response.headers_mut().append(header::SET_COOKIE, forget);
            response
        }
    }
}

/// `POST /sign-out`: whoever asks is signed out, and is told where to go now.
pub(super) async fn end(State(app): State<Arc<App>>, request: Parts) -> Result<Response, ApiError> {
    let now = (app.clock)();
    let secret = value_of(cookies::SESSION, &request.headers);
    if let Some((register, secret)) = app.gate.register().zip(secret) {
        if let Some(identity) = register.person(&secret, now) {
            tell(&app, &request, Call::SignOut, identity, Event::SignedOut);
        }
        Gate::change(register, move |register| register.sign_out(&secret, now))
            .await
            .map_err(|error| Denied::NotKept(error.to_string()))?;
    }
    let farewell = match &app.sign_in {
        Some(sign_in) => sign_in.farewell().await,
        None => None,
    };
    let next = farewell.as_deref().unwrap_or("/");
    let mut response = unkept(&json!({ "next": next }))?;
    let forget = cookies::remove(cookies::SESSION);
    response.headers_mut().append(header::SET_COOKIE, forget);
    Ok(response)
}

/// Keeps that somebody has signed in, in place of whoever had before in this browser.
async fn keep(
    register: &Arc<Register>,
    person: Person,
    before: Option<String>,
    now: Timestamp,
) -> Result<String, SignInError> {
    let kept = Gate::change(register, move |register| {
        if let Some(before) = before {
            register.sign_out(&before, now)?;
        }
        register.sign_in(&person, now, &mut rand::rng())
    });
    let secret = kept
        .await
        .map_err(|error| SignInError::Store(error.to_string()))?;
    Ok(secret.text())
}

/// The first cookie of this name.
fn value_of(name: &str, headers: &HeaderMap) -> Option<String> {
    let mut cookies = cookies::of(headers);
    let cookie = cookies.find(|cookie| cookie.name() == name)?;
    Some(cookie.value().to_owned())
}

/// What stands in the address behind the `?`. What can't be read is not there.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(uri: &Uri) -> Self {
        let pairs = Query::<Vec<(String, String)>>::try_from_uri(uri);
        Self(pairs.map(|Query(pairs)| pairs).unwrap_or_default())
    }

    fn get(&self, name: &str) -> Option<&str> {
        let pair = self.0.iter().find(|(key, _)| key == name);
        pair.map(|(_, value)| value.as_str())
    }
}

fn see_other(place: &str, cookies: impl IntoIterator<Item = HeaderValue>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    // An address that was parsed, and a path that was checked, are always valid values.
    if let Ok(place) = HeaderValue::try_from(place) {
        headers.insert(header::LOCATION, place);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    for cookie in cookies {
        headers.append(header::SET_COOKIE, cookie);
    }
    response
}

fn not_signed_in(error: &SignInError, request: &Parts) -> Response {
    let id = request.extensions.get::<Id>();
    let correlation_id = id.map_or("none", Id::as_str);
    let page = error.page();
    if page.status.is_server_error() {
        warn!(correlation_id, %error, "nobody was signed in");
    } else {
        info!(correlation_id, %error, "nobody was signed in");
    }
    page.into_response()
}

fn nobody_signs_in() -> Page {
    Page {
        status: StatusCode::NOT_FOUND,
        title: "Nobody signs in here".to_owned(),
        text:
            "This server has no identity provider to sign in with. Ask whoever runs it for a link \
               or a token."
                .to_owned(),
        way: None,
    }
}

fn tell(app: &App, request: &Parts, call: Call, identity: Identity, event: Event) {
    let via = Via::Cookie;
    let known = Known { identity, via };
    let id = request.extensions.get::<Id>();
    let line = Line {
        correlation_id: id.map_or("none", Id::as_str),
        known: Some(&known),
        session: None,
        share: None,
        method: call.method_name(),
        call: call.path(),
        from: peer::of(&request.headers, &request.extensions, app.gate.trusts_proxy),
    };
    line.write(event);
}

//! Lets a request through to its call, or turns it away: who asks, may they, and how often?
//!
//! Nothing gets past here on which the [table of calls](super::calls) does not say who may have
//! it.

use std::{net::IpAddr, sync::Arc};

use access::{Decision, Known, Requirement, Viewer, decide};
use axum::{
    RequestExt,
    extract::{RawPathParams, Request},
    response::{IntoResponse, Response},
};
use http::{HeaderValue, header};
use status_model::SessionId;

use super::{
    ApiError, App,
    calls::{self, Call, Routed},
    correlation::Id,
    denied::Denied,
};
use crate::gate::{
    audit::{Event, Line},
    peer, same_origin,
};

/// Who made a call that not everybody may make, in the request's extensions. A call that needs it
/// and does not find it fails.
#[derive(Clone)]
pub(super) struct Caller {
    pub(super) known: Known,
    /// Whose requests are counted; nothing without access control.
    pub(super) viewer: Option<Arc<Viewer>>,
    correlation_id: Id,
    from: Option<IpAddr>,
}

impl Caller {
    /// A line of the log about what they did.
    pub(super) fn line(&self, call: Call) -> Line<'_> {
        Line {
            correlation_id: self.correlation_id.as_str(),
            known: Some(&self.known),
            session: None,
            share: None,
            method: call.method_name(),
            call: call.path(),
            from: self.from,
        }
    }
}

/// Lets a request through.
///
/// # Errors
/// The answer that turns it away.
pub(super) async fn admit(
    app: &App,
    routed: Routed,
    request: &mut Request,
) -> Result<(), Response> {
    let call = match routed {
        Routed::Portal | Routed::NoCall => return Ok(()),
        Routed::OtherMethod(path) => return Err(other_method(path)),
        Routed::Undecided => return Err(refused(Denied::Undecided)),
        Routed::Call(call) if call.requirement() == Requirement::Public => return Ok(()),
        Routed::Call(call) => call,
    };
    let asked = Asked::read(app, call, request).await;
    let decided = asked.decide(app, request);
    match &decided {
        Ok(caller) if call.requirement() != Requirement::Known => {
            asked.tell(Some(&caller.known), Event::Allowed);
        }
        // Whoever asks too often would fill the log too.
        Ok(_) | Err((Denied::TooOften { .. }, _)) => {}
        Err((_, known)) => asked.tell(known.as_ref(), Event::Refused),
    }
    let caller = decided.map_err(|(denied, _)| refused(denied))?;
    request.extensions_mut().insert(caller);
    Ok(())
}

/// A request for a call, as far as it matters who makes it.
struct Asked {
    call: Call,
    correlation_id: Id,
    /// The session that the path names, if it names one.
    session: Option<SessionId>,
    from: Option<IpAddr>,
}

impl Asked {
    async fn read(app: &App, call: Call, request: &mut Request) -> Self {
        let is_told = app.gate.register().is_some()
            || tracing::enabled!(target: "access", tracing::Level::DEBUG);
        // What is no id is told to the caller by the call itself.
        let session = if is_told && call.path().contains("{sessionId}") {
            let parameters = request.extract_parts::<RawPathParams>().await.ok();
            parameters.and_then(|parameters| {
                let mut parameters = parameters.iter();
                let (_, id) = parameters.find(|(name, _)| *name == "sessionId")?;
                id.parse().ok()
            })
        } else {
            None
        };
        let extensions = request.extensions();
        let correlation_id = extensions.get::<Id>().cloned();
        Self {
            call,
            correlation_id: correlation_id.unwrap_or(Id(HeaderValue::from_static("none"))),
            session,
            from: peer::of(request.headers(), extensions, app.gate.trusts_proxy),
        }
    }

    fn decide(&self, app: &App, request: &Request) -> Result<Caller, (Denied, Option<Known>)> {
        let (headers, now) = (request.headers(), (app.clock)());
        if let Some(register) = app.gate.register()
            && register.is_out_of_date(now)
        {
            return Err((Denied::Unavailable, None));
        }
        let shown = app.gate.shown(headers, now);
        let requirement = self.call.requirement();
        let known = match decide(requirement, self.session.as_ref(), shown.known) {
            Decision::Allowed(known) => known,
            Decision::Refused(known) => {
                return Err((Denied::Role(known.identity.role()), Some(known)));
            }
            Decision::Unknown | Decision::Open => {
                let is_token_wrong = shown.is_token_wrong;
                return Err((Denied::Unknown { is_token_wrong }, None));
            }
        };
        let is_by_browser = known.via == access::Via::Cookie;
        if is_by_browser
            && same_origin::is_unsafe(request.method())
            && !same_origin::is_ours(headers, app.gate.public_url.as_ref())
        {
            return Err((Denied::CrossSite, Some(known)));
        }
        let viewer = match known.identity.viewer() {
            Some(key) => match app.gate.viewers.admit(key) {
                Ok(viewer) => Some(viewer),
                Err(too_often) => return Err((Denied::from(too_often), Some(known))),
            },
            None => None,
        };
        Ok(Caller {
            known,
            viewer,
            correlation_id: self.correlation_id.clone(),
            from: self.from,
        })
    }

    fn tell(&self, known: Option<&Known>, event: Event) {
        let line = Line {
            correlation_id: self.correlation_id.as_str(),
            known,
            session: self.session.as_ref().map(SessionId::as_str),
            share: None,
            method: self.call.method_name(),
            call: self.call.path(),
            from: self.from,
        };
        line.write(event);
    }
}

fn refused(denied: Denied) -> Response {
    ApiError::Denied(denied).into_response()
}

fn other_method(path: &str) -> Response {
    let mut response = ApiError::Method.into_response();
    // Methods and commas are always a valid value.
    if let Ok(allowed) = HeaderValue::try_from(calls::allowed(path)) {
        response.headers_mut().insert(header::ALLOW, allowed);
    }
    response
}

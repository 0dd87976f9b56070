//! The table of calls: path, method, and what each asks of its caller.
//!
//! The router is made from this table and nothing else, so no call is there on which nobody has
//! decided who may make it.

use access::{Permission, Requirement};
use axum::extract::{MatchedPath, Request};
use http::Method;

use crate::sign_in;

/// A call of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// One session.
    Status,
    /// A page of sessions.
    Recent,
    /// What a wall display needs.
    Overview,
    /// How long agents usually take.
    UsualDurations,
    /// The matching counts.
    MatchingStatus,
    /// A report on an agent.
    Report,
    /// The start of a session.
    Start,
    /// The end of a session.
    Finalize,
    /// One session as a file.
    ExportSession,
    /// Many sessions as a file.
    ExportList,
    /// A document to be run.
    Invoke,
    /// Is anything under way?
    Ping,
    /// Who is asking.
    Me,
    /// A new link to a session.
    MakeShare,
    /// The links that there are.
    Shares,
    /// The end of a link.
    RevokeShare,
    /// A link to a session is opened.
    OpenShare,
    /// A display's link is opened.
    SignInDisplay,
    /// Somebody goes to the identity provider.
    BeginSignIn,
    /// Somebody comes back from it.
    FinishSignIn,
    /// Somebody leaves.
    SignOut,
    /// What the portal has to know before it draws.
    Config,
    /// The description of the API.
    Describe,
    /// Does the process answer?
    Alive,
    /// Does the store answer?
    Ready,
    /// The server's figures.
    Metrics,
}

impl Call {
    /// Each of them, those that are made most first.
    pub const ALL: [Self; 26] = [
        Self::Status,
        Self::Recent,
        Self::Overview,
        Self::UsualDurations,
        Self::MatchingStatus,
        Self::Report,
        Self::Start,
        Self::Finalize,
        Self::ExportSession,
        Self::ExportList,
        Self::Invoke,
        Self::Ping,
        Self::Me,
        Self::MakeShare,
        Self::Shares,
        Self::RevokeShare,
        Self::OpenShare,
        Self::SignInDisplay,
        Self::BeginSignIn,
        Self::FinishSignIn,
        Self::SignOut,
        Self::Config,
        Self::Describe,
        Self::Alive,
        Self::Ready,
        Self::Metrics,
    ];

    /// Its path, with the names of its parameters.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Status => "/api/workflow/{sessionId}/status",
            Self::Recent => "/api/workflow/recent",
            Self::Overview => "/api/workflow/overview",
            Self::UsualDurations => "/api/workflow/usual-durations",
            Self::MatchingStatus => "/api/workflow/matching-status",
            Self::Report => "/api/workflow/{sessionId}/agents/{agent}",
            Self::Start => "/api/workflow/{sessionId}",
            Self::Finalize => "/api/workflow/{sessionId}/finalize",
            Self::ExportSession => "/api/workflow/{sessionId}/export",
            Self::ExportList => "/api/workflow/export",
            Self::Invoke => "/invocations",
            Self::Ping => "/ping",
            Self::Me => "/api/me",
            Self::MakeShare | Self::Shares => "/api/shares",
            Self::RevokeShare => "/api/shares/{shareId}",
            Self::OpenShare => "/shared/{link}",
            Self::SignInDisplay => "/sign-in/display/{token}",
            Self::BeginSignIn => sign_in::SIGN_IN,
            Self::FinishSignIn => sign_in::CALLBACK,
            Self::SignOut => "/sign-out",
            Self::Config => "/config.json",
            Self::Describe => "/api/openapi.json",
            Self::Alive => "/healthz",
            Self::Ready => "/readyz",
            Self::Metrics => "/metrics",
        }
    }

    /// Its method. Where it is GET, HEAD is answered too.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::Status
            | Self::Recent
            | Self::Overview
            | Self::UsualDurations
            | Self::MatchingStatus
            | Self::ExportSession
            | Self::ExportList
            | Self::Ping
            | Self::Me
            | Self::Shares
            | Self::OpenShare
            | Self::SignInDisplay
            | Self::BeginSignIn
            | Self::FinishSignIn
            | Self::Config
            | Self::Describe
            | Self::Alive
            | Self::Ready
            | Self::Metrics => Method::GET,
            Self::Report => Method::PATCH,
            Self::Start => Method::PUT,
            Self::Finalize | Self::Invoke | Self::MakeShare | Self::SignOut => Method::POST,
            Self::RevokeShare => Method::DELETE,
        }
    }

    /// Its method in words.
    #[must_use]
    pub fn method_name(self) -> &'static str {
        match self.method() {
            Method::GET => "GET",
            Method::PATCH => "PATCH",
            Method::PUT => "PUT",
            Method::POST => "POST",
            Method::DELETE => "DELETE",
            _ => "other",
        }
    }

    /// What it asks of its caller.
    #[must_use]
    pub const fn requirement(self) -> Requirement {
        use Requirement::{Known, Needs, NeedsWithSession, Public};
        match self {
            Self::Status | Self::ExportSession => NeedsWithSession(Permission::ReadSessions),
            Self::Recent | Self::UsualDurations | Self::MatchingStatus | Self::ExportList => {
                Needs(Permission::ReadSessions)
            }
            Self::Overview => Needs(Permission::ReadOverview),
            Self::Report | Self::Start | Self::Finalize | Self::Invoke => {
                Needs(Permission::ReportStatus)
            }
            Self::MakeShare | Self::Shares | Self::RevokeShare => Needs(Permission::Share),
            Self::Metrics => Needs(Permission::ReadMetrics),
            Self::Me | Self::SignOut => Known,
            Self::OpenShare
            | Self::SignInDisplay
            | Self::BeginSignIn
            | Self::FinishSignIn
            | Self::Config
            | Self::Ping
            | Self::Describe
            | Self::Alive
            | Self::Ready => Public,
        }
    }

    /// Does its path let in whoever has it? Then it is for no log.
    const fn has_secret_path(self) -> bool {
        matches!(self, Self::OpenShare | Self::SignInDisplay)
    }
}

/// Addresses below the API that are no calls. Everybody is told so.
pub(super) const NO_CALLS: [&str; 3] = ["/api", "/api/", "/api/{*rest}"];

/// Where a request was routed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Routed {
    /// To a call.
    Call(Call),
    /// To the path of calls, none of which has this method.
    OtherMethod(&'static str),
    /// To an address below the API that is no call.
    NoCall,
    /// To a file of the portal.
    Portal,
    /// To something on which nobody has decided who may have it.
    Undecided,
}

impl Routed {
    pub(super) fn of(request: &Request) -> Self {
        let Some(path) = request.extensions().get::<MatchedPath>() else {
            return Self::Portal;
        };
        let path = path.as_str();
        let asked = match *request.method() {
            Method::HEAD => &Method::GET,
            ref method => method,
        };
        let mut other = None;
        for call in Call::ALL {
            if call.path() == path {
                if call.method() == *asked {
                    return Self::Call(call);
                }
                other = Some(call.path());
            }
        }
        match other {
            Some(path) => Self::OtherMethod(path),
            None if NO_CALLS.contains(&path) => Self::NoCall,
            None => Self::Undecided,
        }
    }

    /// Is it an address that people open in a browser, with nothing to show where it is no good?
    pub(super) const fn is_for_people(self) -> bool {
        matches!(
            self,
            Self::Call(
                Call::OpenShare | Call::SignInDisplay | Call::BeginSignIn | Call::FinishSignIn
            )
        )
    }

    /// The name that it is counted under: one of few, whatever clients invent.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Call(call) => call.path(),
            Self::OtherMethod(path) => path,
            Self::Portal => "portal",
            Self::NoCall | Self::Undecided => "unknown",
        }
    }

    /// The path as a log may have it.
    pub(super) fn loggable(self, path: &str) -> &str {
        match self {
            Self::Call(call) if call.has_secret_path() => call.path(),
            Self::OtherMethod(path) => path,
            // Somebody may have added to such a path, or left something out.
            _ if path.starts_with("/shared/") => "/shared/…",
            _ if path.starts_with("/sign-in/display/") => "/sign-in/display/…",
            _ => path,
        }
    }
}

/// The methods that a path takes, for the header `Allow`.
pub(super) fn allowed(path: &str) -> String {
    let calls = Call::ALL.into_iter().filter(|call| call.path() == path);
    let methods: Vec<_> = calls
        .map(|call| match call.method() {
            Method::GET => "GET,HEAD".to_owned(),
            method => method.to_string(),
        })
        .collect();
    methods.join(",")
}

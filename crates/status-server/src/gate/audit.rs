//! Who looked: a line in the log for each request that is about sessions, and for each that was
//! turned away. It has ids, and neither contents nor secrets.

use std::net::IpAddr;

use access::{Known, Role};
use tracing::{debug, info};

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A call was let through.
    Allowed,
    /// A call was turned away.
    Refused,
    /// A link was made.
    ShareMade,
    /// A link was opened in a browser.
    ShareOpened,
    /// A link was revoked.
    ShareRevoked,
    /// A display has signed in.
    DisplaySignedIn,
    /// A person has.
    SignedIn,
    /// A person has signed out.
    SignedOut,
}

impl Event {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Refused => "refused",
            Self::ShareMade => "shareMade",
            Self::ShareOpened => "shareOpened",
            Self::ShareRevoked => "shareRevoked",
            Self::DisplaySignedIn => "displaySignedIn",
            Self::SignedIn => "signedIn",
            Self::SignedOut => "signedOut",
        }
    }
}

/// A request, as the log has it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Of the answer.
    pub correlation_id: &'a str,
    /// Nothing where nobody is known.
    pub known: Option<&'a Known>,
    /// The session that it is about, if it is about one.
    pub session: Option<&'a str>,
    /// The link that it is about, if it is about one.
    pub share: Option<&'a str>,
    /// Its method.
    pub method: &'a str,
    /// Its path, with the names of its parameters.
    pub call: &'a str,
    /// Where it comes from.
    pub from: Option<IpAddr>,
}

impl Line<'_> {
    /// Writes it. Where there is no access control, everybody is the same: then only for those
    /// who ask for it (`RUST_LOG=info,access=debug`).
    pub fn write(&self, event: Event) {
        let is_open = self
            .known
            .is_some_and(|known| known.identity.viewer().is_none());
        if is_open && !tracing::enabled!(target: "access", tracing::Level::DEBUG) {
            return;
        }
        let who = self.known.map(|known| known.identity.to_string());
        let who = who.as_deref().unwrap_or("nobody");
        let role = self.known.and_then(|known| known.identity.role());
        let role = role.map(Role::as_str);
        let how = self.known.map(|known| known.via.as_str());
        let from = self.from.map(|from| from.to_string());
        let Self {
            correlation_id,
            session,
            share,
            method,
            call,
            ..
        } = *self;
        let (decision, from) = (event.as_str(), from.as_deref());
        if is_open {
            debug!(target: "access", correlation_id, who, role, how, session, share, method, call, from, decision, "access");
        } else {
            info!(target: "access", correlation_id, who, role, how, session, share, method, call, from, decision, "access");
        }
    }
}

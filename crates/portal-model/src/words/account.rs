//! The words of the account's page.

use status_model::{Role, api::ViewerKind};

/// What somebody is called who has no name.
#[must_use]
pub const fn kind(kind: ViewerKind) -> &'static str {
    match kind {
        ViewerKind::Person => "Signed in",
        ViewerKind::Token => "A token",
        ViewerKind::Share => "A link to one session",
        ViewerKind::Open => "No account",
    }
}

/// What somebody may do.
#[must_use]
pub const fn may(kind: ViewerKind, role: Option<Role>) -> &'static str {
    match (kind, role) {
        (ViewerKind::Open, _) => {
            "This server lets in everybody who reaches it, so there is nobody to sign out and \
             nothing to share: pass on the address."
        }
        (_, Some(Role::Operator)) => {
            "Operator: sees all sessions, makes links to them for others, and revokes anybody's."
        }
        (_, Some(Role::Viewer)) => {
            "Viewer: sees all sessions, makes links to them for others, and revokes its own."
        }
        (_, Some(Role::Display)) => "Display: sees the wall display, and nothing else.",
        (_, Some(Role::Writer)) => "Writer: reports status, and sees nothing.",
        (_, None) => "Sees the one session that the link is for, and nothing else.",
    }
}

/// Of a link that keeps something back.
pub const REDACTED: &str = "without error texts and document names";
/// The choice to keep something back.
pub const REDACT: &str = "Without error texts and document names";
/// What a link is.
pub const WHAT_A_LINK_IS: &str = "Whoever has the link sees this session, without an account and as it goes on, and nothing \
     else. You can revoke it here at any time.";
/// There are no links.
pub const NO_LINKS: &str =
    "No links. The menu ⋯ of a session’s page makes one for somebody who has no account.";
/// Who may not make links.
pub const MAY_NOT_SHARE: &str = "You may not make links to sessions for others.";
/// A link was revoked.
pub const REVOKED: &str = "The link is revoked: it opens nothing any more.";
/// A link was made.
pub const MADE: &str = "The link is made.";

/// What could not be done.
#[must_use]
pub fn not_done(what: &str, status: Option<u16>) -> String {
    match status {
        Some(super::UNAUTHORIZED) => {
            format!("{what} did not work: your sign-in has ended. Sign in again.")
        }
        Some(403) => format!("{what} did not work: you may not."),
        Some(404) => format!("{what} did not work: it is not there any more."),
        Some(429) => format!("{what} did not work: too many requests. Try again in a minute."),
        Some(status) => format!("{what} did not work: the server answered with error {status}."),
        None => format!("{what} did not work: the server can’t be reached. Try again."),
    }
}

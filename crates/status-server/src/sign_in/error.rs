//! Why nobody was signed in: for the log, and as a page in words.

use http::StatusCode;

use super::{SIGN_IN, SIGN_IN_ANEW};
use crate::page::Page;

/// Why nobody was signed in. Its text is for the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignInError {
    /// The provider does not answer.
    #[error("the identity provider does not answer: {0}")]
    Away(String),
    /// The provider answers, and not as it should.
    #[error("the identity provider can't be used: {0}")]
    Unusable(String),
    /// What it says of somebody is not to be believed.
    #[error("the ID token is refused: {0}")]
    Token(String),
    /// This browser has begun no such sign-in, or too long ago.
    #[error("no such sign-in is under way")]
    NotBegun,
    /// The person or the provider did not want to.
    #[error("the identity provider denied it")]
    Denied,
    /// The provider knows somebody who has nothing to do here.
    #[error("nothing that the identity provider says gives {name:?} a role")]
    NoRole {
        /// Who it is.
        name: String,
    },
    /// The session could not be kept.
    #[error("the session can't be kept: {0}")]
    Store(String),
}

impl SignInError {
    /// What its reader can do about it. Nothing of the inside is in it.
    #[must_use]
    pub fn page(&self) -> Page {
        let (status, title, text) = match self {
            Self::Away(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Signing in does not work at the moment",
                "The server can't reach the identity provider. It is not your password. Try again \
                 in a minute."
                    .to_owned(),
            ),
            Self::Unusable(_) | Self::Token(_) => (
                StatusCode::BAD_GATEWAY,
                "Signing in did not work",
                "The identity provider's answer can't be used, so you are not signed in. Try again; \
                 if it stays so, tell whoever runs this portal: its log has the reason."
                    .to_owned(),
            ),
            Self::NotBegun => (
                StatusCode::BAD_REQUEST,
                "This sign-in can't be finished",
                "It was begun in another browser or tab, or more than 10 minutes ago. You are not \
                 signed in. Begin again."
                    .to_owned(),
            ),
            Self::Denied => (
                StatusCode::FORBIDDEN,
                "Not signed in",
                "The identity provider did not let you in, or you have cancelled.".to_owned(),
            ),
            Self::NoRole { name } => (
                StatusCode::FORBIDDEN,
                "No access",
                format!(
                    "The identity provider knows you as {name}, and nothing that it says of you \
                     gives you access here. Ask whoever runs this portal."
                ),
            ),
            Self::Store(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Signing in does not work at the moment",
                "You are who you say, and the server can't remember it. Try again in a minute; if \
                 it stays so, tell whoever runs this portal."
                    .to_owned(),
            ),
        };
        let (way, address) = match self {
            // The provider would send the same person at once.
            Self::NoRole { .. } => ("Sign in as somebody else", SIGN_IN_ANEW),
            _ => ("Sign in again", SIGN_IN),
        };
        Page {
            status,
            title: title.to_owned(),
            text,
            way: Some((way, address.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_inside_is_on_a_page() {
        let reason = || "connection refused at 10.0.0.7:443".to_owned();
        for error in [
            SignInError::Away(reason()),
            SignInError::Unusable(reason()),
            SignInError::Token(reason()),
            SignInError::Store(reason()),
        ] {
            let page = error.page();
            assert!(!page.text.contains("10.0.0.7"), "{page:?}");
            assert!(error.to_string().contains("10.0.0.7"), "{error}");
        }
    }
}

//! Why somebody may not have what they ask for, and what they read of it.

use access::{Role, viewers::TooOften};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// Why somebody may not have what they ask for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// Nobody is known by what the request shows.
    #[error("nobody is known by what the request shows")]
    Unknown {
        /// A token was sent that lets nobody in.
        is_token_wrong: bool,
    },
    /// The role does not allow it; nothing where it is a link, which has none.
    #[error("not allowed")]
    Role(Option<Role>),
    /// A browser sent the cookie, and no page of this server had it ask.
    #[error("asked for by a page of another site")]
    CrossSite,
    /// Nobody has decided who may have it.
    #[error("nobody has decided who may have this")]
    Undecided,
    /// Too many requests of one viewer.
    #[error("too many requests")]
    TooOften {
        /// It may ask again after so many seconds.
        seconds: u64,
    },
    /// Who may get in can't be looked up.
    #[error("who may get in can't be looked up")]
    Unavailable,
    /// What the access file was to take it has not taken.
    #[error("the access file takes nothing: {0}")]
    NotKept(String),
    /// The address that was opened lets nobody in.
    #[error("the link opens nothing")]
    Link,
    /// There is no such share that is the caller's.
    #[error("no such share")]
    Share,
    /// As many links of the caller's are good as may be.
    #[error("too many shares")]
    TooManyShares,
    /// Where everybody sees everything there is nothing to share.
    #[error("no access control, so nothing to share")]
    NothingToShare,
}

impl From<TooOften> for Denied {
    fn from(too_often: TooOften) -> Self {
        Self::TooOften {
            // Rounded up: whoever comes a little early would be turned away again.
            seconds: too_often.retry_after.as_secs() + 1,
        }
    }
}

impl Denied {
    /// The answer's status, the title of its kind of problem, and what it means here.
    pub(super) fn words(&self) -> (StatusCode, &'static str, String) {
        let (status, title, detail) = self.fixed_words();
        let detail = match self {
            Self::Role(Some(role)) => format!(
                "What you ask for is not for the role {role}. Ask whoever runs this server for \
                 one that may."
            ),
            _ => detail.to_owned(),
        };
        (status, title, detail)
    }

    const fn fixed_words(&self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::Unknown {
                is_token_wrong: true,
            } => (
                S::UNAUTHORIZED,
                "The token lets nobody in",
                "It is not known here, its time is over, or it was revoked. Ask whoever runs this \
                 server for a new one.",
            ),
            Self::Unknown {
                is_token_wrong: false,
            } => (
                S::UNAUTHORIZED,
                "Who is asking?",
                "This is not for everybody. Sign in, or send a token as Authorization: Bearer.",
            ),
            Self::Role(_) => (
                S::FORBIDDEN,
                "Not allowed",
                "The link that you have opened is for one session and nothing else.",
            ),
            Self::CrossSite => (
                S::FORBIDDEN,
                "Not asked for by a page of this server",
                "A cookie counts for changes only when a page of this server asks for them. \
                 Programs send a token as Authorization: Bearer.",
            ),
            Self::Undecided => (
                S::FORBIDDEN,
                "Not allowed",
                "Nobody has decided who may have this, so nobody may.",
            ),
            Self::TooOften { .. } => (
                S::TOO_MANY_REQUESTS,
                "Too many requests",
                "You ask more often than one viewer may. Ask again as Retry-After says.",
            ),
            Self::Unavailable => (
                S::SERVICE_UNAVAILABLE,
                "Nobody is let in at the moment",
                "The server can't look up who may see what, so nobody is let in. Try again as \
                 Retry-After says.",
            ),
            Self::NotKept(_) => (
                S::SERVICE_UNAVAILABLE,
                "It could not be kept",
                "The server can't write down who may see what. Nothing was changed. Try again as \
                 Retry-After says.",
            ),
            Self::Link => (
                S::NOT_FOUND,
                "The link opens nothing",
                "It is not whole, its time is over, or it was revoked. Ask whoever gave it to you \
                 for a new one.",
            ),
            Self::Share => (
                S::NOT_FOUND,
                "No such link",
                "There is no link with this id that is still good and yours.",
            ),
            Self::TooManyShares => (
                S::CONFLICT,
                "Too many links",
                "As many of your links are good as may be at a time. Revoke some of them first.",
            ),
            Self::NothingToShare => (
                S::NOT_IMPLEMENTED,
                "Nothing to share",
                "This server has no access control: whoever reaches it sees every session. Send \
                 the session's address.",
            ),
        }
    }

    /// After how many seconds it is worth trying again, where it may be.
    pub(super) fn retry_after(&self) -> Option<HeaderValue> {
        match self {
            Self::TooOften { seconds } => Some(HeaderValue::from(*seconds)),
            Self::Unavailable | Self::NotKept(_) => Some(HeaderValue::from_static("5")),
            _ => None,
        }
    }

    /// Headers that go with it.
    pub(super) fn put_headers(&self, headers: &mut HeaderMap) {
        if let Self::Unknown { is_token_wrong } = self {
            headers.insert(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(if *is_token_wrong {
                    "Bearer error=\"invalid_token\""
                } else {
                    "Bearer"
                }),
            );
        }
    }
}

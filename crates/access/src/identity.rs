//! Somebody whom the server knows, and how.

use std::{fmt, sync::Arc};

use status_model::{Permission, Role, SessionId};

use crate::{Person, PublicId, Share, Token};

/// Somebody whom the server knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Whoever reaches a server without access control, which is on loopback only: an operator.
    Loopback,
    /// A program or a display.
    Token(Arc<Token>),
    /// Somebody who has signed in.
    Person(Arc<Person>),
    /// Whoever has a link to one session.
    Share(Arc<Share>),
}

/// How an identity was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// Nothing had to be shown.
    Open,
    /// The header `Authorization: Bearer`.
    Bearer,
    /// A cookie, which a browser sends by itself, whoever made it ask.
    Cookie,
    /// The address itself, which is a secret.
    Link,
}

impl Via {
    /// As the log has it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Bearer => "bearer",
            Self::Cookie => "cookie",
            Self::Link => "link",
        }
    }
}

/// An identity, and how it was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub identity: Identity,
    /// How.
    pub via: Via,
}

/// Tells viewers apart: an identity, a token or a share link each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ViewerKey {
    /// By its id.
    Token(PublicId),
    /// By the subject.
    Person(String),
    /// By its id.
    Share(PublicId),
}

impl Identity {
    /// Its role, where it has one: a link has none.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Loopback => Some(Role::Operator),
            Self::Token(token) => Some(token.role),
            Self::Person(person) => Some(person.role),
            Self::Share(_) => None,
        }
    }

    /// May it do that, whichever session it is about?
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.role().is_some_and(|role| role.may(permission))
    }

    /// May it do that with this session?
    #[must_use]
    pub fn may_with(&self, permission: Permission, session: &SessionId) -> bool {
        match self {
            Self::Share(share) => {
                permission == Permission::ReadSessions && share.session_id == *session
            }
            _ => self.may(permission),
        }
    }

    /// Are error texts and names of documents kept from it?
    #[must_use]
    pub fn is_redacted(&self) -> bool {
        matches!(self, Self::Share(share) if share.is_redacted)
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Loopback | Self::Share(_) => None,
            Self::Token(token) => Some(token.name.as_str()),
            Self::Person(person) => Some(&person.name),
        }
    }

    /// What its shares are found by: the same for as long as it exists, and no other's.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Token(token) => format!("token:{}", token.id),
            _ => self.to_string(),
        }
    }

    /// Which viewer it is; nothing where there is no telling viewers apart.
    #[must_use]
    pub fn viewer(&self) -> Option<ViewerKey> {
        match self {
            Self::Loopback => None,
            Self::Token(token) => Some(ViewerKey::Token(token.id)),
            Self::Person(person) => Some(ViewerKey::Person(person.subject.clone())),
            Self::Share(share) => Some(ViewerKey::Share(share.id)),
        }
    }
}

impl fmt::Display for Identity {
    /// As the log has it: `token:NAME`, `person:SUBJECT`, `share:ID`, `loopback`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Loopback => f.write_str("loopback"),
            Self::Token(token) => write!(f, "token:{}", token.name),
            Self::Person(person) => write!(f, "person:{}", person.subject),
            Self::Share(share) => write!(f, "share:{}", share.id),
        }
    }
}

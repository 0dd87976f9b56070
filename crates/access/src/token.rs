//! A program's or a display's way in.

use std::{fmt, str::FromStr};

use rand::CryptoRng;
use status_model::{Role, Timestamp};

use crate::{Digest, PublicId, Secret};

/// What is kept of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// The part of the token's text that is no secret.
    pub id: PublicId,
    /// What people and the log call it.
    pub name: TokenName,
    /// What it may do.
    pub role: Role,
    /// Of its secret.
    pub digest: Digest,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is good; nothing where that is for ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// Is a token good, and if not, why?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenState {
    /// It lets its holder in.
    Valid,
    /// Its time is over.
    Expired,
    /// Somebody has revoked it.
    Revoked,
}

impl TokenState {
    /// As in `valid`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

impl Token {
    /// A new one, and its text, which is nowhere else.
    pub fn new(
        name: TokenName,
        role: Role,
        expires_at: Option<Timestamp>,
        now: Timestamp,
        random: &mut impl CryptoRng,
    ) -> (Self, TokenText) {
        let text = TokenText {
            id: PublicId::new(random),
            secret: Secret::new(random),
        };
        let token = Self {
            id: text.id,
            name,
            role,
            digest: text.secret.digest(),
            created_at: now,
            expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        (token, text)
    }

    /// Is it good now?
    #[must_use]
    pub fn state(&self, now: Timestamp) -> TokenState {
        if self.revoked_at.is_some() {
            TokenState::Revoked
        } else if self.expires_at.is_some_and(|time| time <= now) {
            TokenState::Expired
        } else {
            TokenState::Valid
        }
    }
}

/// A token as its holder has it: `ts_`, the id, `_`, the secret.
#[derive(Clone, Debug)]
pub struct TokenText {
    /// Says which token it is.
    pub id: PublicId,
    /// Proves it.
    pub secret: Secret,
}

/// The text is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct InvalidToken;

impl TokenText {
    /// What every token begins with, so that a leaked one is found.
    pub const PREFIX: &'static str = "ts_";

    /// For its holder alone.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}{}_{}", Self::PREFIX, self.id, self.secret.text())
    }
}

impl FromStr for TokenText {
    type Err = InvalidToken;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix(Self::PREFIX).ok_or(InvalidToken)?;
        let (id, secret) = rest.split_once('_').ok_or(InvalidToken)?;
        Ok(Self {
            id: id.parse().map_err(|_| InvalidToken)?,
            secret: secret.parse().map_err(|_| InvalidToken)?,
        })
    }
}

/// What a token is called: 1 to 64 characters of `[A-Za-z0-9._@-]`, the first a letter or digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TokenName(String);

/// The text is no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a name: give 1 to 64 letters, digits and . _ @ - and begin with a letter or digit, as in \
     orchestrator-1"
)]
pub struct InvalidTokenName;

impl FromStr for TokenName {
    type Err = InvalidTokenName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._@-".contains(&byte);
        let starts_well = text.starts_with(|first: char| first.is_ascii_alphanumeric());
        if starts_well && text.len() <= 64 && text.bytes().all(is_allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidTokenName)
        }
    }
}

impl TokenName {
    /// As it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(seconds: i64) -> Timestamp {
        Timestamp::from_unix_millis(seconds * 1000)
    }

    #[test]
    fn a_tokens_text_is_read_as_it_is_written() {
        let name = "ci".parse().unwrap();
        let (token, text) = Token::new(name, Role::Writer, None, time(0), &mut rand::rng());
        let read: TokenText = text.text().parse().unwrap();
        assert_eq!(read.id, token.id);
        assert!(token.digest.is_of(&read.secret));
        assert!(!format!("{token:?}{text:?}").contains(&text.secret.text()));
        let secret = text.secret.text();
        let id = text.id;
        for text in [
            String::new(),
            "ts_".to_owned(),
            format!("ts_{id}"),
            format!("ts_{id}_"),
            format!("{id}_{secret}"),
            format!("ts_{id}{secret}"),
            format!("ts_{id}_{secret} "),
            format!("ts__{secret}"),
        ] {
            assert_eq!(text.parse::<TokenText>().unwrap_err(), InvalidToken);
        }
    }

    #[test]
    fn a_token_is_good_until_it_expires_or_is_revoked() {
        let name = "ci".parse().unwrap();
        let until = Some(time(10));
        let (mut token, _) = Token::new(name, Role::Writer, until, time(0), &mut rand::rng());
        assert_eq!(token.state(time(9)), TokenState::Valid);
        assert_eq!(token.state(time(10)), TokenState::Expired);
        token.revoked_at = Some(time(1));
        assert_eq!(token.state(time(9)), TokenState::Revoked);
    }

    #[test]
    fn a_name_is_harmless_in_a_log_and_on_a_command_line() {
        for good in ["a", "wall-1", "ci@bank.example", "A_b.c", &"x".repeat(64)] {
            assert_eq!(good.parse::<TokenName>().unwrap().as_str(), good);
        }
        for bad in ["", "-x", "a b", "a\n", "é", "a/b", ".", &"x".repeat(65)] {
            assert_eq!(bad.parse::<TokenName>(), Err(InvalidTokenName), "{bad:?}");
        }
    }
}

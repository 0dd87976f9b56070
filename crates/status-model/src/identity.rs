//! What identifies a session: its id and the side that its document comes from.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The id of a session: 1 to 256 characters of `[A-Za-z0-9._:@-]`, neither `.` nor `..`.
///
/// ```
/// use status_model::SessionId;
/// assert!("session-f2bf339a".parse::<SessionId>().is_ok());
/// assert!("..".parse::<SessionId>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(String);

/// Why a text is not a session id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidSessionId {
    /// Nothing there.
    #[error("a session id can't be empty")]
    Empty,
    /// More than [`SessionId::MAX_LENGTH`] characters.
    #[error("a session id has at most 256 characters")]
    TooLong,
    /// A character outside `[A-Za-z0-9._:@-]`.
    #[error("a session id has letters, digits and . _ : @ - only")]
    Character,
    /// `.` or `..`, which are paths.
    #[error("a session id can't be . or ..")]
    Dots,
}

impl SessionId {
    /// The most characters that an id may have.
    pub const MAX_LENGTH: usize = 256;

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SessionId {
    type Err = InvalidSessionId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:@-".contains(&byte);
        if text.is_empty() {
            Err(InvalidSessionId::Empty)
        } else if !text.bytes().all(allowed) {
            Err(InvalidSessionId::Character)
        } else if text.len() > Self::MAX_LENGTH {
            Err(InvalidSessionId::TooLong)
        } else if matches!(text, "." | "..") {
            Err(InvalidSessionId::Dots)
        } else {
            Ok(Self(text.to_owned()))
        }
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for SessionId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SessionId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// Whose document it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SourceType {
    /// The bank's own confirmation.
    Bank,
    /// The counterparty's confirmation.
    Counterparty,
    /// A word that this version does not know, kept as written.
    Other(String),
}

impl SourceType {
    /// The word on the wire, as in `BANK`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Bank => "BANK",
            Self::Counterparty => "COUNTERPARTY",
            Self::Other(word) => word,
        }
    }
}

impl From<String> for SourceType {
    fn from(word: String) -> Self {
        match word.as_str() {
            "BANK" => Self::Bank,
            "COUNTERPARTY" => Self::Counterparty,
            _ => Self::Other(word),
        }
    }
}

crate::status::serde_as_word!(SourceType);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_follow_the_contract() {
        for good in ["a", "A.b_c:d@e-f", "...", &"x".repeat(256)] {
            assert_eq!(good.parse::<SessionId>().unwrap().as_str(), good);
        }
        for (bad, why) in [
            ("", InvalidSessionId::Empty),
            (".", InvalidSessionId::Dots),
            ("..", InvalidSessionId::Dots),
            ("a b", InvalidSessionId::Character),
            ("a/b", InvalidSessionId::Character),
            ("é", InvalidSessionId::Character),
            ("a\n", InvalidSessionId::Character),
            (&"x".repeat(257), InvalidSessionId::TooLong),
        ] {
            assert_eq!(bad.parse::<SessionId>(), Err(why), "{bad:?}");
        }
    }
}

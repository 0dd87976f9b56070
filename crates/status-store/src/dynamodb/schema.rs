//! The table: its key, its expiry attribute, its indexes.
//!
//! One place for what the store reads by, what `trade-status table deploy` creates and what
//! `table validate` checks; a test holds `terraform/` against it.

use std::{fmt, str::FromStr};

/// The table's name where none is given.
pub const DEFAULT_TABLE: &str = "ai-trade-matching-processing-status";

/// The attribute by which `DynamoDB` removes what has expired: Unix seconds.
pub const EXPIRES_AT: &str = "expiresAt";

/// The attribute that every index is divided by. Its values are few and known, so that the whole
/// table can be walked in order, without a scan, by a query for each.
pub const OVERALL_STATUS: &str = "overallStatus";

/// The attribute that every writer writes with whatever else it writes: the time.
pub const LAST_UPDATED: &str = "lastUpdated";

/// The name of the table's key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyName {
    /// That of the contract.
    #[default]
    SessionId,
    /// That of tables which older orchestrators created.
    ProcessingId,
}

impl KeyName {
    /// Both.
    pub const ALL: [Self; 2] = [Self::SessionId, Self::ProcessingId];

    /// The attribute's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SessionId => "sessionId",
            Self::ProcessingId => "processing_id",
        }
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no key that a table of sessions has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key is named sessionId or, in older tables, processing_id")]
pub struct InvalidKeyName;

impl FromStr for KeyName {
    type Err = InvalidKeyName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let named = Self::ALL.into_iter().find(|key| key.as_str() == text);
        named.ok_or(InvalidKeyName)
    }
}

/// A global secondary index. Each is divided by [`OVERALL_STATUS`], sorted by one attribute that
/// every writer has always written, and holds the keys alone, so that a write costs it as little
/// as can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Index {
    /// Listings and counts, newest first.
    Created,
    /// What ended or last moved when, for the wall display.
    Updated,
    /// Search by the start of a session id.
    Session,
    /// Search by the start of a document id.
    Document,
    /// Search by the start of a correlation id.
    Correlation,
}

impl Index {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Created,
        Self::Updated,
        Self::Session,
        Self::Document,
        Self::Correlation,
    ];

    /// The index's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "overallStatus-createdAt",
            Self::Updated => "overallStatus-lastUpdated",
            Self::Session => "overallStatus-sessionId",
            Self::Document => "overallStatus-documentId",
            Self::Correlation => "overallStatus-correlationId",
        }
    }

    /// The attribute that it is sorted by, a string.
    #[must_use]
    pub const fn sorted_by(self, key: KeyName) -> &'static str {
        match self {
            Self::Created => "createdAt",
            Self::Updated => LAST_UPDATED,
            Self::Session => key.as_str(),
            Self::Document => "documentId",
            Self::Correlation => "correlationId",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_name() {
        for key in KeyName::ALL {
            assert_eq!(key.to_string().parse(), Ok(key));
        }
        assert_eq!("id".parse::<KeyName>(), Err(InvalidKeyName));
    }
}

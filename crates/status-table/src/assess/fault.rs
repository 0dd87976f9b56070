//! What can be wrong with a table, and what to do about it.

use std::fmt;

use status_store::dynamodb::{Index, KeyName, schema::EXPIRES_AT};

use crate::{
    found::Key,
    name::{KmsKey, TableName},
};

/// What is wrong; its text says what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no such table.
    NoTable,
    /// The table is being created or changed; what `DynamoDB` calls it.
    TableChanging(String),
    /// The table can't be used; what `DynamoDB` calls it.
    TableUnusable(String),
    /// It has another key.
    OtherKey {
        /// The key that it has.
        found: Key,
        /// The key that it should have.
        wanted: KeyName,
    },
    /// It is paid for by capacity.
    Provisioned,
    /// Nothing is removed when it has expired.
    NoExpiry,
    /// Items are removed by another attribute.
    ExpiryByOther(String),
    /// It can't be brought back.
    NoRecovery,
    /// It is encrypted with a key that nobody sees.
    NotByKms,
    /// It is encrypted with another key than the one asked for.
    OtherKmsKey {
        /// The key that it is encrypted with.
        found: String,
        /// The key that was asked for.
        wanted: KmsKey,
    },
    /// It lacks these tags.
    NoTags(Vec<&'static str>),
    /// It lacks this index.
    NoIndex(Index),
    /// An index has the name, and another key.
    OtherIndex(Index),
    /// The index is being built.
    IndexChanging(Index),
    /// The index is being removed.
    IndexGoing(Index),
    /// These credentials may not ask; the permission that they lack.
    Denied(&'static str),
    /// The test item did not come through; which step failed, and why.
    Item(String),
    /// The test item could not be removed; its key, and why.
    ItemLeft {
        /// Its key.
        id: String,
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTable => f.write_str("there is no such table"),
            Self::TableChanging(status) | Self::TableUnusable(status) => {
                write!(f, "it can't be used now: its status is {status}")
            }
            Self::OtherKey { found, wanted } => {
                write!(f, "its key is {found}, and not {wanted} (S)")
            }
            Self::Provisioned => f.write_str("paid for by capacity, used or not"),
            Self::NoExpiry => f.write_str("off: expired items stay and are paid for"),
            Self::ExpiryByOther(name) => write!(
                f,
                "by {name}: what this program writes carries {EXPIRES_AT} and would stay"
            ),
            Self::NoRecovery => {
                f.write_str("off: what is lost or overwritten can't be brought back")
            }
            Self::NotByKms => f.write_str("with a key that AWS owns: no trail shows its use"),
            Self::OtherKmsKey { found, .. } => write!(f, "with another KMS key, {found}"),
            Self::NoTags(names) => write!(f, "without {}", names.join(", ")),
            Self::NoIndex(index) => write!(f, "missing: there is {} without it", purpose(*index)),
            Self::OtherIndex(_) => f.write_str("an index of this name has another key"),
            Self::IndexChanging(_) => f.write_str("still being built"),
            Self::IndexGoing(_) => f.write_str("being removed"),
            Self::Denied(permission) => {
                write!(f, "these credentials may not ask: they lack {permission}")
            }
            Self::Item(reason) => f.write_str(reason),
            Self::ItemLeft { id, reason } => {
                write!(f, "it was not removed: {reason}; it stands as {id}")
            }
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.hash.name, self.hash.kind)?;
        match &self.range {
            Some(range) => write!(f, " with {} ({})", range.name, range.kind),
            None => Ok(()),
        }
    }
}

const fn purpose(index: Index) -> &'static str {
    match index {
        Index::Created => "no list of sessions and no count",
        Index::Updated => "no wall display",
        Index::Session => "no search by session id",
        Index::Document => "no search by document id",
        Index::Correlation => "no search by correlation id",
    }
}

impl Fault {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self, table: &TableName) -> String {
        let deploy = |does: &str| format!("`trade-status table deploy --table {table}` {does}");
        match self {
            Self::NoTable => deploy("creates it; check --table, --region and the account too"),
            Self::TableChanging(_) | Self::IndexChanging(_) => {
                "wait, and validate again".to_owned()
            }
            Self::TableUnusable(status) => unusable(status).to_owned(),
            Self::OtherKey { found, .. } => other_key(found, table),
            Self::Provisioned => format!(
                "`aws dynamodb update-table --table-name {table} --billing-mode PAY_PER_REQUEST`, \
                 or leave it if this capacity is meant"
            ),
            Self::NoExpiry | Self::NoRecovery => deploy("turns it on"),
            Self::ExpiryByOther(name) => format!(
                "`aws dynamodb update-time-to-live --table-name {table} \
                 --time-to-live-specification Enabled=false,AttributeName={name}`, and an hour \
                 later `trade-status table deploy --table {table}`, once no writer relies on {name}"
            ),
            Self::NotByKms => deploy("encrypts it with a KMS key"),
            Self::OtherKmsKey { wanted, .. } => format!(
                "`trade-status table deploy --table {table} --kms-key {}` changes it",
                wanted.as_str()
            ),
            Self::NoTags(_) => deploy("adds them"),
            Self::NoIndex(_) => deploy("adds it"),
            Self::OtherIndex(index) => format!(
                "`aws dynamodb update-table --table-name {table} --global-secondary-index-updates \
                 '[{{\"Delete\":{{\"IndexName\":\"{}\"}}}}]'`, and then \
                 `trade-status table deploy --table {table}`, if nobody else uses it",
                index.name()
            ),
            Self::IndexGoing(_) => {
                "wait until it is gone; `trade-status table deploy` then adds it".to_owned()
            }
            Self::Denied(permission) => format!("allow {permission} on the table"),
            Self::Item(_) => {
                "allow dynamodb:PutItem, GetItem and DeleteItem on the table and the use of its \
                 KMS key, and validate again"
                    .to_owned()
            }
            Self::ItemLeft { id, .. } => {
                format!("remove {id} by hand, or let it expire within an hour or two")
            }
        }
    }
}

fn unusable(status: &str) -> &'static str {
    match status {
        "DELETING" => "it is being removed: wait until it is gone, and deploy it anew",
        "INACCESSIBLE_ENCRYPTION_CREDENTIALS" => {
            "DynamoDB may no longer use its KMS key: enable the key or restore its policy within \
             seven days, after which the table is archived"
        }
        "ARCHIVED" | "ARCHIVING" => "restore it from the backup that DynamoDB made of it",
        _ => "ask AWS what this status means",
    }
}

fn other_key(found: &Key, table: &TableName) -> String {
    let known = KeyName::ALL
        .into_iter()
        .find(|key| key.as_str() == found.hash.name);
    match known {
        Some(key) if found.range.is_none() && found.hash.kind == "S" => {
            format!("if {table} is the table that is meant, say --key {key}")
        }
        _ => format!(
            "a table's key can't be changed: choose another name than {table} with --table, and \
             load the items with `trade-status import`"
        ),
    }
}

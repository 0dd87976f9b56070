//! What should be there.

use status_store::dynamodb::KeyName;

use crate::name::KmsKey;

/// The tags that a table is created with, by which its owner and its costs are found.
pub const TAGS: [(&str, &str); 2] = [
    ("Application", "trade-status"),
    ("ManagedBy", "trade-status table deploy"),
];

/// The table as it should be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// The name of its key.
    pub key: KeyName,
    /// The key that it is encrypted with; any of KMS where none is named, and for a new table the
    /// one that AWS manages.
    pub kms_key: Option<KmsKey>,
}

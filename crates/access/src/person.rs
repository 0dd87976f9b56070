//! Somebody who has signed in.

use status_model::{Role, Timestamp};

/// Somebody who has signed in, until that ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who it is, as the identity provider says: the same for ever.
    pub subject: String,
    /// What people call them.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// When they have to sign in again.
    pub expires_at: Timestamp,
}

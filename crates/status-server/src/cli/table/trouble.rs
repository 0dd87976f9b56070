//! Why the table was not dealt with.

use status_table::{CallError, Refusal, destroy::DestroyError};

/// Why: what happened, and what to do.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum Trouble {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Destroy(#[from] DestroyError),
    #[error(
        "the KMS key is in {key} and the table in {table}, and a table can only be encrypted with \
         a key of its own region: name one of {table} with --kms-key, or another --region"
    )]
    KeyElsewhere { key: String, table: String },
    #[error(
        "nobody can be asked whether to go on, since this is no terminal: say --yes to do it, or \
         --dry-run to see it"
    )]
    NobodyToAsk,
    #[error(
        "nobody can be asked for the table's name, since this is no terminal: say --confirm {0}"
    )]
    NobodyToConfirm(String),
    #[error("nothing was removed: the name that was given is not {0}")]
    NotConfirmed(String),
    #[error("there is no table {table} at {place}, so nothing was removed")]
    NothingThere { table: String, place: String },
    #[error("nothing was done: it was not agreed to")]
    NotAgreed,
}

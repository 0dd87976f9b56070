//! What became of a report, and what the log says of it.

use std::fmt;

use status_model::{
    SessionId,
    change::{Change, Effect, InvalidChange, Refusal},
};

use crate::StoreError;

/// What became of a report.
///
/// There is no error to pass on: a workflow goes on whatever happens to its reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It stands in the store.
    Written(Effect),
    /// It is in the outbox, and will stand in the store once that is back.
    Kept,
    /// It contradicts what stands there, and has changed nothing.
    Refused(Refusal),
    /// It says what may not be written.
    Invalid(InvalidChange),
    /// The store could not take it, and there is no outbox or no more room in it. It may stand
    /// there all the same, where only the store's answer was lost.
    Lost,
}

impl Outcome {
    /// Does the store now say what was reported?
    #[must_use]
    pub const fn is_written(self) -> bool {
        matches!(self, Self::Written(_))
    }
}

/// A line on a report that does not stand in the store.
pub(super) fn log(id: &SessionId, change: &Change, failure: &Failure) {
    let what = Described(change);
    tracing::warn!(session_id = %id, report = %what, %failure, "a status report failed");
}

/// Why a report does not stand in the store, for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("refused: {0}")]
    Refused(Refusal),
    #[error("invalid: {0}")]
    Invalid(InvalidChange),
    #[error("refused: its start was refused before")]
    Foreign,
    #[error("lost: the store is away and the outbox is full")]
    Full,
    #[error("lost after {tries} tries: {error}")]
    Lost { tries: u32, error: StoreError },
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::Invalid(invalid) => Self::Invalid(invalid),
            Failure::Foreign => Self::Refused(Refusal::AnotherDocument),
            Failure::Full | Failure::Lost { .. } => Self::Lost,
        }
    }
}

/// A report in a few words, without the document's data.
struct Described<'a>(&'a Change);

impl fmt::Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, part) in self.0.parts().iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            match part {
                Change::Start(_) => f.write_str("start")?,
                Change::Report(agent, update) => write!(f, "{agent} {}", update.status)?,
                Change::Finalize(status) => write!(f, "final {status:?}")?,
                Change::Together(_) => {}
            }
        }
        Ok(())
    }
}

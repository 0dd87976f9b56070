//! A state as people see it: a shape and a word, so that colour is never alone.

use status_model::{AgentStatus, OverallStatus};

/// The shape that a state is drawn with; its colour follows from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mark {
    /// A filled circle with a tick.
    Done,
    /// A ring with a triangle.
    Running,
    /// A dashed ring.
    #[default]
    Waiting,
    /// An octagon with a cross.
    Failed,
    /// A ring with a bar.
    Skipped,
    /// A triangle with an exclamation mark.
    Warning,
    /// A ring with a question mark.
    Unknown,
}

impl Mark {
    /// Names the drawing and the colour, as in `done`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
        }
    }
}

impl From<&AgentStatus> for Mark {
    fn from(status: &AgentStatus) -> Self {
        match status {
            AgentStatus::Pending => Self::Waiting,
            AgentStatus::Loading | AgentStatus::InProgress => Self::Running,
            AgentStatus::Success => Self::Done,
            AgentStatus::Error => Self::Failed,
            AgentStatus::Skipped => Self::Skipped,
            AgentStatus::Warning | AgentStatus::Stopped => Self::Warning,
            AgentStatus::Other(_) => Self::Unknown,
        }
    }
}

impl From<&OverallStatus> for Mark {
    fn from(status: &OverallStatus) -> Self {
        match status {
            OverallStatus::Initializing => Self::Waiting,
            OverallStatus::Processing => Self::Running,
            OverallStatus::Completed => Self::Done,
            OverallStatus::Failed => Self::Failed,
            OverallStatus::Other(_) => Self::Unknown,
        }
    }
}

/// A state: its shape and its word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// The shape.
    pub mark: Mark,
    /// The word.
    pub word: String,
}

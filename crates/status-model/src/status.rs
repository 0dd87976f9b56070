//! The states of an agent and of a session.
//!
//! A word that this version does not know is kept and shown as written: a newer writer must
//! not break an older reader.

/// Writes an enum with an `as_str` and a `From<String>` as its word.
macro_rules! serde_as_word {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::from)
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use serde_as_word;

/// What one agent is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum AgentStatus {
    /// Not started yet.
    #[default]
    Pending,
    /// About to run; written by old orchestrators and shown as in progress.
    Loading,
    /// Running.
    InProgress,
    /// Ended well.
    Success,
    /// Ended with an error.
    Error,
    /// The pipeline ended without needing it.
    Skipped,
    /// Ended with a warning; met in old items.
    Warning,
    /// Was stopped; met in old items.
    Stopped,
    /// A word that this version does not know, kept as written.
    Other(String),
}

impl AgentStatus {
    /// The word on the wire, as in `in-progress`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pending => "pending",
            Self::Loading => "loading",
            Self::InProgress => "in-progress",
            Self::Success => "success",
            Self::Error => "error",
            Self::Skipped => "skipped",
            Self::Warning => "warning",
            Self::Stopped => "stopped",
            Self::Other(word) => word,
        }
    }

    /// Is it at work?
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self, Self::Loading | Self::InProgress)
    }

    /// Did it work and come to an end, good or bad?
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        matches!(
            self,
            Self::Success | Self::Error | Self::Warning | Self::Stopped
        )
    }

    /// Did it do any work, as far as one can tell? Unknown words count as work.
    #[must_use]
    pub const fn has_run(&self) -> bool {
        !matches!(self, Self::Pending | Self::Skipped)
    }
}

impl From<String> for AgentStatus {
    fn from(word: String) -> Self {
        match word.as_str() {
            "pending" => Self::Pending,
            "loading" => Self::Loading,
            "in-progress" => Self::InProgress,
            "success" => Self::Success,
            "error" => Self::Error,
            "skipped" => Self::Skipped,
            "warning" => Self::Warning,
            "stopped" => Self::Stopped,
            _ => Self::Other(word),
        }
    }
}

serde_as_word!(AgentStatus);

/// Where a session stands as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OverallStatus {
    /// Started; no agent has reported.
    #[default]
    Initializing,
    /// At least one agent has reported.
    Processing,
    /// Ended well. Final.
    Completed,
    /// Ended with a failure. Final.
    Failed,
    /// A word that this version does not know (`pending` of old items among them). Not final.
    Other(String),
}

impl OverallStatus {
    /// The word on the wire, as in `processing`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Initializing => "initializing",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Other(word) => word,
        }
    }

    /// Will it never change again?
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }
}

impl From<String> for OverallStatus {
    fn from(word: String) -> Self {
        match word.as_str() {
            "initializing" => Self::Initializing,
            "processing" => Self::Processing,
            "completed" => Self::Completed,
            "failed" => Self::Failed,
            _ => Self::Other(word),
        }
    }
}

serde_as_word!(OverallStatus);

//! The wall display's words.

use status_model::SourceType;

use crate::wall_view::Kind;

/// Whose documents a wall shows.
#[must_use]
pub fn scope(source: Option<&SourceType>) -> String {
    match source {
        None => "all documents".to_owned(),
        Some(SourceType::Bank) => "bank documents".to_owned(),
        Some(SourceType::Counterparty) => "counterparty documents".to_owned(),
        Some(SourceType::Other(word)) => format!("{word} documents"),
    }
}

/// How a tile stands.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Failed => "Failed",
        Kind::Stuck => "No news",
        Kind::Slow => "Slow",
        Kind::Running => "Running",
        Kind::Done => "Completed",
        Kind::DoneWithFailure => "Completed, one agent failed",
    }
}

/// Below a count.
pub const RUNNING: &str = "running";
/// Below a count.
pub const FAILED: &str = "failed in 1 h";
/// Below a count.
pub const STUCK: &str = "no news 30 min";
/// Below a count.
pub const COMPLETED: &str = "completed in 1 h";
/// Below a length.
pub const USUAL: &str = "usual duration";
/// Below a length.
pub const OLDEST: &str = "oldest running";
/// Below a sum.
pub const TOKENS: &str = "tokens in 1 h";
/// Below a sum that not everybody has reported to.
pub const TOKENS_PARTIAL: &str = "tokens in 1 h, not all reported";
/// Where there is no value.
pub const NONE: &str = "–";
/// Before the usual durations of the agents.
pub const USUALLY: &str = "Usually";

/// A session that is under way, and no agent is at work.
pub const BETWEEN_AGENTS: &str = "Waiting for the next agent";
/// A failed session without a reason.
pub const NO_REASON: &str = "No error text was reported";

/// A wall without tiles, and nothing at all happened.
pub const NOTHING_YET: (&str, &str) = (
    "Nothing in the last hour",
    "Sessions appear here as soon as a document enters the pipeline.",
);
/// Said above the tiles where all of them are over.
pub const NOTHING_RUNS: &str = "Nothing is running. Just done:";

/// A new release is there, and something runs.
pub const RELEASE_WAITS: &str = "New release: loads once nothing runs";
/// The browser keeps quiet until somebody clicks.
pub const SOUND_BLOCKED: &str = "Sound is off until somebody clicks once: this browser wants it so";

/// The alarm over data that is late.
pub const DELAYED: &str = "Delayed";
/// The alarm over data that nobody renews.
pub const OLD: &str = "Old data";
/// The alarm of a wall that never had any data.
pub const UNREACHABLE: &str = "The server can't be reached";
/// The alarm over a table that can't be listed.
pub const NO_INDEX: &str = "The table lacks an index: `trade-status table deploy` adds it";
/// What becomes of a refusal.
pub const ASKS_AGAIN: &str = "The wall asks again every 5 minutes.";
/// What stands there instead of data for as long as there is none.
pub const NO_DATA: &str = "There is no data yet.";

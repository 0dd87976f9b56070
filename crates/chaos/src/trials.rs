//! What is tried, and in which order.

mod backup;
mod crowd;
mod disk;
mod file;
mod greedy;
mod killed;
mod stopped;
mod table;
mod viewer;

use std::fmt::{self, Write};

use anyhow::Result;
use clap::ValueEnum;
use harness::report::Measurement;

use crate::stage::Stage;

/// One of the trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Trial {
    /// The server is killed (SIGKILL), again and again, while eight writers report
    Killed,
    /// The server is told to end (SIGTERM), again and again, while eight writers report and viewers wait
    Stopped,
    /// The store is backed up while eight writers report, and restored
    Backup,
    /// The DynamoDB table is slow, fails, is gone, may not be written
    Table,
    /// The SQLite file is locked by another program; the disk is full, or takes no writes
    File,
    /// Thousands of viewers wait on hundreds of sessions while writers write
    Crowd,
    /// One viewer asks far more often than it may, beside others that keep to their limits
    Greedy,
}

impl Trial {
    /// Runs it.
    pub async fn run(self, stage: &Stage) -> Result<Vec<Measurement>> {
        match self {
            Self::Killed => killed::run(stage).await,
            Self::Stopped => stopped::run(stage).await,
            Self::Backup => backup::run(stage).await,
            Self::Table => table::run(stage).await,
            Self::File => file::run(stage).await,
            Self::Crowd => crowd::run(stage).await,
            Self::Greedy => greedy::run(stage).await,
        }
    }
}

impl fmt::Display for Trial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value();
        f.write_str(value.as_ref().map_or("", |value| value.get_name()))
    }
}

/// Their names, each with what it tries.
pub fn list() -> String {
    let mut text = String::new();
    for value in Trial::value_variants()
        .iter()
        .filter_map(Trial::to_possible_value)
    {
        let help = value
            .get_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        // Writing to a text can't fail.
        let _ = writeln!(text, "{:<8} {help}", value.get_name());
    }
    text
}

//! The store of a million sessions, made once and kept.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use status_model::Seconds;
use status_store::{BulkStore, SqliteStore};
use tokio::task::spawn_blocking;

use super::SESSIONS;
use crate::clock;
use crate::figures::{Figure, say};
use crate::population::Population;
use crate::setup::Bench;

/// Grows with what the sessions are and how they are stored, so that an older store is not taken
/// for this one.
const FORMAT: u32 = 1;
const BATCH: u64 = 500;
/// The store's file in its directory.
const FILE: &str = "sessions.db";

/// Where the store is; makes it if it is not there.
pub async fn store(bench: &Bench) -> Result<PathBuf> {
    let name = format!("million-sessions-{FORMAT}");
    let directory = bench.directory().join(&name);
    if !directory.is_dir() {
        say(
            Figure::MillionSessions,
            &format!(
                "writes {SESSIONS} sessions to {}, once; some minutes",
                directory.display()
            ),
        );
        // What an interrupted run has left is never taken for the store.
        let unfinished = bench.directory().join(format!("{name}.unfinished"));
        generate(&unfinished).await?;
        fs::rename(&unfinished, &directory)
            .with_context(|| format!("cannot write {}", directory.display()))?;
    }
    Ok(directory.join(FILE))
}

async fn generate(directory: &Path) -> Result<()> {
    match fs::remove_dir_all(directory) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            return Err(error).with_context(|| format!("cannot remove {}", directory.display()));
        }
        _ => {}
    }
    let store = SqliteStore::open(directory.join(FILE))?;
    // Hidden by itself where standard error is no terminal.
    let progress = ProgressBar::new(SESSIONS).with_style(ProgressStyle::with_template(
        "  {elapsed}  {wide_bar} {human_pos} of {human_len}  {eta}",
    )?);
    // Long enough ago that none of them has an end in the future.
    let population = Population {
        newest: clock::now().before(Seconds::from_secs(5 * 60)),
    };
    // The oldest first, as they would come.
    for batch in (0..SESSIONS / BATCH).rev() {
        let sessions = (batch * BATCH..(batch + 1) * BATCH)
            .rev()
            .map(|number| population.session(number))
            .collect::<Result<_>>()?;
        store.put_all(sessions).await?;
        progress.inc(BATCH);
    }
    progress.finish_and_clear();
    // Closing writes the log into the file.
    spawn_blocking(|| drop(store)).await?;
    Ok(())
}

//! `trade-status backup`: a copy of the store's file while a server writes to it.

mod screen;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use clap::Args;
use status_store::sqlite::backup::{Backup, BackupError};
use tokio::task;

use super::{Exit, Failure, signals, store::StoreArguments};
use screen::Screen;

/// Back up the store while a server writes to it
///
/// The backup is the store as it was when the backup began: every write that was acknowledged
/// before is in it. It is checked and on the disk before it has its name, so that a file of that
/// name is always whole. To restore it, end the server and start it with --store sqlite:TARGET, or
/// put the file in the place of the old one (docs/operations.md).
///
/// Exit codes: 0 when the backup is made; 1 when it is not, and then nothing has changed; 130 when
/// it was stopped.
#[derive(Args)]
pub(super) struct Arguments {
    /// The file that is to be the backup, in a directory that is there
    #[arg(value_name = "TARGET")]
    target: PathBuf,
    #[command(flatten)]
    store: StoreArguments,
    /// Replace the file where it is there already
    #[arg(long)]
    force: bool,
    /// Print what the backup came to as a JSON object
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let source = match arguments.store.file() {
        Ok(path) => path.to_owned(),
        Err(table) => return Err(Failure::BackupOfTable(table.to_owned())),
    };
    let backup = Backup {
        source,
        target: arguments.target,
        replaces: arguments.force,
    };
    let told = signals::stop().map_err(Failure::Signals)?;
    let stop = Arc::new(AtomicBool::new(false));
    let begun = Instant::now();
    let screen = Screen::new();
    let mut making = {
        let (backup, stop, mut screen) = (backup.clone(), Arc::clone(&stop), screen.clone());
        task::spawn_blocking(move || {
            backup.make(&stop, |copied, total| screen.copied(copied, total))
        })
    };
    let made = tokio::select! {
        made = &mut making => made,
        () = told => {
            stop.store(true, Ordering::Relaxed);
            making.await
        }
    };
    screen.finish();
    match made.map_err(Failure::BackupThread)? {
        Ok(done) => {
            screen::tell(&backup.target, done, begun.elapsed(), arguments.json);
            Ok(Exit::Well)
        }
        Err(error @ BackupError::Stopped) => {
            screen::note(&error);
            Ok(Exit::Stopped)
        }
        Err(error) => Err(error.into()),
    }
}

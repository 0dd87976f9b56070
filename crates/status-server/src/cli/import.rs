//! `trade-status import`: items of an existing table.

mod items;
mod report;
mod source;

use std::{path::PathBuf, thread};

use clap::Args;
use status_model::Session;
use status_store::{BulkStore, PutCounts};
use tokio::sync::mpsc;

use super::{Exit, Failure, signals, store::StoreArguments};
use crate::clock;
use report::{Report, Screen};

/// Load items of an existing table
///
/// Takes DynamoDB's typed JSON, one item a line or spread over several lines, bare or wrapped as
/// {"Item": …} as DynamoDB's own export writes it, compressed with gzip or not. What is in the
/// store as new or newer stays, so that loading the same files again does no harm. It may run
/// beside a server on the same store.
///
/// Exit codes: 0 when all was loaded; 1 when a file or the store broke off; 2 when items could not
/// be read, each of which standard error names with the reason; 130 when it was stopped.
#[derive(Args)]
pub(super) struct Arguments {
    /// The files; - is standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    store: StoreArguments,
    /// Print the counts as a JSON object
    #[arg(long)]
    json: bool,
}

/// So many sessions are written at a time.
const BATCH: usize = 500;
/// So many batches may be read ahead of the writing.
const READ_AHEAD: usize = 2;

pub(super) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let stop = signals::stop().map_err(Failure::Signals)?;
    let store = arguments.store.open().await?;
    let mut screen = Screen::new(source::total_size(&arguments.files));
    let (batches, mut waiting) = mpsc::channel(READ_AHEAD);
    let reader = {
        let screen = screen.clone();
        thread::spawn(move || read(&arguments.files, &screen, &batches))
    };

    let mut report = Report::default();
    tokio::pin!(stop);
    let stopped = loop {
        let batch = tokio::select! {
            biased;
            () = &mut stop => break true,
            batch = waiting.recv() => batch,
        };
        let Some(batch) = batch else { break false };
        report.add(load(store.as_ref(), batch).await?);
        screen.loaded(report.written + report.left);
    };
    if stopped {
        // The reader may be waiting for more of the standard input; nobody waits for it.
        screen.finish();
        report.tell(arguments.json, true);
        return Ok(Exit::Stopped);
    }
    // It has sent all that it has, so it is at its end.
    let read = reader.join().unwrap_or_default();
    screen.finish();
    report.read = read;
    report.tell(arguments.json, false);
    Ok(report.exit())
}

/// Sessions to be written together.
type Batch = Vec<Session>;

async fn load(store: &dyn BulkStore, batch: Batch) -> Result<PutCounts, Failure> {
    store.put_all(batch).await.map_err(Failure::Load)
}

/// Reads all files; stops where nobody takes what is read.
fn read(files: &[PathBuf], screen: &Screen, batches: &mpsc::Sender<Batch>) -> report::Read {
    let mut read = report::Read::default();
    let mut batch = Batch::with_capacity(BATCH);
    let now = clock::system();
    for file in files {
        let name = source::name_of(file);
        let items = match source::open(file, screen.bytes()) {
            Ok(input) => items::Items::new(input),
            Err(error) => {
                read.broken_off += 1;
                screen.note(&format!(
                    "can't read {name}: {error}. Check the name and whether this user may read it."
                ));
                continue;
            }
        };
        for item in items {
            let (place, session) = match item {
                Ok(item) => (item.place, item.session),
                Err(error) => {
                    read.broken_off += 1;
                    screen.note(&format!(
                        "{name} broke off: {error}. What was read before is loaded."
                    ));
                    break;
                }
            };
            match session {
                Ok(session) => {
                    if !session.unreadable.is_empty() {
                        read.with_warnings += 1;
                        screen.note(&format!(
                            "{name}, {place}: {} is loaded without what can't be read in it: {}.",
                            session.session_id,
                            session.unreadable.join(", ")
                        ));
                    }
                    read.expired += u64::from(session.is_expired(now));
                    batch.push(*session);
                    if batch.len() == BATCH {
                        let full = std::mem::replace(&mut batch, Batch::with_capacity(BATCH));
                        if batches.blocking_send(full).is_err() {
                            return read;
                        }
                    }
                }
                Err(reason) => {
                    read.unreadable += 1;
                    screen.note(&format!("{name}, {place}: not loaded: {reason}."));
                }
            }
        }
    }
    if !batch.is_empty() {
        // Nobody takes it only where the loading has ended already.
        let _ = batches.blocking_send(batch);
    }
    read
}

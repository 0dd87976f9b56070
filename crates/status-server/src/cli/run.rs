//! `trade-status run`: documents through the agents.

mod documents;
mod landing;
mod progress;

use std::{io::IsTerminal, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use orchestrator::{Orchestrator, Settings, Summary, stop::on_signals};
use status_store::StatusWriter;

use super::{
    Exit, Failure, agents::AgentArguments, outbox::OutboxArguments, store::StoreArguments,
};
use crate::clock;
use documents::{Documents, Read};
use landing::Unwritten;
use progress::Progress;

/// Take documents through the agents and report each step
///
/// Documents are JSON objects, one a line or spread over several, in either form: with sessionId,
/// s3Uri and action, or with `session_id`, `document_id`, `source_type` (BANK or COUNTERPARTY),
/// `s3_bucket` and `s3_key`; docs/agents.md has all fields. It works beside a running server on the
/// same store, which shows each step as it is reported.
///
/// While the store is away, reports are kept in the outbox, a directory, and written once it is
/// back, also those that an earlier run has left there. At the end a run waits up to a minute for
/// the rest to be written, then says how many are left and where.
///
/// With Ctrl-C or SIGTERM no further documents are taken, and those that are running have ten
/// seconds to end; then, or with a second signal, they are marked as failed.
///
/// Exit codes: 0 when every document has ended, completed or failed; 1 when nothing could be run or
/// the input broke off; 2 when lines could not be read, documents were refused, or reports are not
/// written yet or never will be; 130 when it was stopped before the end.
#[derive(Args)]
pub(super) struct Arguments {
    /// The file with the documents; - is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    outbox: OutboxArguments,
    #[command(flatten)]
    agents: AgentArguments,
    /// So many documents are under way at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    concurrency: u16,
    /// So many seconds an agent may take for one try, where the agents' file says nothing else
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    /// Mark everything as simulated from its start, and not only from the first answer on that
    /// says that it is
    #[arg(long)]
    simulated: bool,
    /// Print a JSON object for each document as it ends, and one with the counts at the end
    #[arg(long)]
    json: bool,
}

/// How long running documents may take to end once it is to stop.
const GRACE: Duration = Duration::from_secs(10);

pub(super) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let stop = on_signals(GRACE).map_err(Failure::Signals)?;
    let agents = arguments
        .agents
        .connect(Duration::from_secs(arguments.timeout))
        .await?;
    let documents = Documents::open(&arguments.file)?;
    let store = arguments.store.open().await?;
    let outbox = arguments.outbox.open(&arguments.store);
    let writer = StatusWriter::new(store, clock::system, rand::random::<f64>).with_outbox(outbox);
    let settings = Settings {
        simulated: arguments.simulated,
        ..Settings::default()
    };
    let orchestrator = Orchestrator::new(Arc::new(agents), Arc::new(writer.clone()), settings);

    let mut progress = Progress::new(arguments.json, std::io::stderr().is_terminal());
    let (documents, read) = documents.start(progress.complaints());
    let summary = orchestrator
        .run_all(
            documents,
            usize::from(arguments.concurrency),
            stop.clone(),
            |event| progress.tell(event),
        )
        .await;
    let read = read.so_far();
    let unwritten = landing::land(&writer, &progress, stop).await;
    progress.finish(&summary, &read, &unwritten);
    match read.broken_off {
        Some(source) if !summary.stopped => Err(Failure::Input {
            name: documents::name_of(&arguments.file),
            source,
        }),
        _ => Ok(exit(&summary, read.unreadable, &unwritten)),
    }
}

const fn exit(summary: &Summary, unreadable: u64, unwritten: &Unwritten) -> Exit {
    if summary.stopped {
        Exit::Stopped
    } else if unreadable > 0
        || summary.refused > 0
        || summary.reports_lost > 0
        || unwritten.kept > 0
        || unwritten.dropped > 0
    {
        Exit::Partly
    } else {
        Exit::Well
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exit_code_says_whether_every_document_has_ended() {
        let well = Summary {
            completed: 3,
            failed: 2,
            ..Summary::default()
        };
        let none = Unwritten::default();
        assert_eq!(exit(&well, 0, &none), Exit::Well);
        assert_eq!(exit(&well, 1, &none), Exit::Partly);
        let refused = Summary { refused: 1, ..well };
        assert_eq!(exit(&refused, 0, &none), Exit::Partly);
        let lost = Summary {
            reports_lost: 1,
            ..well
        };
        assert_eq!(exit(&lost, 0, &none), Exit::Partly);
        for (kept, dropped) in [(1, 0), (0, 1)] {
            let some = Unwritten { kept, dropped };
            assert_eq!(exit(&well, 0, &some), Exit::Partly);
        }
        let stopped = Summary {
            stopped: true,
            ..well
        };
        assert_eq!(exit(&stopped, 1, &none), Exit::Stopped);
    }
}

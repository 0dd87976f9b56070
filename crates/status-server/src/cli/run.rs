//! `trade-status run`: documents through the agents.

mod documents;
mod landing;
mod progress;

use std::{io::IsTerminal, path::PathBuf, sync::Arc, time::Duration};

use clap::Args;
use orchestrator::{
    Endpoint, HttpAgents, InvalidEndpoint, Orchestrator, Settings, Summary, stop::on_signals,
};
use status_model::AgentName;
use status_store::{Outbox, StatusWriter};

use super::{Exit, Failure, store::StoreArguments};
use crate::clock;
use documents::{Documents, Read};
use landing::Unwritten;
use progress::Progress;

/// Take documents through the agents and report each step
///
/// Documents are JSON objects, one a line, with documentId and sourceType (BANK or COUNTERPARTY),
/// and, where they are known, sessionId, correlationId, s3Uri, s3Bucket, s3Key, action. It works
/// beside a running server on the same store, which shows each step as it is reported.
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
    /// The directory in which reports wait while the store is away; several runs may share it
    #[arg(
        long,
        value_name = "DIR",
        env = "TRADE_STATUS_OUTBOX",
        default_value = "data/outbox"
    )]
    outbox: PathBuf,
    #[command(flatten)]
    agents: AgentArguments,
    /// So many documents are under way at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..))]
    concurrency: u16,
    /// So many seconds an agent may take for one try
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

#[derive(Args)]
struct AgentArguments {
    /// The address that the agents share; each is at agents/NAME below it
    #[arg(long, value_name = "URL", env = "TRADE_STATUS_AGENTS", required_unless_present_all = ["pdf_adapter_url", "trade_extraction_url", "trade_matching_url", "exception_management_url"])]
    agents: Option<String>,
    /// The PDF adapter's own address
    #[arg(long, value_name = "URL")]
    pdf_adapter_url: Option<String>,
    /// Trade extraction's own address
    #[arg(long, value_name = "URL")]
    trade_extraction_url: Option<String>,
    /// Trade matching's own address
    #[arg(long, value_name = "URL")]
    trade_matching_url: Option<String>,
    /// Exception management's own address
    #[arg(long, value_name = "URL")]
    exception_management_url: Option<String>,
}

impl AgentArguments {
    fn endpoint(&self, agent: AgentName) -> Result<Endpoint, InvalidEndpoint> {
        let own = match agent {
            AgentName::PdfAdapter => &self.pdf_adapter_url,
            AgentName::TradeExtraction => &self.trade_extraction_url,
            AgentName::TradeMatching => &self.trade_matching_url,
            AgentName::ExceptionManagement => &self.exception_management_url,
        };
        match own {
            Some(url) => Endpoint::at(url),
            // The command line is refused where neither is given.
            None => Endpoint::below(self.agents.as_deref().unwrap_or_default(), agent),
        }
    }

    fn connect(&self, timeout: Duration) -> Result<HttpAgents, InvalidEndpoint> {
        let [pdf, extraction, matching, exception] = AgentName::ALL;
        let agents = HttpAgents::new([
            self.endpoint(pdf)?,
            self.endpoint(extraction)?,
            self.endpoint(matching)?,
            self.endpoint(exception)?,
        ])?;
        Ok(agents.with_timeout(timeout))
    }
}

/// How long running documents may take to end once it is to stop.
const GRACE: Duration = Duration::from_secs(10);

pub(super) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let stop = on_signals(GRACE).map_err(Failure::Signals)?;
    let agents = arguments
        .agents
        .connect(Duration::from_secs(arguments.timeout))?;
    let documents = Documents::open(&arguments.file)?;
    let store = arguments.store.open().await?;
    let outbox = Outbox::open(&arguments.outbox, &arguments.store.to_string());
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

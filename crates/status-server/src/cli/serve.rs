//! `trade-status serve`: the status API and the portal.

mod orchestrate;

use std::sync::Arc;

use clap::Args;
use futures_util::FutureExt;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::{info, warn};

use super::{Exit, Failure, address::ListenAddress, output, signals, store::StoreArguments};
use crate::{
    api::{App, HostName, Origin, Policy},
    clock,
    portal::Portal,
    server::{self, Ended},
};
use orchestrate::Orchestrate;

/// Serve the status API and the portal
///
/// On this machine only: there is no access control yet. To let others in, put a proxy or tunnel
/// before it that checks who they are. Ctrl-C or SIGTERM ends it: everybody who waits is answered
/// at once, and what is in flight has ten seconds to finish.
///
/// With --orchestrate it also runs documents through the agents, as Bedrock AgentCore asks for
/// it: POST /invocations, GET /ping (docs/agents.md). When it is to end, documents that are under
/// way have --drain seconds; then, or with a second signal, they are marked as failed.
#[derive(Args)]
pub(super) struct Arguments {
    /// Where to listen; a loopback address. Port 0 lets the system choose
    #[arg(
        long,
        value_name = "ADDRESS",
        env = "TRADE_STATUS_LISTEN",
        default_value = "127.0.0.1:8080"
    )]
    listen: ListenAddress,
    #[command(flatten)]
    store: StoreArguments,
    /// An origin whose pages may call the API from a browser (CORS), as in
    /// `https://portal.example`; may be given several times
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "TRADE_STATUS_ALLOW_ORIGIN",
        value_delimiter = ','
    )]
    allow_origin: Vec<Origin>,
    /// A name besides localhost and the loopback addresses that the server may be called by, as a
    /// proxy passes it on in the Host header; may be given several times. Other names are turned
    /// away: behind them may be a page that tries to reach into this machine
    #[arg(
        long,
        value_name = "NAME",
        env = "TRADE_STATUS_ALLOW_HOST",
        value_delimiter = ','
    )]
    allow_host: Vec<HostName>,
    /// So many requests may wait for a change at a time; further ones are answered at once. Fewer
    /// where the system allows fewer open files (ulimit -n)
    #[arg(
        long,
        value_name = "N",
        env = "TRADE_STATUS_MAX_WAITING",
        default_value_t = 20_000
    )]
    max_waiting: usize,
    #[command(flatten)]
    orchestrate: Orchestrate,
}

pub(super) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let orchestrator = arguments.orchestrate.prepare(&arguments.store).await?;
    let stop = match &orchestrator {
        Some(orchestrator) => orchestrator.stopping().boxed(),
        None => signals::stop().map_err(Failure::Signals)?.boxed(),
    };
    let max_waiting = allow_connections(arguments.max_waiting);
    let store = arguments.store.open().await?;
    let (listener, address) = arguments.listen.listen().await?;
    let policy = Policy {
        origins: arguments.allow_origin,
        hosts: arguments.allow_host,
        max_waiting,
    };
    let app = App::new(store, Portal::embedded(), policy, clock::system);
    let app = match orchestrator {
        Some(orchestrator) => orchestrator.join(app),
        None => app,
    };
    output::line(&format!("trade-status is at http://{address}/"));
    info!(%address, store = %arguments.store, "started");
    let stop = async {
        stop.await;
        info!("stopping: what is in flight may finish");
    };
    match server::serve(listener, Arc::new(app), stop).await {
        Ok(Ended::Clean) => info!("ended"),
        Ok(Ended::CutOff) => warn!("ended; some requests took too long and were cut off"),
        Err(error) => return Err(Failure::Serve(error)),
    }
    Ok(Exit::Well)
}

/// Files and connections besides those of waiting viewers.
const OTHER_FILES: u64 = 512;

/// Each connection needs an open file, of which the system gives few unless it is asked for more.
/// Answers how many viewers may wait so that others still get in.
fn allow_connections(max_waiting: usize) -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        ..limit
    };
    let open_files = match setrlimit(Resource::Nofile, raised) {
        Ok(()) => limit.maximum,
        Err(_) => limit.current,
    };
    let allowed = waiting_within(open_files, max_waiting);
    if allowed < max_waiting {
        info!(
            open_files,
            "the system allows few open files, so at most {allowed} viewers wait at a time"
        );
    }
    allowed
}

/// How many may wait with so many open files; none means that there is no limit.
fn waiting_within(open_files: Option<u64>, max_waiting: usize) -> usize {
    let places = open_files.map(|files| files.saturating_sub(OTHER_FILES).max(files / 2));
    let places = places.and_then(|places| usize::try_from(places).ok());
    max_waiting.min(places.unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_viewers_leave_files_for_others() {
        assert_eq!(waiting_within(None, 20_000), 20_000);
        assert_eq!(waiting_within(Some(1_048_576), 20_000), 20_000);
        assert_eq!(waiting_within(Some(20_000), 20_000), 19_488);
        assert_eq!(waiting_within(Some(1_024), 20_000), 512);
        assert_eq!(waiting_within(Some(256), 20_000), 128);
        assert_eq!(waiting_within(Some(1_024), 10), 10);
    }
}

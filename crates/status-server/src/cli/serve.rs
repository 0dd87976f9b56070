//! `trade-status serve`: the status API and the portal.

mod access;
mod limits;
mod orchestrate;
#[cfg(feature = "sign-in")]
mod sign_in;
#[cfg(feature = "tls")]
mod tls;

use std::sync::Arc;

use clap::Args;
use futures_util::FutureExt;
use tracing::{info, warn};

use super::{Exit, Failure, address::ListenAddress, output, signals, store::StoreArguments};
use crate::{
    api::{App, HostName, Origin, Policy},
    clock,
    portal::Portal,
    server::{self, Door, Ended},
};
use access::AccessArguments;
use limits::LimitArguments;
use orchestrate::Orchestrate;

/// Serve the status API and the portal
///
/// Without --access on this machine only, where whoever reaches it may do everything; with it for
/// those who have a token, have signed in or have a link (docs/access.md). Ctrl-C or SIGTERM ends it: everybody who waits is answered
/// at once, and what is in flight has ten seconds to finish.
///
/// With --orchestrate it also runs documents through the agents, as Bedrock AgentCore asks for
/// it: POST /invocations, GET /ping (docs/agents.md). When it is to end, documents that are under
/// way have --drain seconds; then, or with a second signal, they are marked as failed.
#[derive(Args)]
pub(super) struct Arguments {
    /// Where to listen; without --access a loopback address. Port 0 lets the system choose
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
    #[command(flatten)]
    limits: LimitArguments,
    #[cfg(feature = "tls")]
    #[command(flatten)]
    tls: tls::TlsArguments,
    #[command(flatten)]
    access: AccessArguments,
    #[cfg(feature = "sign-in")]
    #[command(flatten)]
    sign_in: sign_in::SignInArguments,
    #[command(flatten)]
    orchestrate: Orchestrate,
}

pub(super) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    #[cfg(feature = "tls")]
    let tls = arguments.tls.read()?;
    #[cfg(feature = "tls")]
    let scheme = if tls.is_some() { "https" } else { "http" };
    #[cfg(not(feature = "tls"))]
    let scheme = "http";
    arguments
        .access
        .check(arguments.listen, scheme == "https")?;
    // Before anything is done to the store or in its name.
    let _claim = arguments.store.claim()?;
    let orchestrator = arguments.orchestrate.prepare(&arguments.store).await?;
    let stop = match &orchestrator {
        Some(orchestrator) => orchestrator.stopping().boxed(),
        None => signals::stop().map_err(Failure::Signals)?.boxed(),
    };
    let limits = arguments.limits.within_the_systems();
    let store = arguments.store.open().await?;
    let (listener, address) = arguments.listen.listen().await?;
    let hosts = arguments.allow_host.into_iter();
    let policy = Policy {
        origins: arguments.allow_origin,
        hosts: hosts.chain(arguments.access.host()).collect(),
        max_waiting: limits.max_waiting,
        max_connections: limits.max_connections,
        send_time: limits.send_time,
        is_https: scheme == "https" || arguments.access.is_https(),
    };
    let mut gate = arguments.access.gate()?;
    gate.is_https = scheme == "https";
    let app = App::new(store, Portal::embedded(), policy, clock::system).behind(gate);
    #[cfg(feature = "sign-in")]
    let app = arguments.sign_in.join(app, address)?;
    let app = match orchestrator {
        Some(orchestrator) => orchestrator.join(app),
        None => app,
    };
    output::line(&format!("trade-status is at {scheme}://{address}/"));
    info!(%address, store = %arguments.store, "started");
    let stop = async {
        stop.await;
        info!("stopping: what is in flight may finish");
    };
    let door = Door::from(listener);
    #[cfg(feature = "tls")]
    let door = match tls {
        Some(tls) => door.with(tls),
        None => door,
    };
    match server::serve(door, Arc::new(app), stop).await {
        Ended::Clean => info!("ended"),
        Ended::CutOff => warn!("ended; some requests took too long and were cut off"),
    }
    Ok(Exit::Well)
}

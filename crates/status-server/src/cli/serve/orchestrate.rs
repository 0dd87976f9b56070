//! `serve --orchestrate`: documents over HTTP through the agents.

use std::{sync::Arc, time::Duration};

use clap::Args;
use orchestrator::{HttpAgents, Orchestrator, Phase, Settings, Stop, stop::on_signals};
use status_store::{Outbox, StatusWriter};

use crate::{
    api::App,
    cli::{Failure, agents::Agents, outbox::OutboxArguments, store::StoreArguments},
    clock,
    invocations::Invocations,
};

#[derive(Args)]
pub(super) struct Orchestrate {
    /// Run documents through the agents too: POST /invocations takes them
    #[arg(long = "orchestrate", requires = "agents")]
    is_wanted: bool,
    /// Where the agents are: the address that they share, each at agents/NAME below it, or a JSON
    /// file that says where each is, on Bedrock AgentCore too (docs/agents.md)
    #[arg(long, value_name = "URL|FILE", env = "TRADE_STATUS_AGENTS")]
    agents: Option<Agents>,
    /// So many documents may be under way at a time; further ones are answered 503 with
    /// Retry-After
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..))]
    concurrency: u16,
    /// So many seconds an agent may take for one try, where the agents' file says nothing else
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    timeout: u64,
    #[command(flatten)]
    outbox: OutboxArguments,
    /// So many seconds documents that are under way have to end once the server is to end
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    drain: u64,
}

/// Agents that can be asked, and what ends their work.
pub(super) struct Prepared {
    outbox: Outbox,
    agents: HttpAgents,
    places: usize,
    stop: Stop,
}

impl Orchestrate {
    /// Connects to the agents, where documents are to be run.
    pub(super) async fn prepare(
        &self,
        store: &StoreArguments,
    ) -> Result<Option<Prepared>, Failure> {
        let Some(agents) = self.agents.as_ref().filter(|_| self.is_wanted) else {
            return Ok(None);
        };
        let agents = agents.connect(Duration::from_secs(self.timeout)).await?;
        let drain = Duration::from_secs(self.drain);
        Ok(Some(Prepared {
            outbox: self.outbox.open(store),
            agents,
            places: self.concurrency.into(),
            stop: on_signals(drain).map_err(Failure::Signals)?,
        }))
    }
}

impl Prepared {
    /// Ready once the server is to end.
    pub(super) fn stopping(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut stop = self.stop.clone();
        async move { stop.reached(Phase::Draining).await }
    }

    /// The app that runs documents too.
    pub(super) fn join(self, app: App) -> App {
        let Self {
            outbox,
            agents,
            places,
            stop,
        } = self;
        let writer = StatusWriter::new(app.told_store(), clock::system, rand::random::<f64>)
            .with_outbox(outbox);
        app.metrics.writer.watch(writer.clone());
        let orchestrator =
            Orchestrator::new(Arc::new(agents), Arc::new(writer), Settings::default());
        let workflows = Arc::new(orchestrator);
        app.running(Invocations::new(workflows, places, stop, clock::system))
    }
}

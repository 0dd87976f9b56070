//! The HTTP calls: parsed at the edge into types that can't be wrong, answered as JSON or, where
//! something is the matter, as a problem (RFC 9457).
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`calls`] | the table of calls, and who may make each |
//! | [`routes`] | who answers which |
//! | [`edge`] | what every request passes: its host, its correlation id, its headers, its count |
//! | `admit` | is it let through to its call? |
//! | [`error`], [`denied`] | [`ApiError`], [`Denied`]: what goes wrong, and what the client reads of it |
//! | `path`, `query`, `body`, `prefer` | each part of a request, parsed |
//! | `read`, `view` | the calls that look; what of a session their caller may see |
//! | `export` | the calls that give files, of any length |
//! | `write` | the calls that change |
//! | `invoke` | the calls by which Bedrock AgentCore runs the orchestrator |
//! | `ahead` | what a session's page will ask first, asked for it |
//! | `me`, `share`, `open` | who asks; links to sessions, made and opened |
//! | `sign_in` | people sign in and out |
//! | `service` | the description, liveness, readiness, metrics |
//! | `cors` | which pages of other origins may call |

mod admit;
mod ahead;
mod body;
pub mod calls;
pub(crate) mod correlation;
mod cors;
pub mod denied;
pub mod edge;
pub mod error;
mod export;
mod host;
mod invoke;
mod me;
mod open;
mod path;
mod prefer;
mod query;
mod read;
pub mod routes;
mod service;
mod share;
mod sign_in;
mod view;
mod write;

use std::{sync::Arc, time::Duration};

use status_store::StatusStore;

pub use cors::Origin;
pub use denied::Denied;
pub use error::ApiError;
pub use host::HostName;
pub use routes::router;

use crate::{
    clock::Clock,
    gate::Gate,
    invocations::{Health, Invocations},
    metrics::{CountedStore, Metrics},
    portal::Portal,
    sign_in::SignIn,
    watch::{Hub, TellingStore},
};

/// Who may call, how many at a time, and how long they may take to.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Origins whose pages may call the API from a browser.
    pub origins: Vec<Origin>,
    /// Names besides the loopback ones that the server may be called by.
    pub hosts: Vec<HostName>,
    /// So many requests may wait for a change at a time.
    pub max_waiting: usize,
    /// So many connections may be open at a time.
    pub max_connections: u32,
    /// So long the head of a request may take to arrive, and then its body as long again. So long,
    /// too, a connection is kept on which nothing is asked.
    pub send_time: Duration,
    /// Is the server reached by https? Then browsers are told to come by nothing else.
    pub is_https: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            origins: Vec::new(),
            hosts: Vec::new(),
            max_waiting: 20_000,
            max_connections: 24_000,
            send_time: Duration::from_secs(30),
            is_https: false,
        }
    }
}

/// What all calls share.
pub struct App {
    /// What viewers look at.
    pub hub: Arc<Hub>,
    /// Where sessions are kept.
    pub store: Arc<dyn StatusStore>,
    /// What is counted.
    pub metrics: Metrics,
    /// What time it is.
    pub clock: Clock,
    /// The portal's files.
    pub portal: Portal,
    /// Who gets in.
    pub gate: Gate,
    /// What people sign in with, where they can.
    pub sign_in: Option<Arc<dyn SignIn>>,
    /// The workflows that are under way, where this server runs any.
    pub invocations: Option<Arc<Invocations>>,
    started: Health,
    policy: Policy,
    turns: write::Turns,
    exports: export::Turns,
}

impl App {
    /// An app over a store.
    #[must_use]
    pub fn new(store: Arc<dyn StatusStore>, portal: Portal, policy: Policy, clock: Clock) -> Self {
        let metrics = Metrics::new();
        let store: Arc<dyn StatusStore> = Arc::new(CountedStore::new(store, metrics.store.clone()));
        Self {
            hub: Hub::new(
                Arc::clone(&store),
                clock,
                policy.max_waiting,
                metrics.watch.clone(),
            ),
            store,
            metrics,
            clock,
            portal,
            gate: Gate::open(),
            sign_in: None,
            invocations: None,
            started: Health {
                is_busy: false,
                since: clock(),
            },
            policy,
            turns: write::Turns::default(),
            exports: export::Turns::default(),
        }
    }

    /// The store for those who write within this server, past the calls: viewers see at once what
    /// they write.
    #[must_use]
    pub fn told_store(&self) -> Arc<dyn StatusStore> {
        let (store, hub) = (Arc::clone(&self.store), Arc::clone(&self.hub));
        Arc::new(TellingStore::new(store, hub))
    }

    /// The same app, which lets in whom this gate lets in.
    #[must_use]
    pub fn behind(self, gate: Gate) -> Self {
        Self { gate, ..self }
    }

    /// The same app, in which people sign in with this.
    #[must_use]
    pub fn signing_in(mut self, sign_in: impl SignIn + 'static) -> Self {
        self.gate.signs_in = true;
        self.sign_in = Some(Arc::new(sign_in));
        self
    }

    /// The same app, which runs documents too.
    #[must_use]
    pub fn running(self, invocations: Invocations) -> Self {
        let counted = invocations.counted(self.metrics.workflows.clone());
        Self {
            invocations: Some(Arc::new(counted)),
            ..self
        }
    }

    /// Who may call.
    pub(crate) const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Is any document under way?
    fn health(&self) -> Health {
        let invocations = self.invocations.as_ref();
        invocations.map_or(self.started, |invocations| invocations.health())
    }
}

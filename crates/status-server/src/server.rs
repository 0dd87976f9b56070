//! All of it behind one address, until it is told to stop.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `accept` | who comes in, and the end |
//! | `connection` | one connection: HTTP/1.1, and what it may take in size and time |
//! | `crowd` | who is turned away because all places are taken |
//! | `patience` | a client that takes nothing of its answer is not waited for |
//! | `tls` | the same within TLS, with the feature of that name |

mod accept;
mod connection;
mod crowd;
mod patience;
#[cfg(feature = "tls")]
pub mod tls;

use std::{future::Future, sync::Arc, time::Duration};

use tokio::{
    net::TcpListener,
    sync::oneshot,
    time::{MissedTickBehavior, interval, sleep},
};
use tracing::{info, warn};

use crate::api::{self, App};
use accept::Entrance;
pub use connection::MAX_HEAD_BYTES;

/// How long what is in flight may take to finish once the server is to stop.
const GRACE: Duration = Duration::from_secs(10);
/// How often sessions that have expired are removed. They are not shown in the meantime.
const PURGE_EVERY: Duration = Duration::from_hours(1);

/// How a server came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All that was in flight is finished.
    Clean,
    /// Something was still in flight after the time that it had, and was cut off.
    CutOff,
}

/// Where clients come in, and how they are spoken with there.
pub struct Door {
    listener: TcpListener,
    #[cfg(feature = "tls")]
    tls: Option<tls::Tls>,
}

impl From<TcpListener> for Door {
    /// Without TLS.
    fn from(listener: TcpListener) -> Self {
        Self {
            listener,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

#[cfg(feature = "tls")]
impl Door {
    /// The same within TLS.
    #[must_use]
    pub fn with(self, tls: tls::Tls) -> Self {
        Self {
            tls: Some(tls),
            ..self
        }
    }
}

/// Serves until `stop` is ready; then takes nothing new, answers everybody who waits and lets
/// what is in flight finish, for ten seconds at most. Workflows that are under way come to their
/// end before that, as they are told by what stops them.
pub async fn serve(
    door: impl Into<Door>,
    app: Arc<App>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Ended {
    let purge = tokio::spawn(purge(Arc::clone(&app)));
    let _upkeep = app.gate.keep_up(app.clock);
    let door = door.into();
    #[cfg(feature = "tls")]
    let looking = door.tls.clone().map(|tls| tokio::spawn(tls.look_after()));
    let (stopping, stopped) = oneshot::channel();
    let entrance = Entrance::new(door, &app, api::router(Arc::clone(&app)));
    let hub = Arc::clone(&app.hub);
    let serving = entrance.serve(async move {
        stop.await;
        hub.close();
        // Nobody listens any more where serving has ended.
        let _ = stopping.send(());
    });
    let ended = tokio::select! {
        () = serving => Ended::Clean,
        () = grace(stopped, &app) => Ended::CutOff,
    };
    // Those that nobody waits for.
    workflows_ended(&app).await;
    purge.abort();
    #[cfg(feature = "tls")]
    if let Some(looking) = looking {
        looking.abort();
    }
    ended
}

/// The time that is left from when the server is to stop and no workflow is under way any more.
async fn grace(stopped: oneshot::Receiver<()>, app: &App) {
    match stopped.await {
        Ok(()) => {
            workflows_ended(app).await;
            sleep(GRACE).await;
        }
        Err(_) => std::future::pending().await,
    }
}

async fn workflows_ended(app: &App) {
    if let Some(invocations) = &app.invocations {
        invocations.ended().await;
    }
}

/// Removes what has expired, at once and then every hour.
async fn purge(app: Arc<App>) {
    let mut times = interval(PURGE_EVERY);
    times.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        times.tick().await;
        match app.store.purge_expired((app.clock)()).await {
            Ok(0) => {}
            Ok(sessions) => info!(sessions, "expired sessions removed"),
            Err(error) => {
                warn!(%error, "expired sessions could not be removed; next try in an hour");
            }
        }
    }
}

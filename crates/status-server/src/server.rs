//! All of it behind one address, until it is told to stop.

use std::{future::Future, io, sync::Arc, time::Duration};

use axum::serve::ListenerExt;
use tokio::{
    net::TcpListener,
    sync::oneshot,
    time::{MissedTickBehavior, interval, sleep},
};
use tracing::{info, warn};

use crate::api::{self, App};

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

/// Serves until `stop` is ready; then takes nothing new, answers everybody who waits and lets
/// what is in flight finish, for ten seconds at most. Workflows that are under way come to their
/// end before that, as they are told by what stops them.
///
/// # Errors
/// Where the listener breaks.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<Ended> {
    let purge = tokio::spawn(purge(Arc::clone(&app)));
    let (stopping, stopped) = oneshot::channel();
    let router = api::router(Arc::clone(&app));
    // An answer is written in one piece; waiting for more would only delay it.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            warn!(%error, "a connection keeps its small packets back");
        }
    });
    let hub = Arc::clone(&app.hub);
    let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
        stop.await;
        hub.close();
        // Nobody listens any more where serving has broken off.
        let _ = stopping.send(());
    });
    let ended = tokio::select! {
        result = serving.into_future() => result.map(|()| Ended::Clean),
        () = grace(stopped, &app) => Ok(Ended::CutOff),
    };
    // Those that nobody waits for.
    workflows_ended(&app).await;
    purge.abort();
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

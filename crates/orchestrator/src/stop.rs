//! Stopping: first no new documents, then not even those that are running.

use std::{io, time::Duration};

use tokio::sync::watch;

/// How far stopping has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Documents are taken.
    #[default]
    Running,
    /// No new documents; those that are running may end.
    Draining,
    /// Those that are still running are marked as failed.
    Stopping,
}

/// Stops a run.
#[derive(Debug)]
pub struct Stopper(watch::Sender<Phase>);

/// Tells a run that it is to stop. If its [`Stopper`] is dropped, it never is.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<Phase>);

/// A pair of those who stop and those who are stopped.
#[must_use]
pub fn stopper() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(Phase::Running);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    /// Goes on to this phase; there is no way back.
    pub fn advance(&self, to: Phase) {
        self.0.send_if_modified(|phase| {
            let further = to > *phase;
            *phase = to.max(*phase);
            further
        });
    }
}

impl Stop {
    /// How far stopping has come.
    #[must_use]
    pub fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Waits until stopping has come so far.
    pub async fn reached(&mut self, wanted: Phase) {
        if self.0.wait_for(|phase| *phase >= wanted).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

/// Stops on Ctrl-C or SIGTERM: with the first signal running documents get `grace` to end, with
/// a second one they don't.
///
/// # Errors
/// Where signals can't be listened to.
pub fn on_signals(grace: Duration) -> io::Result<Stop> {
    let (stopper, stop) = stopper();
    let mut signals = Signals::listen()?;
    tokio::spawn(async move {
        signals.next().await;
        tracing::info!(?grace, "stopping: running documents may end");
        stopper.advance(Phase::Draining);
        tokio::select! {
            () = tokio::time::sleep(grace) => {}
            () = signals.next() => {}
        }
        stopper.advance(Phase::Stopping);
    });
    Ok(stop)
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn stopping_only_goes_on() {
        let (stopper, mut stop) = stopper();
        assert!(stop.reached(Phase::Draining).now_or_never().is_none());
        stopper.advance(Phase::Stopping);
        stopper.advance(Phase::Draining);
        stop.reached(Phase::Stopping).await;
        assert_eq!(stop.phase(), Phase::Stopping);
    }

    #[tokio::test]
    async fn whoever_drops_the_stopper_never_stops() {
        let (stopper, mut stop) = stopper();
        drop(stopper);
        assert!(stop.reached(Phase::Draining).now_or_never().is_none());
    }
}

//! Writing what waits in the outbox, beside all else.

use std::sync::Arc;

use tokio::{
    task::{AbortHandle, JoinSet},
    time::{sleep_until, timeout},
};

use status_model::SessionId;

use super::{
    Random, RetryPolicy,
    outcome::{Failure, log},
};
use crate::{
    Outbox, StatusStore, StoreError, UpdateError,
    outbox::{Next, Report, Verdict},
    update,
};

/// Ends when this is dropped.
#[derive(Debug)]
pub(super) struct Replay(AbortHandle);

impl Drop for Replay {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// What is needed to write.
#[derive(Clone)]
pub(super) struct Means {
    pub store: Arc<dyn StatusStore>,
    pub outbox: Outbox,
    pub policy: RetryPolicy,
    pub random: Arc<Random>,
}

impl Means {
    /// Writes what waits, and what will, whenever the store takes it.
    pub fn start(self) -> Replay {
        Replay(tokio::spawn(self.run()).abort_handle())
    }

    async fn run(self) {
        let mut writing = JoinSet::new();
        loop {
            let next = self.outbox.next();
            if let Next::Write(report) = next {
                writing.spawn(self.clone().write(report));
                continue;
            }
            tokio::select! {
                () = self.outbox.changed() => {}
                Some(_) = writing.join_next() => {}
                () = async {
                    match next {
                        Next::Until(time) => sleep_until(time).await,
                        _ => std::future::pending().await,
                    }
                } => {}
            }
        }
    }

    async fn write(self, report: Report) {
        let id = &report.session_id;
        let mut turn = Turn {
            means: &self,
            id,
            is_settled: false,
        };
        let written = update(self.store.as_ref(), id, &report.change, report.at);
        let failure = match timeout(self.policy.deadline, written).await {
            Ok(Ok(_)) => None,
            Ok(Err(UpdateError::Refused(refusal))) => Some(Failure::Refused(refusal)),
            Ok(Err(UpdateError::Store(error))) => Some(Failure::Lost { tries: 1, error }),
            Err(_) => Some(Failure::Lost {
                tries: 1,
                error: StoreError::Unavailable("it did not answer in time".to_owned()),
            }),
        };
        let verdict = match &failure {
            None => Verdict::Taken,
            Some(Failure::Lost { error, .. }) if error.may_pass() => Verdict::Away,
            Some(failure) => {
                log(id, &report.change, failure);
                Verdict::Refused
            }
        };
        let ticket = self.outbox.settle(id, verdict, (self.random)());
        turn.is_settled = true;
        self.outbox.on_disk(ticket).await;
    }
}

/// A session whose oldest report is being written, until this is dropped.
struct Turn<'a> {
    means: &'a Means,
    id: &'a SessionId,
    is_settled: bool,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let Means { outbox, random, .. } = self.means;
        if !self.is_settled {
            // The store has panicked. Perhaps it does not the next time.
            let _ = outbox.settle(self.id, Verdict::Away, random());
        }
        outbox.release(self.id);
    }
}

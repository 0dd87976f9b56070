//! The reports on one session, written in their order, beside the workflow and never in its way.

use std::{
    collections::VecDeque,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::FutureExt;
use status_model::{
    AgentName, SessionId,
    change::{AgentUpdate, Change, FinalStatus, StartSession},
};
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

use crate::sink::{Delivery, StatusSink};

/// After the last report, what is lost is tried so many times more: no later report will bring it
/// along, and a session without its end would be shown as running for ever.
const LAST_TRIES: u32 = 5;
/// The pause before each of those.
const LAST_PAUSE: Duration = Duration::from_secs(1);

/// Takes reports and returns at once. Clones report on the same session.
#[derive(Clone, Debug)]
pub(crate) struct Reporter {
    queue: mpsc::UnboundedSender<Report>,
    /// Goes with the next report.
    held: Arc<Mutex<Vec<Change>>>,
}

#[derive(Debug)]
struct Report {
    changes: Vec<Change>,
    answer: Option<oneshot::Sender<Delivery>>,
}

impl Reporter {
    /// A reporter on a session. Once all its clones are gone, it is told how many reports never
    /// reached the sink.
    pub fn new<S: StatusSink>(sink: Arc<S>, id: SessionId) -> (Self, JoinHandle<usize>) {
        let (queue, mut reports) = mpsc::unbounded_channel();
        let mut desk = Desk::new(sink, id);
        let written = tokio::spawn(async move {
            while let Some(report) = reports.recv().await {
                let mut answer = desk.take(report);
                // What has come meanwhile may supersede what waits, or else is written with it.
                while let Ok(report) = reports.try_recv() {
                    answer = desk.take(report);
                }
                let delivery = desk.write_all().await;
                if let Some(answer) = answer {
                    // Whoever asked may have been stopped meanwhile.
                    let _ = answer.send(delivery);
                }
            }
            for _ in 0..LAST_TRIES {
                if desk.backlog.is_empty() {
                    break;
                }
                tokio::time::sleep(LAST_PAUSE).await;
                desk.write_all().await;
            }
            desk.backlog.len()
        });
        let held = Arc::default();
        (Self { queue, held }, written)
    }

    /// The session begins. Waits for what becomes of it.
    pub async fn start(&self, start: StartSession) -> Delivery {
        self.deliver(Change::Start(start)).await
    }

    /// An agent begins. Waits for what becomes of it.
    pub async fn begin(&self, agent: AgentName, update: AgentUpdate) -> Delivery {
        self.deliver(Change::Report(agent, Box::new(update))).await
    }

    /// An agent has come further.
    pub fn report(&self, agent: AgentName, update: AgentUpdate) {
        self.send(Change::Report(agent, Box::new(update)), None);
    }

    /// An agent has come further, and another report follows at once: both are one write.
    pub fn hold(&self, agent: AgentName, update: AgentUpdate) {
        self.held().push(Change::Report(agent, Box::new(update)));
    }

    /// The session ends.
    pub fn finalize(&self, status: FinalStatus) {
        self.send(Change::Finalize(status), None);
    }

    async fn deliver(&self, change: Change) -> Delivery {
        let (answer, delivery) = oneshot::channel();
        self.send(change, Some(answer));
        delivery.await.unwrap_or(Delivery::Lost)
    }

    fn send(&self, change: Change, answer: Option<oneshot::Sender<Delivery>>) {
        let mut changes = std::mem::take(&mut *self.held());
        changes.push(change);
        // The desk closes after its last reporter, so there is always somebody to take it.
        let _ = self.queue.send(Report { changes, answer });
    }

    fn held(&self) -> MutexGuard<'_, Vec<Change>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes reports in their order. What is lost is not given up: it is written again before the
/// next report, so that a store that was away for a while ends up with all that is still true.
struct Desk<S> {
    sink: Arc<S>,
    id: SessionId,
    backlog: VecDeque<Change>,
    /// Why the session is not ours: its start was refused.
    foreign: Option<String>,
}

impl<S: StatusSink> Desk<S> {
    fn new(sink: Arc<S>, id: SessionId) -> Self {
        Self {
            sink,
            id,
            backlog: VecDeque::new(),
            foreign: None,
        }
    }

    /// Takes a report to be written, and who waits for what becomes of it.
    fn take(&mut self, report: Report) -> Option<oneshot::Sender<Delivery>> {
        let Report { changes, answer } = report;
        for change in changes {
            self.backlog
                .retain(|earlier| !is_superseded(earlier, &change));
            self.backlog.push_back(change);
        }
        answer
    }

    /// Writes up to the first report that is lost, and answers what became of the last.
    async fn write_all(&mut self) -> Delivery {
        let mut last = Delivery::Delivered;
        while let Some(first) = self.backlog.front() {
            // Whether the session is ours shows at its start, before anything else is written.
            let is_start = matches!(first, Change::Start(_));
            let count = if is_start { 1 } else { self.backlog.len() };
            let changes: Vec<Change> = self.backlog.iter().take(count).cloned().collect();
            let deliveries = match &self.foreign {
                Some(reason) => vec![Delivery::Refused(reason.clone()); count],
                None => self.write(changes).await,
            };
            let mut written = 0;
            for delivery in deliveries {
                if delivery == Delivery::Lost {
                    break;
                }
                if let (true, Delivery::Refused(reason)) = (is_start, &delivery) {
                    self.foreign = Some(reason.clone());
                }
                self.backlog.pop_front();
                last = delivery;
                written += 1;
            }
            if written < count {
                return Delivery::Lost;
            }
        }
        last
    }

    async fn write(&self, changes: Vec<Change>) -> Vec<Delivery> {
        let written = self.sink.report_together(&self.id, changes);
        // A sink that panics has lost these reports, and may well take the next.
        AssertUnwindSafe(written)
            .catch_unwind()
            .await
            .unwrap_or_else(|_| {
                tracing::error!(session_id = %self.id, "the status sink panicked");
                Vec::new()
            })
    }
}

/// A later report on the same agent says all that the earlier one says, and more.
fn is_superseded(earlier: &Change, later: &Change) -> bool {
    matches!((earlier, later), (Change::Report(a, _), Change::Report(b, _)) if a == b)
}

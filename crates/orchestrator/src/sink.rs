//! Where reports go. The port; what is behind it may fail, the workflow goes on.

use std::collections::VecDeque;

use status_model::{
    AgentName, SessionId,
    change::{AgentUpdate, Change, FinalStatus, StartSession},
};

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It stands in the table.
    Delivered,
    /// It is kept, and will be written without anybody's doing once the table is back.
    Kept,
    /// It contradicts what stands there; the reason, in words.
    Refused(String),
    /// It could not be written.
    Lost,
}

/// Takes the reports on a session.
pub trait StatusSink: Send + Sync + 'static {
    /// The session begins.
    fn initialize_status(
        &self,
        id: &SessionId,
        start: StartSession,
    ) -> impl Future<Output = Delivery> + Send;

    /// An agent has come further.
    fn update_agent_status(
        &self,
        id: &SessionId,
        agent: AgentName,
        update: AgentUpdate,
    ) -> impl Future<Output = Delivery> + Send;

    /// The session ends.
    fn finalize_status(
        &self,
        id: &SessionId,
        status: FinalStatus,
    ) -> impl Future<Output = Delivery> + Send;

    /// Several reports in their order, in one write where the sink can do that. Answers what became
    /// of each, up to the first that is lost.
    fn report_together(
        &self,
        id: &SessionId,
        changes: Vec<Change>,
    ) -> impl Future<Output = Vec<Delivery>> + Send {
        one_by_one(self, id, changes)
    }
}

/// The reports in their order, up to the first that is lost.
pub(crate) async fn one_by_one<S: StatusSink + ?Sized>(
    sink: &S,
    id: &SessionId,
    changes: Vec<Change>,
) -> Vec<Delivery> {
    let mut deliveries = Vec::with_capacity(changes.len());
    let mut rest = VecDeque::from(changes);
    while let Some(change) = rest.pop_front() {
        let delivery = match change {
            Change::Start(start) => sink.initialize_status(id, start).await,
            Change::Report(agent, update) => sink.update_agent_status(id, agent, *update).await,
            Change::Finalize(status) => sink.finalize_status(id, status).await,
            Change::Together(parts) => {
                for part in parts.into_iter().rev() {
                    rest.push_front(part);
                }
                continue;
            }
        };
        let is_lost = delivery == Delivery::Lost;
        deliveries.push(delivery);
        if is_lost {
            break;
        }
    }
    deliveries
}

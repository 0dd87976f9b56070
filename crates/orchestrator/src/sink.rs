//! Where reports go. The port; what is behind it may fail, the workflow goes on.

use status_model::{
    AgentName, SessionId,
    change::{AgentUpdate, FinalStatus, StartSession},
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
}

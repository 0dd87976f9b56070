//! The status store's writer as a sink.

use status_model::{
    AgentName, SessionId,
    change::{AgentUpdate, FinalStatus, StartSession},
};
use status_store::{StatusWriter, writer::Outcome};

use crate::sink::{Delivery, StatusSink};

impl From<Outcome> for Delivery {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Written(_) => Self::Delivered,
            Outcome::Kept => Self::Kept,
            Outcome::Refused(refusal) => Self::Refused(refusal.to_string()),
            Outcome::Invalid(invalid) => Self::Refused(invalid.to_string()),
            Outcome::Lost => Self::Lost,
        }
    }
}

impl StatusSink for StatusWriter {
    async fn initialize_status(&self, id: &SessionId, start: StartSession) -> Delivery {
        Self::initialize_status(self, id, start).await.into()
    }

    async fn update_agent_status(
        &self,
        id: &SessionId,
        agent: AgentName,
        update: AgentUpdate,
    ) -> Delivery {
        Self::update_agent_status(self, id, agent, update)
            .await
            .into()
    }

    async fn finalize_status(&self, id: &SessionId, status: FinalStatus) -> Delivery {
        Self::finalize_status(self, id, status).await.into()
    }
}

//! The status store's writer as a sink.

use status_model::{
    AgentName, SessionId,
    change::{AgentUpdate, Change, FinalStatus, StartSession},
};
use status_store::{StatusWriter, writer::Outcome};

use crate::sink::{Delivery, StatusSink, one_by_one};

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

    async fn report_together(&self, id: &SessionId, changes: Vec<Change>) -> Vec<Delivery> {
        if changes.len() > 1 {
            let count = changes.len();
            match self.update_together(id, changes.clone()).await {
                // Perhaps not all of them are.
                Outcome::Refused(_) | Outcome::Invalid(_) => {}
                outcome => return vec![outcome.into(); count],
            }
        }
        one_by_one(self, id, changes).await
    }
}

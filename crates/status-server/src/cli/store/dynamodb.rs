//! Opening a table.

use std::sync::Arc;

use status_store::{
    BulkStore, DynamoStore, StoreError,
    address::TableName,
    dynamodb::{Connection, KeyName},
};
use tracing::warn;

use super::StoreArguments;
use crate::cli::Failure;

impl StoreArguments {
    /// Opens the table, which has to be there.
    pub(super) async fn open_table(
        &self,
        table: &TableName,
    ) -> Result<Arc<dyn BulkStore>, Failure> {
        let connection = Connection {
            table: table.to_string(),
            // The command line takes no other name.
            key: self.key.parse::<KeyName>().unwrap_or_default(),
            region: self.region.as_ref().map(ToString::to_string),
            endpoint: self.endpoint.as_ref().map(ToString::to_string),
        };
        let store = DynamoStore::new(connection, rand::random::<f64>).await;
        match store.check().await {
            Ok(()) => {}
            Err(StoreError::Unavailable(reason)) => {
                warn!(%reason, store = %self, "the store is out of reach, and is waited for");
            }
            Err(StoreError::MissingTable(reason) | StoreError::Refused(reason)) => {
                return Err(self.unusable(reason));
            }
            Err(error) => return Err(self.unusable(error.to_string())),
        }
        Ok(Arc::new(store))
    }

    fn unusable(&self, reason: String) -> Failure {
        Failure::UnusableStore {
            store: self.to_string(),
            reason,
        }
    }
}

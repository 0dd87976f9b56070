//! The store under test: a table of its own in `DynamoDB` Local.

use std::{
    env, process,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::{Client, types::BillingMode};
use status_store::{
    DynamoStore,
    dynamodb::{Connection, Definition, KeyName},
};
use tokio::runtime;

/// The store under test.
pub type Store = DynamoStore;

/// A table; goes when it is dropped.
pub struct Place {
    table: String,
}

impl Place {
    /// A new one, still empty.
    pub async fn new() -> Self {
        let place = Self::unmade();
        let Definition {
            attributes,
            key_schema,
            indexes,
        } = Definition::new(KeyName::default()).unwrap();
        place
            .client()
            .await
            .create_table()
            .table_name(&place.table)
            .set_attribute_definitions(Some(attributes))
            .set_key_schema(Some(key_schema))
            .set_global_secondary_indexes(Some(indexes))
            .billing_mode(BillingMode::PayPerRequest)
            .send()
            .await
            .unwrap();
        place
    }

    /// A name that no table has yet.
    pub fn unmade() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let nanos = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        Self {
            table: format!("test-{}-{}-{n}", process::id(), nanos.as_nanos()),
        }
    }

    /// By what another process may open it.
    pub fn name(&self) -> String {
        self.table.clone()
    }

    /// A client as other programs have one.
    pub async fn client(&self) -> Client {
        client(&self.table).await
    }
}

async fn client(table: &str) -> Client {
    let patient = TimeoutConfig::builder().operation_timeout(Duration::from_mins(1));
    connection(table).client(patient.build()).await
}

impl Drop for Place {
    fn drop(&mut self) {
        let table = self.table.clone();
        // A runtime may be running here, and none may run within another.
        let deleted = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let client = client(&table).await;
                // Not every test makes one.
                let _ = client.delete_table().table_name(&table).send().await;
            });
        });
        let _ = deleted.join();
    }
}

/// Where the tables of the tests are.
pub fn connection(table: &str) -> Connection {
    let endpoint = env::var("DYNAMODB_LOCAL").expect(
        "DYNAMODB_LOCAL names no DynamoDB Local: `cargo xtask test native` starts one and runs \
         these tests",
    );
    Connection {
        table: table.to_owned(),
        region: Some("eu-central-1".to_owned()),
        endpoint: Some(endpoint),
        ..Connection::default()
    }
}

/// One more handle on the store of that name.
pub async fn open(name: &str) -> Store {
    open_with(connection(name)).await
}

pub async fn open_with(connection: Connection) -> Store {
    DynamoStore::new(connection, || 0.5).await
}

//! The store under test: a table of its own in `DynamoDB` Local.

use std::{
    env, process,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction,
        GlobalSecondaryIndexDescription, GlobalSecondaryIndexUpdate, IndexStatus,
    },
};
use status_store::{
    DynamoStore,
    dynamodb::{Connection, Definition, KeyName},
};
use tokio::{
    runtime,
    time::{Instant, sleep},
};

/// The store under test.
pub type Store = DynamoStore;

/// A table; goes when it is dropped.
pub struct Place {
    table: String,
}

impl Place {
    /// A new one, still empty.
    pub async fn new() -> Self {
        Self::keyed_by(KeyName::default()).await
    }

    /// One whose key has this name.
    pub async fn keyed_by(key: KeyName) -> Self {
        let place = Self::unmade();
        let create = place.client().await.create_table();
        let definition = Definition::new(key).unwrap();
        create
            .table_name(&place.table)
            .set_attribute_definitions(Some(definition.attributes))
            .set_key_schema(Some(definition.key_schema))
            .set_global_secondary_indexes(Some(definition.indexes))
            .billing_mode(BillingMode::PayPerRequest)
            .send()
            .await
            .unwrap();
        place
    }

    /// One as today's, which has no indexes.
    pub async fn without_indexes(key: KeyName) -> Self {
        let place = Self::unmade();
        let create = place.client().await.create_table();
        let definition = Definition::new(key).unwrap();
        let is_key = |attribute: &AttributeDefinition| attribute.attribute_name() == key.as_str();
        let attributes = definition.attributes.into_iter().filter(is_key);
        create
            .table_name(&place.table)
            .set_attribute_definitions(Some(attributes.collect()))
            .set_key_schema(Some(definition.key_schema))
            .billing_mode(BillingMode::PayPerRequest)
            .send()
            .await
            .unwrap();
        place
    }

    /// Adds the indexes, one by one as the service wants it.
    pub async fn add_indexes(&self, key: KeyName) {
        let client = self.client().await;
        let definition = Definition::new(key).unwrap();
        for index in definition.indexes {
            let create = CreateGlobalSecondaryIndexAction::builder()
                .index_name(index.index_name)
                .set_key_schema(Some(index.key_schema))
                .set_projection(index.projection)
                .build()
                .unwrap();
            let update = GlobalSecondaryIndexUpdate::builder().create(create).build();
            let update_table = client.update_table().table_name(&self.table);
            update_table
                .set_attribute_definitions(Some(definition.attributes.clone()))
                .global_secondary_index_updates(update)
                .send()
                .await
                .unwrap();
            until(async || {
                let table = client.describe_table().table_name(&self.table);
                let table = table.send().await.unwrap().table.unwrap();
                let active = |index: &GlobalSecondaryIndexDescription| {
                    index.index_status == Some(IndexStatus::Active)
                };
                table.global_secondary_indexes().iter().all(active)
            })
            .await;
        }
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
        // DynamoDB Local has a database, and ten threads, for each. A table whose items expire keeps
        // a thread for ever, and without any left no index is built: other tests have such tables.
        region: Some("eu-west-3".to_owned()),
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

/// Waits until it is so.
async fn until(is_so: impl AsyncFn() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(2);
    while !is_so().await {
        assert!(Instant::now() < deadline, "waited in vain");
        sleep(Duration::from_millis(20)).await;
    }
}

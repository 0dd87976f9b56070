//! The real store that servers have: a table of its own in `DynamoDB` Local, made by the program
//! as its users make theirs.

use std::{
    env, process,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use status_store::{DynamoStore, StatusStore, dynamodb::Connection};

use crate::support::Place as Directory;

/// Where the tables of the tests are said to be.
const REGION: &str = "eu-central-1";

/// A table; goes with `DynamoDB` Local, which keeps nothing.
pub struct Place {
    table: String,
    endpoint: String,
}

impl Place {
    /// A new one, still empty.
    pub fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let place = Self {
            table: format!("contract-{}-{n}", process::id()),
            endpoint: env::var("DYNAMODB_LOCAL").expect(
                "DYNAMODB_LOCAL names no DynamoDB Local: `cargo xtask test native` starts one and \
                 runs these tests",
            ),
        };
        let deploy = ["table", "deploy", "--yes", "--table", &place.table];
        let at = ["--region", REGION, "--endpoint", &place.endpoint];
        let deployed = Directory::new().run(&[deploy.as_slice(), &at].concat(), b"");
        assert_eq!(deployed.code, Some(0), "{}", deployed.notes);
        place
    }

    /// One more handle on it.
    pub async fn open(&self) -> Arc<dyn StatusStore> {
        let connection = Connection {
            table: self.table.clone(),
            region: Some(REGION.to_owned()),
            endpoint: Some(self.endpoint.clone()),
            ..Connection::default()
        };
        Arc::new(DynamoStore::new(connection, || 0.5).await)
    }

    /// The options that name it to the program.
    pub fn options(&self) -> [String; 6] {
        let store = format!("dynamodb:{}", self.table);
        [
            "--store",
            &store,
            "--region",
            REGION,
            "--endpoint",
            &self.endpoint,
        ]
        .map(str::to_owned)
    }
}

//! The real store that servers have: a table of its own in `DynamoDB` Local, made by the program
//! as its users make theirs.

use std::{
    env, process,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use status_store::{DynamoStore, StatusStore, dynamodb::Connection};

use crate::support::Place as Directory;

/// Where the tables of the tests are said to be.
const REGION: &str = "eu-central-1";

/// A table; goes with `DynamoDB` Local, which keeps nothing.
pub struct Place {
    table: String,
    endpoint: String,
    access_key: &'static str,
}

/// The access key of most tests. DynamoDB Local has a database, and ten threads, for each.
const MOST: &str = "test";
/// That of tables to which indexes are added later: a table whose items expire keeps a thread for
/// ever, and without any left no index is built.
const TODAYS: &str = "todays";

impl Place {
    /// A new one, still empty.
    pub fn new() -> Self {
        let place = Self::unmade(MOST);
        place.deploy(&[]);
        place
    }

    /// One as today's: the older key, and nothing else.
    pub async fn todays() -> Self {
        let place = Self::unmade(TODAYS);
        let key = "processing_id";
        let table = json!({
            "AttributeDefinitions": [{ "AttributeName": key, "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
            "BillingMode": "PAY_PER_REQUEST",
        });
        place.call("CreateTable", table).await;
        place
    }

    /// A name that no table has yet.
    fn unmade(access_key: &'static str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        Self {
            table: format!("contract-{}-{n}", process::id()),
            endpoint: env::var("DYNAMODB_LOCAL").expect(
                "DYNAMODB_LOCAL names no DynamoDB Local: `cargo xtask test native` starts one and \
                 runs these tests",
            ),
            access_key,
        }
    }

    /// A directory in which the program finds the credentials for it.
    pub fn directory(&self) -> Directory {
        let mut directory = Directory::new();
        directory.environment = vec![("AWS_ACCESS_KEY_ID", self.access_key)];
        directory
    }

    /// Makes it, or what it lacks, with `trade-status table deploy`.
    pub fn deploy(&self, words: &[&str]) {
        let deploy = ["table", "deploy", "--yes", "--table", &self.table];
        let at = ["--region", REGION, "--endpoint", &self.endpoint];
        let deployed = self
            .directory()
            .run(&[&deploy[..], &at, words].concat(), b"");
        assert_eq!(deployed.code, Some(0), "{}", deployed.notes);
    }

    /// Puts an item as another program does.
    pub async fn put(&self, item: Value) {
        self.call("PutItem", json!({ "Item": item })).await;
    }

    async fn call(&self, action: &str, mut body: Value) {
        body["TableName"] = json!(self.table);
        // Nobody checks the signature.
        let who = self.access_key;
        let credential = format!("{who}/20260101/{REGION}/dynamodb/aws4_request");
        let signed =
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let call = client
            .post(&self.endpoint)
            .header("X-Amz-Target", format!("DynamoDB_20120810.{action}"))
            .header("X-Amz-Date", "20260101T000000Z")
            .header("Content-Type", "application/x-amz-json-1.0")
            .header("Authorization", signed)
            .body(body.to_string());
        let answer = call.send().await.unwrap();
        let status = answer.status();
        let said = answer.text().await.unwrap();
        assert!(status.is_success(), "{action}: {said}");
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

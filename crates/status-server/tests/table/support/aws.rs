//! What stands for AWS, asked without the program.

use reqwest::Client;
use serde_json::{Value, json};

use super::access_key;

/// One of the two servers that `cargo xtask test native` starts.
pub struct Aws {
    pub url: String,
    client: Client,
}

impl Aws {
    pub fn dynamodb_local() -> Self {
        Self::named("DYNAMODB_LOCAL")
    }

    pub fn moto() -> Self {
        Self::named("MOTO")
    }

    fn named(variable: &str) -> Self {
        let url = std::env::var(variable).unwrap_or_else(|_| {
            panic!("{variable} names no server: `cargo xtask test native` starts it and says where")
        });
        let client = Client::builder().no_proxy().build().unwrap();
        Self { url, client }
    }

    /// Calls it; an error is told by the status.
    pub async fn call(&self, action: &str, body: Value) -> (u16, Value) {
        let access_key = access_key(body["TableName"].as_str().unwrap());
        let response = self
            .client
            .post(&self.url)
            .header("X-Amz-Target", format!("DynamoDB_20120810.{action}"))
            .header("X-Amz-Date", "20260101T000000Z")
            .header("Content-Type", "application/x-amz-json-1.0")
            // Neither server checks it; both read from it whose tables are meant.
            .header(
                "Authorization",
                format!(
                    "AWS4-HMAC-SHA256 \
                     Credential={access_key}/20260101/us-east-1/dynamodb/aws4_request, \
                     SignedHeaders=host;x-amz-date;x-amz-target, Signature=0"
                ),
            )
            .body(body.to_string())
            .send()
            .await
            .unwrap();
        let status = response.status().as_u16();
        let body = response.text().await.unwrap();
        (status, serde_json::from_str(&body).unwrap_or(Value::Null))
    }

    /// Calls it, and demands that it went well.
    pub async fn done(&self, action: &str, body: Value) -> Value {
        let (status, answer) = self.call(action, body).await;
        assert_eq!(status, 200, "{action}: {answer}");
        answer
    }

    /// A table as an older orchestrator made it: a key and nothing else.
    pub async fn bare_table(&self, table: &str, key: &str) {
        let body = json!({
            "TableName": table,
            "AttributeDefinitions": [{ "AttributeName": key, "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": key, "KeyType": "HASH" }],
            "BillingMode": "PAY_PER_REQUEST",
        });
        self.done("CreateTable", body).await;
    }

    pub async fn has(&self, table: &str) -> bool {
        let body = json!({ "TableName": table });
        self.call("DescribeTable", body).await.0 == 200
    }

    /// How many items there are, test items too.
    pub async fn items(&self, table: &str) -> u64 {
        let body = json!({ "TableName": table, "ConsistentRead": true });
        self.done("Scan", body).await["Count"].as_u64().unwrap()
    }
}

//! The table as `docs/deployment.md` makes it with the AWS CLI is the one that the program makes.

use std::fs;

use serde_json::{Value, json};

use crate::support::{Aws, fresh_name, on};

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/");

/// The lines of the guide's calls of the AWS CLI, without what only names the table.
fn calls() -> Vec<String> {
    let guide = fs::read_to_string(format!("{DOCS}deployment.md")).unwrap();
    let lines = guide
        .lines()
        .filter(|line| line.starts_with("aws dynamodb "));
    let called = lines.map(|line| {
        let words = line.strip_prefix("aws dynamodb ").unwrap();
        words.replace(" --table-name ai-trade-matching-processing-status", "")
    });
    called.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_guide_tells_the_cli_makes_a_table_that_passes_every_check() {
    let calls = calls();
    for call in [
        "create-table --cli-input-json file://docs/examples/table.json",
        "update-time-to-live --time-to-live-specification Enabled=true,AttributeName=expiresAt",
        "update-continuous-backups --point-in-time-recovery-specification \
         PointInTimeRecoveryEnabled=true",
    ] {
        assert!(
            calls.iter().any(|known| known == call),
            "{call}: {calls:#?}"
        );
    }

    let (aws, table) = (Aws::moto(), fresh_name());
    let body = fs::read_to_string(format!("{DOCS}examples/table.json")).unwrap();
    let mut body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(body["TableName"], "ai-trade-matching-processing-status");
    body["TableName"] = json!(table);
    aws.done("CreateTable", body).await;
    let expiry = json!({ "Enabled": true, "AttributeName": "expiresAt" });
    let expiry = json!({ "TableName": table, "TimeToLiveSpecification": expiry });
    aws.done("UpdateTimeToLive", expiry).await;
    let recovery = json!({ "PointInTimeRecoveryEnabled": true });
    let recovery = json!({ "TableName": table, "PointInTimeRecoverySpecification": recovery });
    aws.done("UpdateContinuousBackups", recovery).await;

    let report = on(&aws.url, &table, &["validate", "--json"]).await.json();
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["result"], "pass", "{check}");
    }
    let again = on(&aws.url, &table, &["deploy", "--yes", "--json"]).await;
    assert_eq!(again.json()["steps"], json!([]), "nothing is missing");
}

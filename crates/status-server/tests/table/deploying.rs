//! A table is created, or made whole, and never harmed.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use serde_json::{Value, json};

use crate::support::{Aws, Proxy, error, fresh_name, on, result};

const KEY: &str = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

fn steps(report: &Value) -> Vec<&str> {
    let steps = report["steps"].as_array().unwrap().iter();
    steps.map(|step| step["step"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_steps_and_does_none() {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    let shown = on(&aws.url, &table, &["deploy", "--dry-run"]).await;
    assert_eq!(shown.code, Some(0), "{}", shown.notes);
    for step in [
        "1. create the table",
        "2. have expired",
        "3. turn on point-in-time",
    ] {
        assert!(shown.output.contains(step), "{}", shown.output);
    }
    let shown = on(&aws.url, &table, &["deploy", "--dry-run", "--json"]).await;
    assert_eq!(
        steps(&shown.json()),
        ["create", "turnOnExpiry", "turnOnRecovery"]
    );
    assert!(!aws.has(&table).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_that_nobody_has_agreed_to() {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    let refused = on(&aws.url, &table, &["deploy"]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.notes.contains("--yes"), "{}", refused.notes);
    assert!(!aws.has(&table).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_dynamodb_local_a_table_is_made_and_what_that_does_not_know_is_told() {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    let made = on(&aws.url, &table, &["deploy", "--yes"]).await;
    assert_eq!(made.code, Some(0), "{}", made.notes);
    for unknown in ["– recovery", "– encryption", "– tags"] {
        assert!(made.output.contains(unknown), "{}", made.output);
    }
    let report = on(&aws.url, &table, &["validate", "--json"]).await.json();
    assert_eq!(report["ok"], true);
    for unknown in ["recovery", "encryption", "tags"] {
        assert_eq!(result(&report, unknown), "notCheckable");
    }
    assert_eq!(result(&report, "expiry"), "pass");

    let again = on(&aws.url, &table, &["deploy", "--yes", "--json"]).await;
    assert_eq!(again.code, Some(0));
    assert_eq!(steps(&again.json()), [""; 0]);
    let unknown = json!(["recovery", "encryption", "tags"]);
    assert_eq!(again.json()["notKnownHere"], unknown);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_everything_is_known_everything_is_turned_on() {
    let (aws, table) = (Aws::moto(), fresh_name());
    let made = on(&aws.url, &table, &["deploy", "--yes", "--json"]).await;
    assert_eq!(made.code, Some(0), "{}", made.notes);
    for step in made.json()["steps"].as_array().unwrap() {
        assert_eq!(step["outcome"], "done");
    }
    let report = on(&aws.url, &table, &["validate", "--json"]).await.json();
    for check in report["checks"].as_array().unwrap() {
        assert_eq!(check["result"], "pass", "{check}");
    }
    let again = on(&aws.url, &table, &["deploy", "--yes", "--json"]).await;
    assert_eq!(steps(&again.json()), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_that_is_named_encrypts_a_new_table_and_then_an_old_one() {
    let (aws, table) = (Aws::moto(), fresh_name());
    let key = ["--kms-key", KEY];
    let deploy = ["deploy", "--yes", "--json", key[0], key[1]];
    assert_eq!(on(&aws.url, &table, &deploy).await.code, Some(0));
    let described = aws
        .done("DescribeTable", json!({ "TableName": table }))
        .await;
    assert_eq!(described["Table"]["SSEDescription"]["KMSMasterKeyArn"], KEY);
    let validated = on(&aws.url, &table, &["validate", key[0], key[1]]).await;
    assert_eq!(validated.code, Some(0), "{}", validated.output);

    let other = KEY.replace("1234abcd", "9876fedc");
    let validated = on(&aws.url, &table, &["validate", "--kms-key", &other]).await;
    assert_eq!(validated.code, Some(1));
    let shown = on(
        &aws.url,
        &table,
        &["deploy", "--dry-run", "--json", "--kms-key", &other],
    )
    .await;
    assert_eq!(steps(&shown.json()), ["encrypt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn todays_table_gets_the_indexes_that_it_lacks_and_keeps_its_items() {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    aws.bare_table(&table, "processing_id").await;
    let item = json!({
        "processing_id": { "S": "old-1" },
        "overallStatus": { "S": "completed" },
        "createdAt": { "S": "2026-01-01T00:00:00.000Z" },
        "lastUpdated": { "S": "2026-01-01T00:03:00.000Z" },
    });
    aws.done("PutItem", json!({ "TableName": table, "Item": item }))
        .await;

    let made = on(
        &aws.url,
        &table,
        &["deploy", "--yes", "--json", "--key", "processing_id"],
    )
    .await;
    assert_eq!(made.code, Some(0), "{}", made.notes);
    let mut expected = vec!["turnOnExpiry"];
    expected.extend(["addIndex"; 5]);
    assert_eq!(steps(&made.json()), expected);

    for index in ["overallStatus-createdAt", "overallStatus-sessionId"] {
        let query = json!({
            "TableName": table, "IndexName": index,
            "KeyConditionExpression": "overallStatus = :status",
            "ExpressionAttributeValues": { ":status": { "S": "completed" } },
        });
        let found = aws.done("Query", query).await;
        assert_eq!(found["Items"][0]["processing_id"]["S"], "old-1", "{index}");
    }
    let validated = on(&aws.url, &table, &["validate", "--key", "processing_id"]).await;
    assert_eq!(validated.code, Some(0), "{}", validated.output);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bare_table_is_encrypted_tagged_and_made_recoverable() {
    let (aws, table) = (Aws::moto(), fresh_name());
    aws.bare_table(&table, "sessionId").await;
    let proxy = Proxy::answering(&aws.url, |_| None).await;
    let deploy = ["deploy", "--yes", "--json", "--kms-key", KEY];
    let made = on(&proxy.url, &table, &deploy).await;
    assert_eq!(made.code, Some(0), "{}", made.notes);
    let mut expected = vec!["turnOnExpiry", "turnOnRecovery", "encrypt", "addTags"];
    expected.extend(["addIndex"; 5]);
    assert_eq!(steps(&made.json()), expected);
    // moto takes the change of the encryption without a word, and does not make it.
    let encryption = &proxy.told("UpdateTable")[0]["SSESpecification"];
    let expected = json!({ "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": KEY });
    assert_eq!(*encryption, expected);
    let report = on(&aws.url, &table, &["validate", "--json"]).await.json();
    for check in ["expiry", "recovery", "tags"] {
        assert_eq!(result(&report, check), "pass", "{report}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_another_key_is_left_alone() {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    aws.bare_table(&table, "processing_id").await;
    let refused = on(&aws.url, &table, &["deploy", "--yes"]).await;
    assert_eq!(refused.code, Some(1));
    assert!(
        refused.notes.contains("say --key processing_id"),
        "{}",
        refused.notes
    );
    let described = aws
        .done("DescribeTable", json!({ "TableName": table }))
        .await;
    assert_eq!(described["Table"]["GlobalSecondaryIndexes"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_paid_for_by_capacity_stays_so_and_its_indexes_get_as_much() {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    let body = json!({
        "TableName": table,
        "AttributeDefinitions": [{ "AttributeName": "sessionId", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "sessionId", "KeyType": "HASH" }],
        "ProvisionedThroughput": { "ReadCapacityUnits": 7, "WriteCapacityUnits": 3 },
    });
    aws.done("CreateTable", body).await;
    let made = on(&aws.url, &table, &["deploy", "--yes"]).await;
    assert_eq!(made.code, Some(0), "{}", made.notes);
    assert!(made.output.contains("left as it is – billing mode"));
    let described = aws
        .done("DescribeTable", json!({ "TableName": table }))
        .await;
    for index in described["Table"]["GlobalSecondaryIndexes"]
        .as_array()
        .unwrap()
    {
        let capacity = &index["ProvisionedThroughput"];
        assert_eq!(capacity["ReadCapacityUnits"], 7);
        assert_eq!(capacity["WriteCapacityUnits"], 3);
    }
    let validated = on(&aws.url, &table, &["validate", "--json"]).await;
    assert_eq!(validated.code, Some(1));
    assert_eq!(result(&validated.json(), "billing mode"), "fail");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_too_new_to_be_recoverable_is_asked_again() {
    static REFUSED: AtomicBool = AtomicBool::new(false);
    let (aws, table) = (Aws::moto(), fresh_name());
    let rule = |action: &str| {
        let is_first = action == "UpdateContinuousBackups" && !REFUSED.swap(true, Relaxed);
        let message = "Backups are being enabled for the table. Please retry later.";
        is_first.then(|| error("ContinuousBackupsUnavailableException", message))
    };
    let proxy = Proxy::answering(&aws.url, rule).await;
    let made = on(&proxy.url, &table, &["deploy", "--yes"]).await;
    assert_eq!(made.code, Some(0), "{}", made.notes);
    assert_eq!(proxy.told("UpdateContinuousBackups").len(), 2);
    let report = on(&aws.url, &table, &["validate", "--json"]).await.json();
    assert_eq!(result(&report, "recovery"), "pass");
}

//! Each check, and that the test item is never left behind.

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::support::{Aws, Proxy, begin, denied, ended, fresh_name, on, result};

async fn deployed() -> (Aws, String) {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    let made = on(&aws.url, &table, &["deploy", "--yes"]).await;
    assert_eq!(made.code, Some(0), "{}", made.notes);
    (aws, table)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_table_passes_and_is_as_it_was() {
    let (aws, table) = deployed().await;
    let validated = on(&aws.url, &table, &["validate"]).await;
    assert_eq!(validated.code, Some(0), "{}", validated.output);
    for check in [
        "✓ table",
        "✓ key",
        "✓ index overallStatus-createdAt",
        "✓ test item",
    ] {
        assert!(validated.output.contains(check), "{}", validated.output);
    }
    assert_eq!(aws.items(&table).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_told_with_a_remedy() {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    aws.bare_table(&table, "sessionId").await;
    let validated = on(&aws.url, &table, &["validate"]).await;
    assert_eq!(validated.code, Some(1));
    let lines: Vec<_> = validated.output.lines().map(str::trim).collect();
    for check in ["✗ expiry", "✗ index overallStatus-createdAt"] {
        let at = lines.iter().position(|line| line.starts_with(check));
        let remedy = lines[at.unwrap() + 1];
        assert!(remedy.contains("trade-status table deploy"), "{remedy}");
    }
    assert!(validated.output.contains("✓ test item"));
    assert!(validated.output.contains("6 of 13 checks failed."));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_table_there_is_nothing_to_check_and_nothing_is_made() {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    let validated = on(&aws.url, &table, &["validate", "--json"]).await;
    assert_eq!(validated.code, Some(1));
    let report = validated.json();
    assert_eq!(report["ok"], false);
    assert_eq!(result(&report, "table"), "fail");
    assert_eq!(result(&report, "test item"), "notReached");
    assert!(!aws.has(&table).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_test_item_goes_even_when_it_could_not_be_read() {
    let (aws, table) = deployed().await;
    let rule = |action: &str| (action == "GetItem").then(|| denied(action));
    let proxy = Proxy::answering(&aws.url, rule).await;
    let validated = on(&proxy.url, &table, &["validate"]).await;
    assert_eq!(validated.code, Some(1));
    assert!(
        validated
            .output
            .contains("✗ test item: it could not be read back"),
        "{}",
        validated.output
    );
    assert_eq!(aws.items(&table).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_item_that_can_not_be_removed_is_named_and_expires() {
    let (aws, table) = deployed().await;
    let rule = |action: &str| (action == "DeleteItem").then(|| denied(action));
    let proxy = Proxy::answering(&aws.url, rule).await;
    let validated = on(&proxy.url, &table, &["validate"]).await;
    assert_eq!(validated.code, Some(1));
    let left = aws.done("Scan", json!({ "TableName": table })).await;
    let left = &left["Items"][0];
    let id = left["sessionId"]["S"].as_str().unwrap();
    assert!(validated.output.contains(id), "{}", validated.output);
    // No session: its id is none, and no index has it.
    assert!(id.parse::<status_model::SessionId>().is_err());
    assert_eq!(left["overallStatus"], serde_json::Value::Null);
    let expires: i64 = left["expiresAt"]["N"].as_str().unwrap().parse().unwrap();
    let now = status_server::clock::system().unix_seconds();
    assert!((now..now + 3700).contains(&expires), "{expires}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_test_item_goes_even_when_it_is_stopped() {
    let (aws, table) = deployed().await;
    let proxy = Proxy::holding(&aws.url, "GetItem").await;
    let child = begin(&proxy.url, &table, "validate");
    proxy.holds.notified().await;
    assert_eq!(aws.items(&table).await, 1, "it is there meanwhile");
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    proxy.goes_on.notify_one();
    let ended = ended(child).await;
    assert_eq!(ended.code, Some(130), "{}", ended.notes);
    assert_eq!(aws.items(&table).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_may_not_be_asked_fails_its_check_alone() {
    let (aws, table) = deployed().await;
    let rule = |action: &str| (action == "DescribeContinuousBackups").then(|| denied(action));
    let proxy = Proxy::answering(&aws.url, rule).await;
    let validated = on(&proxy.url, &table, &["validate", "--json"]).await;
    assert_eq!(validated.code, Some(1));
    let report = validated.json();
    assert_eq!(result(&report, "recovery"), "fail");
    assert_eq!(result(&report, "expiry"), "pass");
    assert!(
        validated
            .notes
            .contains("allow dynamodb:DescribeContinuousBackups")
    );
}

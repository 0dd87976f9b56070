//! Nothing goes without its name.

use serde_json::json;

use crate::support::{Aws, fresh_name, on};

#[tokio::test(flavor = "multi_thread")]
async fn a_table_goes_only_by_its_name() {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    aws.bare_table(&table, "sessionId").await;

    let unasked = on(&aws.url, &table, &["destroy"]).await;
    assert_eq!(unasked.code, Some(1));
    assert!(unasked.output.contains("are lost"), "{}", unasked.output);
    let way = format!("--confirm {table}");
    assert!(unasked.notes.contains(&way), "{}", unasked.notes);
    let mistaken = on(&aws.url, &table, &["destroy", "--confirm", "another"]).await;
    assert_eq!(mistaken.code, Some(1));
    assert!(aws.has(&table).await);

    let gone = on(
        &aws.url,
        &table,
        &["destroy", "--confirm", &table, "--json"],
    )
    .await;
    assert_eq!(gone.code, Some(0), "{}", gone.notes);
    assert_eq!(gone.json()["removed"], true);
    assert!(!aws.has(&table).await);

    let nothing = on(&aws.url, &table, &["destroy", "--confirm", &table]).await;
    assert_eq!(nothing.code, Some(1));
    assert!(nothing.notes.contains("nothing was removed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_table_stays_and_says_how_it_is_freed() {
    let (aws, table) = (Aws::dynamodb_local(), fresh_name());
    aws.bare_table(&table, "sessionId").await;
    let protect = json!({ "TableName": table, "DeletionProtectionEnabled": true });
    aws.done("UpdateTable", protect).await;
    let refused = on(&aws.url, &table, &["destroy", "--confirm", &table]).await;
    assert_eq!(refused.code, Some(1));
    assert!(refused.notes.contains("--no-deletion-protection-enabled"));
    assert!(aws.has(&table).await);
}

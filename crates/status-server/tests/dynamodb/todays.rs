//! Today's tables: what can be done with them is done at once, and what can't is said.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    backend::Place,
    caller::{Caller, words},
    captured::{tracker_completed, tracker_failed, writer_completed},
    support::{Place as Directory, problem},
};

/// Both items as DynamoDB exports them: one a line.
fn export() -> String {
    let lines = [tracker_completed(), tracker_failed()].map(|item| {
        assert!(
            item.get("processing_id").is_some(),
            "the key of older tables"
        );
        json!({ "Item": item }).to_string()
    });
    lines.join("\n")
}

#[tokio::test]
async fn a_table_with_the_older_key_and_no_index_is_read_by_id_and_says_how_it_is_listed() {
    let place = Place::todays().await;
    let directory = place.directory();
    let mut options = place.options().to_vec();
    options.extend(["--key", "processing_id"].map(str::to_owned));
    let loaded = directory.run(&words(&["import", "-"], &options), export().as_bytes());
    assert_eq!(loaded.code, Some(0), "{}", loaded.notes);
    let service = directory.start(&words(&["serve", "--listen", "127.0.0.1:0"], &options));
    let caller = Caller::new(service.url());

    let status = caller.get("ok-FAB_26933659/status").await;
    assert_eq!(status["overallStatus"], "completed");
    for path in [
        "recent",
        "recent?q=ok-",
        "overview",
        "matching-status",
        "usual-durations",
        "export?format=csv",
    ] {
        let answer = caller.request(Method::GET, path).send().await.unwrap();
        let body = problem(answer, StatusCode::NOT_IMPLEMENTED).await;
        let detail = body["detail"].as_str().unwrap();
        let command = "trade-status table deploy --table TABLE --key processing_id";
        assert!(detail.ends_with(command), "{path}: {detail}");
    }

    place.deploy(&["--key", "processing_id"]);
    let rows = caller.get("recent").await;
    let listed = rows.as_array().unwrap().iter();
    let listed: Vec<_> = listed.map(|row| row["sessionId"].as_str()).collect();
    let expected = ["ok-FAB_26933659", "pdffail-FAB_26933659"].map(Some);
    assert_eq!(listed, expected);
    let found = caller.get("recent?q=pdffail").await;
    assert_eq!(found[0]["sessionId"], "pdffail-FAB_26933659");
}

#[tokio::test]
async fn the_export_of_a_table_with_the_older_key_is_loaded_into_a_new_table_and_listed() {
    let (place, directory) = (Place::new(), Directory::new());
    let options = place.options();
    directory.put("export.json", export());
    let import = words(&["import", "export.json"], &options);
    let loaded = directory.run(&import, b"");
    assert_eq!(loaded.code, Some(0), "{}", loaded.notes);
    assert!(
        loaded.notes.contains("2 sessions loaded"),
        "{}",
        loaded.notes
    );

    let service = directory.start(&words(&["serve", "--listen", "127.0.0.1:0"], &options));
    let caller = Caller::new(service.url());
    for path in ["recent?q=FAB_26933659", "recent?sourceType=BANK"] {
        let rows = caller.get(path).await;
        assert_eq!(rows.as_array().unwrap().len(), 2, "{path}");
    }
    let failed = caller.get("pdffail-FAB_26933659/status").await;
    assert_eq!(failed["agents"]["pdfAdapter"]["status"], "error");
}

#[tokio::test]
async fn what_a_writer_of_today_writes_later_is_listed_too() {
    let (place, directory) = (Place::new(), Directory::new());
    let options = place.options();
    let service = directory.start(&words(&["serve", "--listen", "127.0.0.1:0"], &options));
    let caller = Caller::new(service.url());
    let recent = || caller.request(Method::GET, "recent");
    let empty = recent().send().await.unwrap();
    let etag = empty.headers()["etag"].clone();
    assert_eq!(empty.json::<Value>().await.unwrap(), json!([]));

    let item = writer_completed();
    assert_eq!(item.get("version"), None, "it knows of none");
    place.put(item).await;
    let waiting = recent()
        .header("If-None-Match", etag)
        .header("Prefer", "wait=20");
    let rows: Value = waiting.send().await.unwrap().json().await.unwrap();
    assert_eq!(rows[0]["sessionId"], "sw-done");
    for path in ["recent?q=FAB_1", "recent?q=c1", "recent?q=sw-"] {
        let rows = caller.get(path).await;
        assert_eq!(rows[0]["sessionId"], "sw-done", "{path}");
    }
}

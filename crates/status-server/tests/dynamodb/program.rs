//! The program does with a table what it does with a file.

use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    backend::Place,
    caller::{Caller, words},
    captured::tracker_completed,
    support::Place as Directory,
};

#[tokio::test]
async fn a_session_from_its_start_to_its_end() {
    let (place, directory) = (Place::new(), Directory::new());
    let options = place.options();
    let service = directory.start(&words(&["serve", "--listen", "127.0.0.1:0"], &options));
    let caller = Caller::new(service.url());

    let start = json!({"correlationId": "corr_1", "documentId": "FAB_1", "sourceType": "BANK"});
    let answer = caller.send(Method::PUT, "s-1", start.clone()).await;
    assert_eq!(answer.status(), StatusCode::CREATED);
    let answer = caller.send(Method::PUT, "s-1", start).await;
    assert_eq!(answer.status(), StatusCode::OK);
    for (agent, status) in [
        ("pdfAdapter", "in-progress"),
        ("pdfAdapter", "success"),
        ("tradeExtraction", "success"),
        ("tradeMatching", "success"),
    ] {
        let path = format!("s-1/agents/{agent}");
        let usage = json!({"inputTokens": 10, "outputTokens": 1});
        let report = match status {
            "success" => json!({"status": status, "tokenUsage": usage}),
            _ => json!({"status": status}),
        };
        let answer = caller.send(Method::PATCH, &path, report).await;
        assert_eq!(answer.status(), StatusCode::OK);
    }
    let end = json!({"overallStatus": "completed"});
    let answer = caller.send(Method::POST, "s-1/finalize", end.clone()).await;
    assert_eq!(answer.status(), StatusCode::OK);
    let again = caller.send(Method::POST, "s-1/finalize", end).await;
    assert_eq!(again.status(), StatusCode::OK);
    let late = json!({"overallStatus": "failed"});
    let late = caller.send(Method::POST, "s-1/finalize", late).await;
    assert_eq!(late.status(), StatusCode::CONFLICT);

    let status = caller
        .request(Method::GET, "s-1/status")
        .send()
        .await
        .unwrap();
    let etag = status.headers()["etag"].clone();
    let status: Value = status.json().await.unwrap();
    assert_eq!(status["version"], 6);
    assert_eq!(status["totalTokenUsage"]["totalTokens"], 33);
    assert_eq!(status["agents"]["exceptionManagement"]["status"], "skipped");
    let seen = caller
        .request(Method::GET, "s-1/status")
        .header("if-none-match", etag);
    let seen = seen.send().await.unwrap();
    assert_eq!(seen.status(), StatusCode::NOT_MODIFIED);

    for path in [
        "recent",
        "recent?q=FAB_",
        "recent?status=completed&sourceType=BANK",
    ] {
        let rows = caller.get(path).await;
        assert_eq!(rows[0]["sessionId"], "s-1", "{path}");
    }
    assert_eq!(caller.get("recent?q=nothing").await, json!([]));
    assert_eq!(caller.get("matching-status").await["matched"], 1);
    assert_eq!(caller.get("usual-durations").await["whole"]["count"], 1);
    let overview = caller.get("overview").await;
    assert_eq!(overview["tally"]["completed"], 1);
    assert_eq!(overview["tiles"][0]["sessionId"], "s-1");
    let file = caller
        .request(Method::GET, "export?format=csv")
        .send()
        .await
        .unwrap();
    assert_eq!(file.status(), StatusCode::OK);
    assert!(file.text().await.unwrap().contains("s-1"));

    let ready = format!("{}/readyz", service.url());
    let ready = caller.client.get(ready).send().await.unwrap();
    assert_eq!(ready.status(), StatusCode::OK);
    assert_eq!(service.terminate().0.code(), Some(0));
}

#[tokio::test]
async fn documents_are_run_and_items_loaded_beside_a_server_on_the_same_table() {
    let (place, directory) = (Place::new(), Directory::new());
    let options = place.options();
    let service = directory.start(&words(&["serve", "--listen", "127.0.0.1:0"], &options));
    let agents = directory.start(&["simulate", "--listen", "127.0.0.1:0", "--speed", "100000"]);
    let caller = Caller::new(service.url());

    let agents_url = agents.url();
    let run = ["run", "--json", "--agents", &agents_url, "documents.jsonl"];
    let document = json!({"sessionId": "s-1", "documentId": "FAB_1", "sourceType": "BANK"});
    directory.put("documents.jsonl", document.to_string());
    let ran = directory.run(&words(&run, &options), b"");
    assert_eq!(ran.code, Some(0), "{}", ran.notes);
    let told: Value = serde_json::from_str(ran.output.lines().next().unwrap()).unwrap();
    let status = caller.get("s-1/status").await;
    assert_eq!(status["overallStatus"], told["outcome"]);

    let item = tracker_completed().to_string();
    for counted in ["1 session loaded", "1 session loaded"] {
        let loaded = directory.run(&words(&["import", "-"], &options), item.as_bytes());
        assert_eq!(loaded.code, Some(0), "{}", loaded.notes);
        assert!(loaded.notes.contains(counted), "{}", loaded.notes);
    }
    let status = caller.get("ok-FAB_26933659/status").await;
    assert_eq!(status["overallStatus"], "completed");
}

#[tokio::test]
async fn however_many_wait_for_a_session_the_table_is_read_for_it_twice_a_second() {
    let (place, directory) = (Place::new(), Directory::new());
    let options = place.options();
    let service = directory.start(&words(&["serve", "--listen", "127.0.0.1:0"], &options));
    let caller = Caller::new(service.url());
    caller.send(Method::PUT, "s-1", json!({})).await;
    let status = caller
        .request(Method::GET, "s-1/status")
        .send()
        .await
        .unwrap();
    let etag = status.headers()["etag"].clone();

    let (before, begin) = (caller.reads().await, Instant::now());
    let waiting = (0..20).map(|_| {
        let request = caller.request(Method::GET, "s-1/status");
        let request = request
            .header("if-none-match", &etag)
            .header("prefer", "wait=3");
        async { request.send().await.unwrap().status() }
    });
    let answers = join_all(waiting).await;
    assert_eq!(answers, [StatusCode::NOT_MODIFIED; 20]);
    let (reads, seconds) = (caller.reads().await - before, begin.elapsed().as_secs_f64());
    assert!(reads >= 2, "{reads}");
    #[expect(clippy::cast_precision_loss, reason = "a few")]
    let reads = reads as f64;
    assert!(reads <= 2.0 * seconds + 1.0, "{reads} reads in {seconds} s");
}

#[test]
fn a_table_that_is_not_there_is_named_with_the_command_that_creates_it() {
    let place = Place::new();
    let [_, _, region, name, endpoint, url] = place.options();
    let words = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--store",
        "dynamodb:nobody",
        &region,
        &name,
        &endpoint,
        &url,
    ];
    let refused = Directory::new().run(&words, b"");
    assert_eq!(refused.code, Some(1));
    let command =
        format!("`trade-status table deploy --table nobody --region {name} --endpoint {url}`");
    assert!(refused.notes.contains(&command), "{}", refused.notes);
}

//! `GET …/status` and the calls that count.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Server, json as body_of};

async fn status(server: &Server, id: &str) -> Value {
    let path = format!("/api/workflow/{id}/status");
    body_of(server.get(&path).send().await.unwrap()).await
}

#[tokio::test]
async fn a_session_is_shown_with_all_that_todays_clients_read() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let report = json!({
        "status": "success", "activity": "done", "duration": 78.123,
        "tokenUsage": {"inputTokens": 1523, "outputTokens": 411},
    });
    server.report("s-1", "pdfAdapter", report).await;
    let session = status(&server, "s-1").await;

    for name in [
        "sessionId",
        "correlationId",
        "documentId",
        "sourceType",
        "overallStatus",
        "agents",
        "totalTokenUsage",
        "totalDuration",
        "createdAt",
        "lastUpdated",
        "expiresAt",
        "version",
        "warnings",
    ] {
        assert!(session.get(name).is_some(), "{name} is missing");
    }
    assert_eq!(session["sessionId"], "s-1");
    assert_eq!(session["overallStatus"], "processing");
    assert_eq!(session["totalDuration"], Value::Null);
    assert_eq!(session["warnings"], json!([]));
    for agent in [
        "pdfAdapter",
        "tradeExtraction",
        "tradeMatching",
        "exceptionManagement",
    ] {
        for name in [
            "status",
            "activity",
            "startedAt",
            "completedAt",
            "duration",
            "tokenUsage",
            "error",
            "errorType",
            "attempts",
            "subSteps",
        ] {
            let value = session["agents"][agent].get(name);
            assert!(value.is_some(), "{agent}.{name} is missing");
        }
    }
    let adapter = &session["agents"]["pdfAdapter"];
    assert_eq!(adapter["duration"], 78.123);
    assert_eq!(adapter["tokenUsage"]["totalTokens"], 1934);
    assert_eq!(session["totalTokenUsage"]["totalTokens"], 1934);
    assert_eq!(session["agents"]["tradeMatching"]["status"], "pending");
}

#[tokio::test]
async fn an_answer_says_how_fresh_it_is() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    for path in [
        "/api/workflow/s-1/status",
        "/api/workflow/recent",
        "/api/workflow/overview",
    ] {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let headers = response.headers();
        let etag = headers["etag"].to_str().unwrap();
        assert!(etag.starts_with('"') && etag.ends_with('"') && etag.len() > 2);
        assert_eq!(headers["cache-control"], "no-cache");
        assert!(headers.contains_key("date"));
        assert_eq!(headers["content-type"], "application/json");
        assert!(!headers.contains_key("preference-applied"));
    }
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    for path in [
        "/api/workflow/s-1/status",
        "/api/workflow/recent",
        "/api/workflow/overview",
    ] {
        let first = server.get(path).send().await.unwrap();
        let etag = first.headers()["etag"].to_str().unwrap().to_owned();
        for known in [
            etag.clone(),
            format!("W/{etag}"),
            format!("\"x\", {etag}"),
            "*".to_owned(),
        ] {
            let request = server.get(path).header("if-none-match", &known);
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
            assert_eq!(response.headers()["etag"], etag.as_str());
            assert_eq!(response.headers()["cache-control"], "no-cache");
            assert!(response.headers().contains_key("date"));
            assert!(response.bytes().await.unwrap().is_empty());
        }
        let request = server.get(path).header("if-none-match", "\"other\"");
        assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn the_passing_of_time_alone_changes_nothing() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let report = json!({"status": "in-progress"});
    server.report("s-1", "pdfAdapter", report).await;
    let first = status(&server, "s-1").await;
    // Longer than a reading is kept, so that the second is a new one.
    tokio::time::sleep(std::time::Duration::from_millis(600)).await;
    assert_eq!(status(&server, "s-1").await, first);
}

#[tokio::test]
async fn head_answers_the_headers_alone() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let path = "/api/workflow/s-1/status";
    let whole = server.get(path).send().await.unwrap();
    let request = server.request(Method::HEAD, path);
    let head = request.send().await.unwrap();
    assert_eq!(head.status(), StatusCode::OK);
    for name in ["etag", "content-type", "content-length", "cache-control"] {
        assert_eq!(head.headers()[name], whole.headers()[name], "{name}");
    }
    assert!(head.bytes().await.unwrap().is_empty());
}

#[tokio::test]
async fn matching_is_counted() {
    let server = Server::start().await;
    for id in ["matched", "unmatched", "failed", "running"] {
        server.start_session(id).await;
    }
    let success = json!({"status": "success", "matchClassification": "MATCHED"});
    server.report("matched", "tradeMatching", success).await;
    server.finalize("matched", "completed").await;
    let broken = json!({"status": "success", "matchClassification": "BREAK"});
    server.report("unmatched", "tradeMatching", broken).await;
    server.finalize("unmatched", "completed").await;
    server
        .report("failed", "pdfAdapter", json!({"status": "error"}))
        .await;
    server.finalize("failed", "failed").await;

    let counts = |query: &str| {
        let request = server.get(&format!("/api/workflow/matching-status{query}"));
        async move { body_of(request.send().await.unwrap()).await }
    };
    let expected = json!({"matched": 1, "unmatched": 1, "pending": 1, "exceptions": 1});
    assert_eq!(counts("").await, expected);
    assert_eq!(counts("?since=2020-01-01T00:00:00Z").await, expected);
    let none = json!({"matched": 0, "unmatched": 0, "pending": 0, "exceptions": 0});
    assert_eq!(counts("?since=2999-01-01T00:00:00Z").await, none);
}

#[tokio::test]
async fn usual_durations_may_be_kept_for_a_minute() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let report = json!({"status": "success", "duration": 80});
    server.report("s-1", "pdfAdapter", report).await;
    server.finalize("s-1", "completed").await;
    let request = server.get("/api/workflow/usual-durations");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "max-age=60");
    let body = body_of(response).await;
    let expected = json!({"median": 80.0, "p95": 80.0, "count": 1});
    assert_eq!(body["pdfAdapter"], expected);
    assert_eq!(body["tradeMatching"], Value::Null);
    assert_eq!(body["whole"]["count"], 1);
}

#[tokio::test]
async fn the_overview_counts_and_shows() {
    let server = Server::start().await;
    server.start_session("running").await;
    server.start_session("done").await;
    server.finalize("done", "completed").await;
    let request = server.get("/api/workflow/overview");
    let overview = body_of(request.send().await.unwrap()).await;
    assert_eq!(overview["tally"]["running"], 1);
    assert_eq!(overview["tally"]["completed"], 1);
    assert_eq!(overview["oldestRunning"]["sessionId"], "running");
    assert_eq!(overview["tiles"].as_array().unwrap().len(), 2);
    let as_of = overview["asOf"].as_str().unwrap();
    assert!(as_of.ends_with(":00.000Z"), "{as_of} is no whole minute");
}

#[tokio::test]
async fn an_overview_of_one_side_leaves_the_other_out() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    for (source, count) in [("BANK", 1), ("COUNTERPARTY", 0), ("", 1)] {
        let request = server.get(&format!("/api/workflow/overview?sourceType={source}"));
        let overview = body_of(request.send().await.unwrap()).await;
        assert_eq!(overview["tally"]["running"], count, "{source}");
        assert_eq!(
            overview["tiles"].as_array().unwrap().len(),
            count,
            "{source}"
        );
    }
}

#[tokio::test]
async fn those_who_run_it_see_that_it_lives_is_ready_and_what_it_does() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    for path in ["/healthz", "/readyz"] {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(response.headers()["cache-control"], "no-store");
        assert!(body_of(response).await["status"].is_string());
    }
    status(&server, "s-1").await;
    let metrics = server.get("/metrics").send().await.unwrap();
    let media_type = metrics.headers()["content-type"].to_str().unwrap();
    assert!(media_type.starts_with("application/openmetrics-text"));
    let metrics = metrics.text().await.unwrap();
    for line in [
        "trade_status_http_requests_total{route=\"/api/workflow/{sessionId}/status\",\
         method=\"GET\",status=\"200\"} 1",
        "trade_status_store_calls_total{operation=\"commit\",outcome=\"ok\"} 1",
        "trade_status_waiting_viewers 0",
        "trade_status_watched_keys 0",
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
}

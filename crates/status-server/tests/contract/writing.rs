//! `PUT`, `PATCH`, `POST`: what a writer may do, and that doing it again changes nothing.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Server, json as body_of, problem};

async fn status(server: &Server, id: &str) -> Value {
    let path = format!("/api/workflow/{id}/status");
    body_of(server.get(&path).send().await.unwrap()).await
}

#[tokio::test]
async fn a_session_is_started_once() {
    let server = Server::start().await;
    let created = server.start_session("s-1").await;
    assert_eq!(created.status(), StatusCode::CREATED);
    assert_eq!(created.headers()["location"], "/api/workflow/s-1/status");
    let etag = created.headers()["etag"].clone();
    let created = body_of(created).await;
    assert_eq!(created["overallStatus"], "initializing");
    assert_eq!(created["version"], 1);

    let again = server.start_session("s-1").await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(again.headers()["etag"], etag);
    assert_eq!(body_of(again).await, created);
    assert_eq!(status(&server, "s-1").await, created);
}

#[tokio::test]
async fn every_write_answers_the_session_as_it_is_shown() {
    let server = Server::start().await;
    let started = body_of(server.start_session("s-1").await).await;
    assert_eq!(status(&server, "s-1").await, started);
    let report = json!({"status": "in-progress", "activity": "reading"});
    let reported = body_of(server.report("s-1", "pdfAdapter", report).await).await;
    assert_eq!(status(&server, "s-1").await, reported);
    let ended = body_of(server.finalize("s-1", "failed").await).await;
    assert_eq!(status(&server, "s-1").await, ended);
    assert_eq!(ended["version"], 3);
}

#[tokio::test]
async fn a_whole_number_may_be_written_with_a_point() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let path = "/api/workflow/s-1/agents/pdfAdapter";
    for (input, status) in [
        ("4055.0", StatusCode::OK),
        ("4055.5", StatusCode::BAD_REQUEST),
    ] {
        let body = format!(
            r#"{{"status":"success","tokenUsage":{{"inputTokens":{input},"outputTokens":1e3}}}}"#
        );
        let request = server.request(Method::PATCH, path).body(body);
        let request = request.header("content-type", "application/json");
        assert_eq!(request.send().await.unwrap().status(), status, "{input}");
    }
    let usage = &status(&server, "s-1").await["agents"]["pdfAdapter"]["tokenUsage"];
    assert_eq!(usage["totalTokens"], 5055);
}

#[tokio::test]
async fn a_report_leaves_what_it_does_not_name() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let begun = json!({"status": "in-progress", "activity": "reading"});
    let begun = body_of(server.report("s-1", "pdfAdapter", begun).await).await;
    let started_at = begun["agents"]["pdfAdapter"]["startedAt"].clone();
    assert!(started_at.is_string(), "the server's time");

    let done = json!({
        "status": "success", "tokenUsage": {"inputTokens": 5, "outputTokens": 2},
    });
    let done = body_of(server.report("s-1", "pdfAdapter", done).await).await;
    let agent = &done["agents"]["pdfAdapter"];
    assert_eq!(agent["startedAt"], started_at);
    assert_eq!(agent["activity"], "reading");
    assert!(agent["completedAt"].is_string());
    assert_eq!(agent["tokenUsage"]["totalTokens"], 7);
    assert_eq!(
        done["agents"]["tradeMatching"],
        begun["agents"]["tradeMatching"]
    );
}

#[tokio::test]
async fn repeating_a_call_changes_nothing() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let report = json!({"status": "success", "duration": 1.5});
    let first = body_of(server.report("s-1", "pdfAdapter", report.clone()).await).await;
    let again = body_of(server.report("s-1", "pdfAdapter", report.clone()).await).await;
    assert_eq!(again, first);

    let first = body_of(server.finalize("s-1", "completed").await).await;
    let again = server.finalize("s-1", "completed").await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(body_of(again).await, first);
    let again = server.report("s-1", "pdfAdapter", report).await;
    assert_eq!(again.status(), StatusCode::OK);
    assert_eq!(body_of(again).await, first);
}

#[tokio::test]
async fn what_contradicts_the_end_is_a_conflict_and_changes_nothing() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let ended = body_of(server.finalize("s-1", "completed").await).await;

    let late = json!({"status": "in-progress"});
    let answer = server.report("s-1", "pdfAdapter", late).await;
    let problem_body = problem(answer, StatusCode::CONFLICT).await;
    let detail = problem_body["detail"].as_str().unwrap();
    assert!(detail.contains("final") && detail.ends_with("Nothing was changed."));
    let answer = server.finalize("s-1", "failed").await;
    problem(answer, StatusCode::CONFLICT).await;
    assert_eq!(status(&server, "s-1").await, ended);
}

#[tokio::test]
async fn another_document_under_the_same_id_is_a_conflict() {
    let server = Server::start().await;
    let started = body_of(server.start_session("s-1").await).await;
    let other = json!({"documentId": "FAB_2"});
    let answer = server
        .send(reqwest::Method::PUT, "/api/workflow/s-1", other)
        .await;
    problem(answer, StatusCode::CONFLICT).await;
    assert_eq!(status(&server, "s-1").await, started);
}

#[tokio::test]
async fn a_failed_agent_makes_the_session_failed() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let failed = json!({"status": "error", "error": "no text", "errorType": "ValueError"});
    server.report("s-1", "pdfAdapter", failed).await;
    let ended = body_of(server.finalize("s-1", "completed").await).await;
    assert_eq!(ended["overallStatus"], "failed");
    assert_eq!(ended["agents"]["tradeMatching"]["status"], "skipped");
}

#[tokio::test]
async fn what_is_not_started_can_not_be_reported_on() {
    let server = Server::start().await;
    let report = server.report("s-1", "pdfAdapter", json!({"status": "success"}));
    problem(report.await, StatusCode::NOT_FOUND).await;
    let end = server.finalize("s-1", "completed");
    problem(end.await, StatusCode::NOT_FOUND).await;
}

#[tokio::test]
async fn two_writers_of_one_session_lose_nothing_of_each_other() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let agents = ["pdfAdapter", "tradeExtraction", "tradeMatching"];
    for round in 0..20 {
        let reports = agents.map(|agent| {
            let report = json!({"status": "in-progress", "activity": format!("{agent} {round}")});
            server.report("s-1", agent, report)
        });
        for answer in futures_util::future::join_all(reports).await {
            assert_eq!(answer.status(), StatusCode::OK);
        }
        let session = status(&server, "s-1").await;
        for agent in agents {
            let activity = &session["agents"][agent]["activity"];
            assert_eq!(*activity, format!("{agent} {round}"));
        }
    }
    // One for the start, and one for each report: none was lost, none written twice.
    assert_eq!(status(&server, "s-1").await["version"], 61);
}

#[tokio::test]
async fn a_change_can_be_tied_to_the_session_as_it_was_seen() {
    let server = Server::start().await;
    let etag = server.start_session("s-1").await.headers()["etag"].clone();
    let report = |etag: &reqwest::header::HeaderValue, activity: &str| {
        let path = "/api/workflow/s-1/agents/pdfAdapter";
        let report = json!({"status": "in-progress", "activity": activity});
        let request = server.request(reqwest::Method::PATCH, path).json(&report);
        request.header("if-match", etag).send()
    };
    let written = report(&etag, "first").await.unwrap();
    assert_eq!(written.status(), StatusCode::OK);
    let now = written.headers()["etag"].clone();
    let first = body_of(written).await;

    // Somebody else has seen it as it was before.
    let late = report(&etag, "second").await.unwrap();
    let problem_body = problem(late, StatusCode::PRECONDITION_FAILED).await;
    let detail = problem_body["detail"].as_str().unwrap();
    assert!(detail.contains("read it again") && detail.ends_with("Nothing was changed."));
    assert_eq!(status(&server, "s-1").await, first);
    // Who only repeats, because the answer was lost, has succeeded.
    let again = report(&etag, "first").await.unwrap();
    assert_eq!(body_of(again).await, first);
    let second = report(&now, "second").await.unwrap();
    assert_eq!(body_of(second).await["version"], 3);
}

#[tokio::test]
async fn a_start_and_an_end_can_be_tied_too() {
    let server = Server::start().await;
    let send = |method: reqwest::Method, path: &str, body: Value| {
        let request = server.request(method, path).json(&body);
        request.header("if-match", "*").send()
    };
    let path = "/api/workflow/s-1";
    let nothing_there = send(reqwest::Method::PUT, path, json!({})).await.unwrap();
    problem(nothing_there, StatusCode::PRECONDITION_FAILED).await;
    problem(
        server.get("/api/workflow/s-1/status").send().await.unwrap(),
        StatusCode::NOT_FOUND,
    )
    .await;
    server.start_session("s-1").await;
    let end = json!({"overallStatus": "completed"});
    let path = "/api/workflow/s-1/finalize";
    let ended = send(reqwest::Method::POST, path, end).await.unwrap();
    assert_eq!(ended.status(), StatusCode::OK);
}

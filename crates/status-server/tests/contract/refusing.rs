//! Every way in which a call can be wrong, and that the answer tells nothing of the inside.

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use serde_json::json;
use status_server::api::Policy;
use status_store::StoreError;

use crate::support::{Failure, Server, TestStore, problem};

#[tokio::test]
async fn an_unknown_session_is_not_found() {
    let server = Server::start().await;
    let answer = server.get("/api/workflow/nobody/status");
    let body = problem(answer.send().await.unwrap(), StatusCode::NOT_FOUND).await;
    assert_eq!(body["title"], "No such session");
}

#[tokio::test]
async fn what_is_no_session_id_is_a_bad_request() {
    let server = Server::start().await;
    let long = "x".repeat(257);
    for id in ["a%20b", "%2e%2e%2f", "a%2fb", "%00", "%ff", "é", &long] {
        let path = format!("/api/workflow/{id}/status");
        let answer = server.get(&path).send().await.unwrap();
        problem(answer, StatusCode::BAD_REQUEST).await;
        let path = format!("/api/workflow/{id}");
        let answer = server.send(Method::PUT, &path, json!({})).await;
        problem(answer, StatusCode::BAD_REQUEST).await;
    }
}

#[tokio::test]
async fn an_unknown_agent_is_not_found() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let answer = server.report("s-1", "pdf_adapter", json!({"status": "success"}));
    let body = problem(answer.await, StatusCode::NOT_FOUND).await;
    assert!(body["detail"].as_str().unwrap().contains("pdfAdapter"));
}

#[tokio::test]
async fn a_wrong_query_is_named() {
    let server = Server::start().await;
    for (path, name) in [
        ("/api/workflow/recent?limit=none", "limit"),
        ("/api/workflow/recent?color=red", "color"),
        ("/api/workflow/recent?q=a&q=b", "q"),
        ("/api/workflow/recent?status=failed,done", "status"),
        ("/api/workflow/recent?since=yesterday", "since"),
        ("/api/workflow/recent?until=2026-11-22", "until"),
        (
            "/api/workflow/recent?since=2026-11-22T09:00:00Z&until=2026-11-22T08:00:00Z",
            "since",
        ),
        ("/api/workflow/matching-status?since=yesterday", "since"),
        ("/api/workflow/overview?limit=3", "limit"),
        ("/api/workflow/overview?sourceType=bank", "sourceType"),
        ("/api/workflow/s-1/status?verbose=1", "verbose"),
    ] {
        let answer = server.get(path).send().await.unwrap();
        let body = problem(answer, StatusCode::BAD_REQUEST).await;
        let detail = body["detail"].as_str().unwrap();
        assert!(
            detail.starts_with(&format!("Parameter {name}: ")),
            "{detail}"
        );
    }
}

#[tokio::test]
async fn an_address_that_is_no_call_is_not_found_and_another_method_not_allowed() {
    let server = Server::start().await;
    for path in [
        "/api",
        "/api/",
        "/api/v2",
        "/api/workflow/",
        "/api/workflow/a/b/c/d",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let answer = server.request(method, path).send().await.unwrap();
            problem(answer, StatusCode::NOT_FOUND).await;
        }
    }
    for (method, path, allowed) in [
        (Method::DELETE, "/api/workflow/s-1/status", "GET,HEAD"),
        (Method::POST, "/api/workflow/recent", "GET,HEAD"),
        (Method::PUT, "/api/workflow/export", "GET,HEAD"),
        (Method::GET, "/api/workflow/s-1", "PUT"),
        (Method::GET, "/api/workflow/s-1/finalize", "POST"),
        (Method::PUT, "/api/workflow/s-1/agents/pdfAdapter", "PATCH"),
        (Method::POST, "/healthz", "GET,HEAD"),
        (Method::POST, "/", "GET,HEAD"),
    ] {
        let answer = server.request(method, path).send().await.unwrap();
        assert_eq!(answer.headers()["allow"], allowed, "{path}");
        problem(answer, StatusCode::METHOD_NOT_ALLOWED).await;
    }
}

#[tokio::test]
async fn a_body_has_to_be_json_of_the_right_form() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    for (method, path, body) in [
        (Method::PUT, "", "{"),
        (Method::PUT, "", "[]"),
        (Method::PUT, "", r#"{"sourceType":"BOTH"}"#),
        (Method::PUT, "", r#"{"sessionId":"s-1"}"#),
        (Method::PATCH, "/agents/pdfAdapter", "{}"),
        (
            Method::PATCH,
            "/agents/pdfAdapter",
            r#"{"status":"finished"}"#,
        ),
        (
            Method::PATCH,
            "/agents/pdfAdapter",
            r#"{"status":"success","duration":-1}"#,
        ),
        (
            Method::PATCH,
            "/agents/tradeMatching",
            r#"{"status":"success","confidenceScore":101}"#,
        ),
        (
            Method::POST,
            "/finalize",
            r#"{"overallStatus":"processing"}"#,
        ),
        (Method::POST, "/finalize", ""),
    ] {
        let request = server.request(method, &format!("/api/workflow/s-1{path}"));
        let request = request.header("content-type", "application/json");
        let answer = request.body(body).send().await.unwrap();
        let answered = problem(answer, StatusCode::BAD_REQUEST).await;
        let detail = answered["detail"].as_str().unwrap();
        assert!(!detail.contains("struct"), "{detail}");
    }
    let status = server.get("/api/workflow/s-1/status").send().await.unwrap();
    let session: serde_json::Value = status.json().await.unwrap();
    assert_eq!(session["version"], 1, "nothing of this was written");
}

#[tokio::test]
async fn a_body_that_does_not_say_that_it_is_json_is_not_taken() {
    let server = Server::start().await;
    for media_type in ["text/plain", "application/x-www-form-urlencoded"] {
        let request = server.request(Method::PUT, "/api/workflow/s-1");
        let request = request.header("content-type", media_type).body("{}");
        let answer = request.send().await.unwrap();
        problem(answer, StatusCode::UNSUPPORTED_MEDIA_TYPE).await;
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_not_taken() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let report = |length: usize| {
        let report = json!({"status": "error", "error": "x".repeat(length)});
        server.report("s-1", "pdfAdapter", report)
    };
    assert_eq!(report(255 * 1024).await.status(), StatusCode::OK);
    problem(report(256 * 1024).await, StatusCode::PAYLOAD_TOO_LARGE).await;
}

/// Each of the store's errors, with a secret in it; the status it gives; is trying again worth
/// it?
const FAILURES: [(Failure, StatusCode, bool); 4] = [
    (
        || StoreError::Unavailable("SECRET".to_owned()),
        StatusCode::SERVICE_UNAVAILABLE,
        true,
    ),
    (
        || StoreError::MissingTable("SECRET".to_owned()),
        StatusCode::SERVICE_UNAVAILABLE,
        true,
    ),
    (
        || StoreError::MissingIndex {
            remedy: "add-the-index".to_owned(),
        },
        StatusCode::NOT_IMPLEMENTED,
        false,
    ),
    (
        || StoreError::Refused("SECRET".to_owned()),
        StatusCode::INTERNAL_SERVER_ERROR,
        false,
    ),
];

#[tokio::test]
async fn a_store_that_fails_is_said_to_and_nothing_more() {
    for (failure, status, retry) in FAILURES {
        let store = Arc::new(TestStore::default());
        store.fail(Some(failure));
        let server = Server::with(store, Policy::default()).await;
        for path in [
            "/api/workflow/s-1/status",
            "/api/workflow/recent",
            "/api/workflow/export?format=csv",
            "/api/workflow/s-1/export",
            "/api/workflow/overview",
            "/api/workflow/matching-status",
            "/api/workflow/usual-durations",
            "/readyz",
        ] {
            let answer = server.get(path).send().await.unwrap();
            let retry_after = answer.headers().get("retry-after");
            assert_eq!(retry_after.is_some(), retry, "{path}");
            let body = problem(answer, status).await;
            assert!(!body.to_string().contains("SECRET"), "{body}");
            if status == StatusCode::NOT_IMPLEMENTED {
                let detail = body["detail"].as_str().unwrap();
                assert!(detail.ends_with("Add it with: add-the-index"));
            }
        }
        let body = problem(server.start_session("s-1").await, status).await;
        assert!(!body.to_string().contains("SECRET"), "{body}");
    }
}

#[tokio::test]
async fn a_session_that_would_be_larger_than_its_store_keeps_is_told_with_what_to_do() {
    let store = Arc::new(TestStore::default());
    let server = Server::with(store.clone(), Policy::default()).await;
    store.fail(Some(|| StoreError::TooLarge("SECRET".to_owned())));
    let answer = server.start_session("s-1").await;
    assert_eq!(answer.headers().get("retry-after"), None);
    let body = problem(answer, StatusCode::PAYLOAD_TOO_LARGE).await;
    assert!(!body.to_string().contains("SECRET"), "{body}");
    let detail = body["detail"].as_str().unwrap();
    assert!(
        detail.contains("400 KB") && detail.contains("Shorten"),
        "{detail}"
    );
}

#[tokio::test]
async fn a_store_that_is_back_is_used_again() {
    let store = Arc::new(TestStore::default());
    store.fail(Some(|| StoreError::Unavailable(String::new())));
    let server = Server::with(store.clone(), Policy::default()).await;
    let answer = server.start_session("s-1").await;
    problem(answer, StatusCode::SERVICE_UNAVAILABLE).await;
    store.fail(None);
    assert_eq!(
        server.start_session("s-1").await.status(),
        StatusCode::CREATED
    );
    let answer = server.get("/api/workflow/s-1/status").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_defect_is_a_problem_too_and_the_server_lives_on() {
    let store = Arc::new(TestStore::default());
    let server = Server::with(store.clone(), Policy::default()).await;
    store.fail(Some(|| panic!("SECRET")));
    for path in ["/api/workflow/s-1/status", "/readyz"] {
        let answer = server.get(path).send().await.unwrap();
        let body = problem(answer, StatusCode::INTERNAL_SERVER_ERROR).await;
        assert!(!body.to_string().contains("SECRET"), "{body}");
    }
    let answer = server.start_session("s-1").await;
    problem(answer, StatusCode::INTERNAL_SERVER_ERROR).await;
    assert_eq!(server.get("/healthz").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_callers_correlation_id_is_used() {
    let server = Server::start().await;
    let request = server.get("/api/workflow/nobody/status");
    let request = request.header("x-correlation-id", "corr_3023");
    let body = problem(request.send().await.unwrap(), StatusCode::NOT_FOUND).await;
    assert_eq!(body["correlationId"], "corr_3023");
}

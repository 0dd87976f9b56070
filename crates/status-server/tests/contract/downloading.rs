//! What a file is called, and what is said where there can be none.

use std::sync::Arc;

use reqwest::StatusCode;
use status_server::api::Policy;
use status_store::StoreError;

use crate::{
    exporting::server_with,
    support::{Server, TestStore, problem, started},
};

#[tokio::test]
async fn a_file_says_what_it_is_and_what_it_is_called() {
    let server = server_with(&[started("session-f2:b")]).await;
    let csv = "text/csv; charset=utf-8; header=present";
    for (path, media_type, name) in [
        ("session-f2:b/export?format=csv", csv, "session-f2_b.csv"),
        (
            "session-f2:b/export",
            "application/json",
            "session-f2_b.json",
        ),
        ("export?format=csv", csv, "sessions-2026-11-22T08"),
        (
            "export?format=json",
            "application/json",
            "sessions-2026-11-22T08",
        ),
    ] {
        let response = server
            .get(&format!("/api/workflow/{path}"))
            .send()
            .await
            .unwrap();
        let headers = response.headers().clone();
        assert_eq!(headers["content-type"], media_type);
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert!(headers.contains_key("x-correlation-id"));
        let disposition = headers["content-disposition"].to_str().unwrap();
        let expected = format!("attachment; filename=\"{name}");
        assert!(disposition.starts_with(&expected), "{disposition}");
        let bytes = response.bytes().await.unwrap();
        let has_mark = bytes.starts_with("\u{feff}".as_bytes());
        assert_eq!(
            has_mark,
            media_type == csv,
            "Excel needs it, JSON must not have it"
        );
    }
}

#[tokio::test]
async fn what_can_not_be_exported_is_said_so() {
    let server = server_with(&[started("s-1")]).await;
    let nobody = server.get("/api/workflow/nobody/export?format=csv");
    problem(nobody.send().await.unwrap(), StatusCode::NOT_FOUND).await;
    for (path, name) in [
        ("/api/workflow/s-1/export?format=xml", "format"),
        ("/api/workflow/s-1/export?status=failed", "status"),
        ("/api/workflow/export?format=", ""),
        ("/api/workflow/export?format=CSV", "format"),
        ("/api/workflow/export?limit=3", "limit"),
        ("/api/workflow/export?status=done", "status"),
        ("/api/workflow/export?since=monday", "since"),
    ] {
        let answer = server.get(path).send().await.unwrap();
        if name.is_empty() {
            assert_eq!(
                answer.status(),
                StatusCode::OK,
                "without a value: not given"
            );
            continue;
        }
        let body = problem(answer, StatusCode::BAD_REQUEST).await;
        let detail = body["detail"].as_str().unwrap();
        assert!(
            detail.starts_with(&format!("Parameter {name}: ")),
            "{detail}"
        );
    }
}

#[tokio::test]
async fn a_store_that_can_not_list_is_said_to_before_anything_is_sent() {
    let store = Arc::new(TestStore::default());
    let server = Server::with(store.clone(), Policy::default()).await;
    store.fail(Some(|| StoreError::MissingIndex {
        remedy: "add-it".to_owned(),
    }));
    let answer = server
        .get("/api/workflow/export?format=csv")
        .send()
        .await
        .unwrap();
    assert!(!answer.headers().contains_key("content-disposition"));
    let body = problem(answer, StatusCode::NOT_IMPLEMENTED).await;
    assert!(body["detail"].as_str().unwrap().ends_with("add-it"));
    store.fail(Some(|| StoreError::Unavailable(String::new())));
    let answer = server.get("/api/workflow/export").send().await.unwrap();
    problem(answer, StatusCode::SERVICE_UNAVAILABLE).await;
}

//! `Prefer: wait=N`, over HTTP.

use std::{sync::Arc, time::Duration};

use reqwest::{Response, StatusCode};
use serde_json::json;
use status_server::api::Policy;
use tokio::time::Instant;

use crate::{
    backend::Place,
    support::{Server, TestStore, json as body_of, started},
};
use status_store::update;

const PATH: &str = "/api/workflow/s-1/status";

async fn etag_of(server: &Server, path: &str) -> String {
    let response = server.get(path).send().await.unwrap();
    response.headers()["etag"].to_str().unwrap().to_owned()
}

fn waiting(
    server: &Server,
    path: &str,
    etag: &str,
    prefer: &str,
) -> impl Future<Output = Response> + use<> {
    let request = server
        .get(path)
        .header("if-none-match", etag)
        .header("prefer", prefer);
    async move { request.send().await.unwrap() }
}

/// Until so many requests are being held.
async fn held(server: &Server, count: i64) {
    while server.app.metrics.watch.waiting.get() != count {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test]
async fn a_change_ends_the_wait() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    for path in [PATH, "/api/workflow/recent", "/api/workflow/overview"] {
        let etag = etag_of(&server, path).await;
        let waiting = tokio::spawn(waiting(&server, path, &etag, "wait=25"));
        held(&server, 1).await;
        let report = json!({"status": "in-progress", "activity": path});
        server.report("s-1", "pdfAdapter", report).await;
        let answer = waiting.await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()["preference-applied"], "wait=25");
        assert_ne!(answer.headers()["etag"], etag.as_str());
        assert!(body_of(answer).await.to_string().contains(path));
    }
}

#[tokio::test]
async fn without_a_change_the_answer_is_304_when_the_wait_is_over() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let etag = etag_of(&server, PATH).await;
    let begun = Instant::now();
    let answer = waiting(&server, PATH, &etag, "respond-async, Wait=1").await;
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(answer.headers()["preference-applied"], "wait=1");
    assert_eq!(answer.headers()["etag"], etag.as_str());
}

#[tokio::test]
async fn who_knows_nothing_yet_is_answered_at_once() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let begun = Instant::now();
    let answer = waiting(&server, PATH, "\"old\"", "wait=25").await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["preference-applied"], "wait=25");
    let unknown = waiting(&server, "/api/workflow/nobody/status", "\"old\"", "wait=25").await;
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_longer_wait_than_25_seconds_is_not_granted() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let answer = waiting(&server, PATH, "\"old\"", "wait=3600").await;
    assert_eq!(answer.headers()["preference-applied"], "wait=25");
}

#[tokio::test]
async fn what_can_not_be_read_is_no_preference() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let etag = etag_of(&server, PATH).await;
    let answer = waiting(&server, PATH, &etag, "wait=soon").await;
    assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
    assert!(!answer.headers().contains_key("preference-applied"));
}

#[tokio::test]
async fn past_the_cap_the_answer_comes_at_once_and_says_so_by_its_silence() {
    let store = Arc::new(TestStore::default());
    store.put(&started("s-1"));
    let policy = Policy {
        max_waiting: 1,
        ..Policy::default()
    };
    let server = Server::with(store, policy).await;
    let etag = etag_of(&server, PATH).await;
    let first = tokio::spawn(waiting(&server, PATH, &etag, "wait=25"));
    held(&server, 1).await;
    let second = waiting(&server, PATH, &etag, "wait=25").await;
    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
    assert!(!second.headers().contains_key("preference-applied"));
    assert!(!first.is_finished());
    first.abort();
}

#[tokio::test]
async fn a_viewer_who_goes_away_frees_the_place() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let etag = etag_of(&server, PATH).await;
    let waiting = tokio::spawn(waiting(&server, PATH, &etag, "wait=25"));
    held(&server, 1).await;
    waiting.abort();
    held(&server, 0).await;
}

#[tokio::test]
async fn another_program_on_the_same_store_is_seen_long_before_the_wait_is_over() {
    let place = Place::new();
    let server = Server::with(place.open().await, Policy::default()).await;
    server.start_session("s-1").await;
    let etag = etag_of(&server, PATH).await;
    let waiting = tokio::spawn(waiting(&server, PATH, &etag, "wait=25"));
    held(&server, 1).await;

    let other = place.open().await;
    let id = "s-1".parse().unwrap();
    let change = crate::support::activity("from elsewhere");
    update(other.as_ref(), &id, &change, crate::support::now())
        .await
        .unwrap();
    let written = Instant::now();
    let answer = waiting.await.unwrap();
    // How often the store is looked at, the tests of the watch say; this machine may be busy.
    assert!(written.elapsed() < Duration::from_secs(5));
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.text().await.unwrap().contains("from elsewhere"));
}

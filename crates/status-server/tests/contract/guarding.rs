//! Who may call, and what a browser may do with the answers.

use std::sync::Arc;

use reqwest::{Method, StatusCode};
use serde_json::json;
use status_server::api::Policy;

use crate::support::{Server, TestStore, problem, started};

const PATH: &str = "/api/workflow/s-1/status";
const ALLOWED: &str = "https://portal.example";

async fn server_for_origins() -> Server {
    let store = Arc::new(TestStore::default());
    store.put(&started("s-1"));
    let policy = Policy {
        origins: vec![ALLOWED.parse().unwrap()],
        ..Policy::default()
    };
    Server::with(store, policy).await
}

#[tokio::test]
async fn every_answer_has_security_headers() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    for path in [
        PATH,
        "/api/workflow/nobody/status",
        "/api/workflow/s-1/export?format=csv",
        "/api/workflow/export",
        "/api/nothing",
        "/healthz",
        "/",
        "/x.js",
    ] {
        let answer = server.get(path).send().await.unwrap();
        let headers = answer.headers();
        assert_eq!(headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["x-frame-options"], "DENY");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}

#[tokio::test]
async fn a_page_that_tells_of_an_error_is_as_safe_as_the_portal() {
    let server = Server::start().await;
    let portal = server.get("/").send().await.unwrap();
    for path in [
        "/shared/nonsense",
        "/sign-in/display/nonsense",
        "/sign-in",
        "/sign-in/callback?state=x&code=y",
    ] {
        let request = server.get(path).header("accept", "text/html");
        let page = request.send().await.unwrap();
        assert!(page.status().is_client_error(), "{path}");
        let headers = page.headers();
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(headers["cache-control"], "no-store", "{path}");
        for name in [
            "x-content-type-options",
            "referrer-policy",
            "x-frame-options",
            "cross-origin-resource-policy",
            "cross-origin-opener-policy",
            "cross-origin-embedder-policy",
            "permissions-policy",
        ] {
            let (is, expected) = (headers.get(name), portal.headers().get(name));
            assert!(is.is_some() && is == expected, "{path}: {name}: {is:?}");
        }
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"));
        assert!(policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe") && !policy.contains("script-src"));
    }
}

#[tokio::test]
async fn a_browser_that_came_by_https_is_told_to_come_by_nothing_else() {
    let policy = |is_https| Policy {
        is_https,
        ..Policy::default()
    };
    let pinned = async |server: &Server, path: &str, host: &str| {
        let request = server.get(path).header("host", host);
        let answer = request.send().await.unwrap();
        let header = answer.headers().get("strict-transport-security").cloned();
        header.map(|value| value.to_str().unwrap().to_owned())
    };
    let server = Server::with(Arc::new(TestStore::default()), policy(true)).await;
    for path in ["/", "/healthz", "/api/workflow/nobody/status", "/x.js"] {
        let said = pinned(&server, path, "127.0.0.1").await;
        assert_eq!(said.as_deref(), Some("max-age=31536000"), "{path}");
        // It would hold for whatever else runs on the viewer's own machine.
        assert_eq!(pinned(&server, path, "localhost:8080").await, None);
    }
    let server = Server::with(Arc::new(TestStore::default()), policy(false)).await;
    assert_eq!(pinned(&server, "/", "127.0.0.1").await, None);
}

#[tokio::test]
async fn without_allowed_origins_no_page_of_another_origin_may_call() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let request = server.get(PATH).header("origin", ALLOWED);
    let answer = request.send().await.unwrap();
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn pages_of_an_allowed_origin_may_call_and_read_what_matters() {
    let server = server_for_origins().await;
    for path in [PATH, "/api/workflow/nobody/status"] {
        let request = server.get(path).header("origin", ALLOWED);
        let answer = request.send().await.unwrap();
        let headers = answer.headers();
        assert_eq!(headers["access-control-allow-origin"], ALLOWED, "{path}");
        let exposed = headers["access-control-expose-headers"].to_str().unwrap();
        let exposed = exposed.to_ascii_lowercase();
        for name in [
            "content-disposition",
            "date",
            "etag",
            "link",
            "location",
            "preference-applied",
            "retry-after",
        ] {
            assert!(
                exposed.split(',').any(|exposed| exposed.trim() == name),
                "{name}"
            );
        }
        assert!(!headers.contains_key("cross-origin-resource-policy"));
    }
    let etag = server.get(PATH).send().await.unwrap().headers()["etag"].clone();
    let request = server.get(PATH).header("origin", ALLOWED);
    let answer = request.header("if-none-match", etag).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(answer.headers()["access-control-allow-origin"], ALLOWED);

    let request = server.get(PATH).header("origin", "https://evil.example");
    let answer = request.send().await.unwrap();
    assert!(!answer.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn a_browser_that_asks_first_is_told_what_it_may_do() {
    let server = server_for_origins().await;
    let request = server
        .request(Method::OPTIONS, PATH)
        .header("origin", ALLOWED)
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "if-none-match,prefer");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let headers = answer.headers();
    assert_eq!(headers["access-control-allow-origin"], ALLOWED);
    let allowed = |name: &str| headers[name].to_str().unwrap().to_ascii_lowercase();
    assert!(allowed("access-control-allow-methods").contains("get"));
    for name in ["if-none-match", "prefer", "content-type"] {
        assert!(allowed("access-control-allow-headers").contains(name));
    }
}

#[tokio::test]
async fn another_sites_name_that_leads_here_is_turned_away() {
    let server = Server::start().await;
    for path in [PATH, "/"] {
        let request = server.get(path).header("host", "evil.example:8080");
        let answer = request.send().await.unwrap();
        problem(answer, StatusCode::MISDIRECTED_REQUEST).await;
    }
    let request = server
        .request(Method::PUT, "/api/workflow/s-1")
        .header("host", "evil.example")
        .json(&json!({}));
    let answer = request.send().await.unwrap();
    problem(answer, StatusCode::MISDIRECTED_REQUEST).await;

    let store = Arc::new(TestStore::default());
    let policy = Policy {
        hosts: vec!["status.example".parse().unwrap()],
        ..Policy::default()
    };
    let server = Server::with(store, policy).await;
    let request = server.get("/healthz").header("host", "status.example");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
}

//! The portal: deep links, caching, compressed files.

use reqwest::{Method, Response, StatusCode};

use crate::support::{Server, problem};

async fn get(server: &Server, path: &str, encodings: &str) -> Response {
    let request = server.get(path).header("accept-encoding", encodings);
    request.send().await.unwrap()
}

#[tokio::test]
async fn any_address_of_the_portal_can_be_opened_directly() {
    let server = Server::start().await;
    for path in [
        "/",
        "/sessions/s-1",
        "/sessions/FAB_1.pdf",
        "/?status=failed",
    ] {
        let answer = get(&server, path, "identity").await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        let headers = answer.headers();
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(headers["cache-control"], "no-cache");
        assert!(answer.text().await.unwrap().contains("portal"));
    }
}

#[tokio::test]
async fn the_wall_is_a_page_of_its_own_with_a_policy_of_its_own() {
    let server = Server::start().await;
    let answer = get(&server, "/wall?source=bank", "identity").await;
    assert_eq!(answer.status(), StatusCode::OK);
    let headers = answer.headers().clone();
    assert_eq!(headers["cache-control"], "no-cache");
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert!(headers.contains_key("permissions-policy"));
    assert!(answer.text().await.unwrap().contains("wall()"));
    let page = get(&server, "/", "identity").await;
    assert_ne!(
        headers["content-security-policy"],
        page.headers()["content-security-policy"]
    );

    // The wall asks like this whether there is a new release.
    let request = server.get("/wall").header("accept-encoding", "identity");
    let again = request.header("if-none-match", &headers["etag"]);
    let again = again.send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn files_come_compressed_as_the_browser_likes_them() {
    let server = Server::start().await;
    for (encodings, encoding, body) in [
        ("gzip, deflate, br", Some("br"), "brotli of the page"),
        ("gzip", Some("gzip"), "gzip of the page"),
        ("br;q=0, gzip;q=0.5", Some("gzip"), "gzip of the page"),
    ] {
        let answer = get(&server, "/sessions/s-1", encodings).await;
        let headers = answer.headers();
        let sent = headers.get("content-encoding");
        assert_eq!(sent.map(|value| value.to_str().unwrap()), encoding);
        assert_eq!(headers["vary"], "accept-encoding");
        assert_eq!(headers["content-length"], body.len().to_string());
        assert_eq!(answer.text().await.unwrap(), body);
    }
    let answer = get(&server, "/", "identity").await;
    assert!(!answer.headers().contains_key("content-encoding"));
    assert_eq!(answer.headers()["vary"], "accept-encoding");
}

#[tokio::test]
async fn what_is_named_by_its_content_is_kept_for_ever_and_the_page_never_unasked() {
    let server = Server::start().await;
    for (path, media_type, cache) in [
        (
            "/portal-0123456789abcdef.js",
            "text/javascript; charset=utf-8",
            "public, max-age=31536000, immutable",
        ),
        (
            "/portal-0123456789abcdef_bg.wasm",
            "application/wasm",
            "public, max-age=31536000, immutable",
        ),
        ("/index.html", "text/html; charset=utf-8", "no-cache"),
    ] {
        let answer = get(&server, path, "br").await;
        assert_eq!(answer.headers()["content-type"], media_type);
        assert_eq!(answer.headers()["cache-control"], cache, "{path}");
        let etag = answer.headers()["etag"].clone();
        let request = server.get(path).header("accept-encoding", "br");
        let again = request.header("if-none-match", &etag).send().await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(again.headers()["cache-control"], cache);
        assert_eq!(again.headers()["etag"], etag);
    }
    let (brotli, plain) = (get(&server, "/", "br").await, get(&server, "/", "").await);
    assert_ne!(brotli.headers()["etag"], plain.headers()["etag"]);
}

#[tokio::test]
async fn a_file_that_is_gone_is_no_page() {
    let server = Server::start().await;
    for path in ["/portal-fedcba9876543210.js", "/old.css", "/a/b.wasm"] {
        let answer = get(&server, path, "br").await;
        problem(answer, StatusCode::NOT_FOUND).await;
    }
}

#[tokio::test]
async fn the_page_may_run_its_own_script_and_no_other() {
    let server = Server::start().await;
    let answer = get(&server, "/sessions/s-1", "br").await;
    let headers = answer.headers();
    let policy = headers["content-security-policy"].to_str().unwrap();
    // The base64 of the SHA-256 of `start()`, which stands inline in the page.
    let hash = "'sha256-DIm7WJS6ZKDYe5qFLPy+h4JFI9Bol5QmYC57mt3Fb00='";
    assert!(policy.contains(hash), "{policy}");
    assert_eq!(headers["cross-origin-embedder-policy"], "require-corp");
    for name in ["cross-origin-opener-policy", "cross-origin-resource-policy"] {
        assert_eq!(headers[name], "same-origin");
    }
    assert!(headers.contains_key("permissions-policy"));
    let script = get(&server, "/portal-0123456789abcdef.js", "br").await;
    let policy = &script.headers()["content-security-policy"];
    assert_eq!(*policy, "default-src 'none'; frame-ancestors 'none'");
    assert!(!script.headers().contains_key("permissions-policy"));
    assert_eq!(
        script.headers()["cross-origin-resource-policy"],
        "same-origin"
    );
}

#[tokio::test]
async fn head_is_answered_too() {
    let server = Server::start().await;
    let answer = server.request(Method::HEAD, "/").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(answer.headers().contains_key("content-length"));
    assert!(answer.bytes().await.unwrap().is_empty());
}

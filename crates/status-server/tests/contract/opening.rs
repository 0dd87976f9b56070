//! A session's page that a browser opens brings its first answer along, to whom it may be shown.

use std::{io::Read, sync::Arc, time::Duration};

use access::Role;
use flate2::read::GzDecoder;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;
use status_server::api::Policy;
use status_store::StoreError;

use crate::{
    guarded::{Guarded, Shows},
    support::{Server, TestStore, activity, changed, started},
};

const PAGE: &str = "/sessions/s-1";
const STATUS: &str = "/api/workflow/s-1/status";
const PLAIN: &str = "<!doctype html><script type=\"module\">start()</script><div>portal</div>";

/// As a browser asks for a page that it is about to show.
async fn opened(request: RequestBuilder) -> Response {
    let request = request.header("sec-fetch-dest", "document");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    answer
}

async fn page(request: RequestBuilder) -> String {
    opened(request).await.text().await.unwrap()
}

/// The block of data of this name in a page.
fn given<'a>(page: &'a str, what: &str) -> Option<&'a str> {
    let (_, block) = page.split_once(&format!("id=\"given-{what}\""))?;
    let (_, block) = block.split_once('>')?;
    let (block, _) = block.split_once("</script>")?;
    Some(block)
}

fn same(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// A server over a store that does what it is told.
async fn stage() -> (Server, Arc<TestStore>) {
    let store = Arc::new(TestStore::default());
    store.put(&started("s-1"));
    let server = Server::with(store.clone(), Policy::default()).await;
    (server, store)
}

#[tokio::test]
async fn it_is_what_the_call_answers() {
    let (server, _) = stage().await;
    let answer = opened(server.get(PAGE)).await;
    let headers = answer.headers().clone();
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(headers["cache-control"], "no-store");
    assert!(!headers.contains_key("etag"));
    let page = answer.text().await.unwrap();
    let (before, after) = page.split_once("<script type=\"module\">").unwrap();
    assert!(PLAIN.ends_with(after));

    let status = server.get(STATUS).send().await.unwrap();
    let etag = status.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(
        same(given(before, "status").unwrap()),
        same(&status.text().await.unwrap())
    );
    assert!(before.contains(&format!("data-etag=\"{}\"", etag.replace('"', "&#34;"))));
    let config = server.get("/config.json").send().await.unwrap();
    let config = config.text().await.unwrap();
    assert_eq!(same(given(before, "config").unwrap()), same(&config));

    // The policy is that of the page without it: a browser runs nothing of this.
    let plain = server.get(PAGE).send().await.unwrap();
    for name in ["content-security-policy", "permissions-policy"] {
        assert_eq!(plain.headers()[name], headers[name]);
    }
}

#[tokio::test]
async fn it_comes_compressed_where_the_browser_takes_that() {
    let (server, _) = stage().await;
    let answer = opened(server.get(PAGE).header("accept-encoding", "gzip, br")).await;
    let headers = answer.headers();
    assert_eq!(headers["content-encoding"], "gzip");
    assert_eq!(headers["vary"], "accept-encoding, sec-fetch-dest");
    let mut page = String::new();
    let body = answer.bytes().await.unwrap();
    GzDecoder::new(&*body).read_to_string(&mut page).unwrap();
    assert!(given(&page, "status").is_some());
}

#[tokio::test]
async fn only_a_browser_that_shows_a_sessions_page_is_brought_it() {
    let (server, store) = stage().await;
    let plain = server.get(PAGE).send().await.unwrap();
    assert_eq!(plain.text().await.unwrap(), PLAIN);
    let script = server.get(PAGE).header("sec-fetch-dest", "empty");
    assert_eq!(script.send().await.unwrap().text().await.unwrap(), PLAIN);
    for path in [
        "/",
        "/sessions",
        "/sessions/",
        "/sessions/s-1/more",
        "/sessions/s-2",
        "/sessions/%00",
    ] {
        assert_eq!(page(server.get(path)).await, PLAIN, "{path}");
    }
    assert_eq!(store.reads(), 1, "s-2 was looked for");
    for path in ["/sessions/s-1/", "/sessions/s-1?zone=utc&agent=pdfAdapter"] {
        assert!(given(&page(server.get(path)).await, "status").is_some());
    }
}

#[tokio::test]
async fn a_page_that_the_browser_has_without_it_does_not_stand_for_the_one_with_it() {
    let (server, _) = stage().await;
    let plain = server.get(PAGE).send().await.unwrap();
    let again = server
        .get(PAGE)
        .header("if-none-match", &plain.headers()["etag"]);
    assert!(given(&page(again).await, "status").is_some());
}

#[tokio::test]
async fn hostile_text_ends_no_script() {
    let (server, store) = stage().await;
    let hostile = "</script><script>alert(1)</script><!--<script>\u{2028}";
    store.put(&changed(&started("s-1"), &activity(hostile)));
    let page = page(server.get(PAGE)).await;
    assert_eq!(page.matches("<script").count(), 3);
    let status = same(given(&page, "status").unwrap());
    assert_eq!(status["agents"]["pdfAdapter"]["activity"], hostile);
}

#[tokio::test]
async fn a_page_does_not_wait_for_a_store_that_is_slow_and_comes_without_what_fails() {
    let (server, store) = stage().await;
    store.slow_down(Duration::from_mins(1));
    assert_eq!(page(server.get(PAGE)).await, PLAIN);

    let (server, store) = stage().await;
    store.fail(Some(|| StoreError::Unavailable("gone".to_owned())));
    assert_eq!(page(server.get(PAGE)).await, PLAIN);
}

#[tokio::test]
async fn a_large_session_is_left_to_the_program() {
    let (server, store) = stage().await;
    store.put(&changed(&started("s-1"), &activity(&"x".repeat(100_000))));
    assert_eq!(page(server.get(PAGE)).await, PLAIN);
}

#[tokio::test]
async fn who_may_not_have_it_gets_the_page_without_it() {
    let guarded = Guarded::start().await;
    guarded.put(&started("s-1"));
    guarded.put(&started("s-2"));
    let display = guarded.bearer("wall", Role::Display);
    let other = guarded.opened(&guarded.share("s-2", false));
    for shows in [Shows::Nothing, display, other] {
        assert_eq!(page(guarded.get(PAGE, &shows)).await, PLAIN, "{shows:?}");
    }
    let ada = guarded.person("ada", Role::Viewer);
    let page = page(guarded.get(PAGE, &ada)).await;
    let config = same(given(&page, "config").unwrap());
    assert_eq!(config["viewer"]["name"], "ada by name");
    assert!(given(&page, "status").unwrap().contains("FAB_1"));
}

#[tokio::test]
async fn a_redacted_link_opens_a_page_without_what_it_may_not_show() {
    let guarded = Guarded::start().await;
    guarded.put(&started("s-1"));
    let redacted = guarded.opened(&guarded.share("s-1", true));
    let page = page(guarded.get(PAGE, &redacted)).await;
    assert_eq!(same(given(&page, "status").unwrap())["sessionId"], "s-1");
    assert!(!page.contains("FAB_1") && !page.contains("corr_1"));
}

#[tokio::test]
async fn who_opens_pages_too_often_gets_them_without_it() {
    let guarded = Guarded::limited(1, 2, 1).await;
    guarded.put(&started("s-1"));
    let ada = guarded.person("ada", Role::Viewer);
    for is_brought in [true, true, false] {
        let page = page(guarded.get(PAGE, &ada)).await;
        assert_eq!(given(&page, "status").is_some(), is_brought);
    }
}

//! Nobody looks, or there is no network: nothing is asked. Back again: one request at once.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Browser, Proxy, Server, eventually, journey};

#[tokio::test]
async fn a_hidden_page_asks_nothing_and_asks_at_once_when_it_is_seen_again() {
    journey(async |browser| {
        let (server, proxy) = watched(browser).await;
        browser.hide().await;
        browser.shows(".fresh", "Paused · as of").await;
        server
            .report("s-1", "pdfAdapter", json!({"status": "in-progress"}))
            .await;
        proxy.stays_silent(Duration::from_secs(3)).await;
        browser
            .reads("[data-agent=pdfAdapter] .word", "Waiting")
            .await;

        let asked = proxy.status_requests().len();
        let seen_again = Instant::now();
        browser.show().await;
        browser
            .reads("[data-agent=pdfAdapter] .word", "Running")
            .await;
        browser.shows(".fresh-live", "Live").await;
        asked_at_once(&proxy, asked, seen_again).await;
    })
    .await;
}

#[tokio::test]
async fn a_page_that_is_opened_hidden_asks_when_it_is_seen() {
    journey(async |browser| {
        let server = Server::start();
        let proxy = Proxy::before(&server).await;
        server.begin("s-1", "FAB_1.pdf").await;
        browser.hide().await;
        browser.open(&proxy.url("/sessions/s-1")).await;
        eventually(
            async || (browser.count(".bar .zone").await > 0).then_some(()),
            async || "the program runs".to_owned(),
        )
        .await;
        proxy.stays_silent(Duration::from_secs(1)).await;
        assert!(proxy.requests().is_empty(), "{:#?}", proxy.requests());
        browser.show().await;
        browser.reads("h1", "FAB_1.pdf").await;
        browser.shows(".fresh-live", "Live").await;
    })
    .await;
}

#[tokio::test]
async fn without_a_network_nothing_is_asked_and_with_it_again_at_once() {
    journey(async |browser| {
        let (server, proxy) = watched(browser).await;
        browser.set_online(false).await;
        browser.shows(".fresh-gone", "Offline since ").await;
        browser.shows(".fresh-gone", " · as of ").await;
        server
            .report("s-1", "pdfAdapter", json!({"status": "in-progress"}))
            .await;
        proxy.stays_silent(Duration::from_secs(3)).await;
        browser.reads("h1", "FAB_1.pdf").await;

        let asked = proxy.status_requests().len();
        let plugged_in = Instant::now();
        browser.set_online(true).await;
        browser
            .reads("[data-agent=pdfAdapter] .word", "Running")
            .await;
        browser.shows(".fresh-live", "Live").await;
        asked_at_once(&proxy, asked, plugged_in).await;
    })
    .await;
}

/// A session that is shown, and the next change of which is waited for.
async fn watched(browser: &Browser) -> (Server, Proxy) {
    let server = Server::start();
    let proxy = Proxy::before(&server).await;
    server.begin("s-1", "FAB_1.pdf").await;
    browser.open(&proxy.url("/sessions/s-1")).await;
    browser.shows(".fresh-live", "Live").await;
    proxy.when_waiting().await;
    (server, proxy)
}

/// One request that wants its answer at once, and then one that waits.
async fn asked_at_once(proxy: &Proxy, asked_before: usize, since: Instant) {
    let requests = proxy.after_status_requests(asked_before + 2).await;
    let [first, second] = &requests[asked_before..] else {
        panic!("{:#?}", &requests[asked_before..]);
    };
    let after = first.at - since;
    // Nothing is asked meanwhile that would have to come first; this machine may be busy.
    assert!(after < Duration::from_secs(5), "asked after {after:?}");
    assert_eq!(
        (first.prefer.as_deref(), second.prefer.as_deref()),
        (None, Some("wait=25"))
    );
}

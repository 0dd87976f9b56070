//! Ids that are mistyped, unknown, or not there yet.

use std::time::Duration;

use crate::support::{Browser, Proxy, Server, journey};

#[tokio::test]
async fn an_unknown_id_is_looked_for_and_then_given_up() {
    journey(async |browser| {
        let server = Server::start();
        let proxy = Proxy::before(&server).await;
        browser.open(&proxy.url("/sessions/s-nknown")).await;
        browser.reads(".message h1", "Not there yet").await;
        browser
            .shows(".message p", "The server knows no session “s-nknown”.")
            .await;
        browser
            .shows(".message p", "keeps looking for another 1 m")
            .await;
        let asked = proxy.after_status_requests(3).await;
        let gaps: Vec<_> = asked
            .windows(2)
            .map(|pair| pair[1].at - pair[0].at)
            .collect();
        assert!(gaps.iter().all(|gap| gap.as_millis() >= 790), "{gaps:?}");

        browser.let_pass(Duration::from_secs(100)).await;
        browser
            .shows(".message p", "keeps looking for another")
            .await;
        // It slows down: from 1 s growing to 15 s, 100 s make about ten requests, not a hundred.
        let asked = proxy.status_requests().len();
        assert!((6..=20).contains(&asked), "{asked} requests");

        browser.let_pass(Duration::from_secs(25)).await;
        browser.reads(".message h1", "No such session").await;
        browser
            .shows(".message p", "Check the id for a typing error.")
            .await;
        browser.let_pass(Duration::from_hours(1)).await;
        proxy.stays_silent(Duration::from_millis(200)).await;

        // It has been there after all, and is over: while a page waits for a change, its clock stands.
        server.begin("s-nknown", "FAB_1.pdf").await;
        server.finalize("s-nknown", "failed").await;
        browser.click(".message button").await;
        browser.let_pass(Duration::from_secs(1)).await;
        browser.reads("h1", "FAB_1.pdf").await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_appears_while_it_is_looked_for_is_shown() {
    journey(async |browser| {
        let server = Server::start();
        browser.open(&server.url("/sessions/s-soon")).await;
        browser.reads(".message h1", "Not there yet").await;
        browser.is_titled("s-soon").await;
        server.begin("s-soon", "FAB_7.pdf").await;
        browser.reads("h1", "FAB_7.pdf").await;
        browser.shows(".fresh-live", "Live").await;
        assert_eq!(browser.count(".message").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_id_is_told_so_and_not_looked_for() {
    journey(async |browser| {
        let server = Server::start();
        let proxy = Proxy::before(&server).await;
        for address in [
            "/sessions/a%20b",
            "/sessions/%C3%A9",
            "/sessions/%",
            "/sessions/%00",
        ] {
            is_no_id(browser, &proxy, address).await;
        }
        let too_long = format!("/sessions/{}", "x".repeat(257));
        is_no_id(browser, &proxy, &too_long).await;
    })
    .await;
}

async fn is_no_id(browser: &Browser, proxy: &Proxy, address: &str) {
    browser.open(&proxy.url(address)).await;
    browser.reads(".message h1", "Not a session id").await;
    browser.is_titled("Not a session id").await;
    browser
        .shows(".message p", "The address names no session:")
        .await;
    assert_eq!(
        browser.texts(".message .ways > *").await,
        ["Find a session"],
        "{address}"
    );
    proxy.stays_silent(Duration::from_millis(300)).await;
}

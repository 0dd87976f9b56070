//! The wall display and the machine that it stands on: its loudspeaker, its screen, nobody there.

use std::time::Duration;

use serde_json::json;

use crate::support::{Browser, Server, eventually, journey};

/// Counts tones, and what keeps the screen awake.
const LISTEN: &str = "
    window.tones = 0;
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (...at) { window.tones += 1; start.apply(this, at); };
    window.locks = [];
    WakeLock.prototype.request = async kind => {
        const lock = { kind, released: false };
        window.locks.push(lock);
        return lock;
    };
    window.asked = 0;
    const { fetch } = window;
    window.fetch = (...asked) => { window.asked += 1; return fetch(...asked); };";

async fn counts(browser: &Browser, what: &str) -> u64 {
    let script = format!("return window.{what}");
    browser.script(&script, &[]).await.as_u64().unwrap()
}

async fn becomes(browser: &Browser, what: &str, expected: u64) {
    eventually(
        async || (counts(browser, what).await == expected).then_some(()),
        async || format!("{what}: {expected}, not {}", counts(browser, what).await),
    )
    .await;
}

async fn fail(server: &Server, id: &str) {
    server.begin(id, &format!("FAB_{id}")).await;
    let error = json!({ "status": "error", "error": "no counterparty record" });
    server.report(id, "pdfAdapter", error).await;
    server.finalize(id, "failed").await;
}

#[tokio::test]
async fn a_new_failure_is_heard_where_somebody_wants_to_hear_it() {
    journey(async |browser| {
        let server = Server::start();
        fail(&server, "old").await;
        browser.before_each_page(LISTEN).await;
        browser.open(&server.url("/wall?sound=on")).await;
        browser.reads(".tile-title", "FAB_old").await;
        // Until somebody presses something, the browser lets no page be heard.
        browser.shows(".quiet", "").await;
        browser.click(".scope").await;
        eventually(
            async || (browser.count(".quiet").await == 0).then_some(()),
            async || "the wall may be heard".to_owned(),
        )
        .await;
        assert_eq!(
            counts(browser, "tones").await,
            0,
            "an old failure is no news"
        );

        fail(&server, "new").await;
        browser.reads(".tile-title", "FAB_new").await;
        becomes(browser, "tones", 2).await;
        // What goes well is not heard, and what was heard is not heard again.
        server.begin("runs", "FAB_runs").await;
        browser.shows(".tiles", "FAB_runs").await;
        assert_eq!(counts(browser, "tones").await, 2);

        browser.open(&server.url("/wall")).await;
        browser.reads(".tile-title", "FAB_new").await;
        fail(&server, "unheard").await;
        browser.reads(".tile-title", "FAB_unheard").await;
        assert_eq!(counts(browser, "tones").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_screen_is_kept_awake_and_again_when_the_browser_has_let_go() {
    journey(async |browser| {
        let server = Server::start();
        browser.before_each_page(LISTEN).await;
        browser.stop_clocks().await;
        browser.open(&server.url("/wall")).await;
        let minute = Duration::from_mins(1);
        let second = Duration::from_secs(1);
        browser.lapse(minute, second).await;
        becomes(browser, "locks.length", 1).await;
        let kind = browser.script("return window.locks[0].kind", &[]).await;
        assert_eq!(kind, "screen");
        browser.lapse(minute, second).await;
        assert_eq!(counts(browser, "locks.length").await, 1, "one is enough");

        browser.script("window.locks[0].released = true", &[]).await;
        browser.lapse(minute, second).await;
        becomes(browser, "locks.length", 2).await;
    })
    .await;
}

#[tokio::test]
async fn a_wall_that_nobody_sees_asks_nothing_and_is_right_at_once_when_somebody_does() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("one", "FAB_one").await;
        browser.before_each_page(LISTEN).await;
        browser.open(&server.url("/wall")).await;
        browser.reads(".tile-title", "FAB_one").await;

        browser.hide().await;
        let asked = counts(browser, "asked").await;
        server.begin("two", "FAB_two").await;
        browser.let_pass(Duration::from_mins(2)).await;
        assert_eq!(counts(browser, "asked").await, asked);

        browser.show().await;
        browser.let_pass(Duration::from_secs(1)).await;
        browser.shows(".tiles", "FAB_two").await;
    })
    .await;
}

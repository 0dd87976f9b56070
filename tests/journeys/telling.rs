//! Who wants to be told is told; and however many tabs there are, few of them wait at the server.

use std::time::Duration;

use serde_json::json;

use crate::support::{Browser, Proxy, Server, eventually, journey};

#[tokio::test]
async fn title_and_icon_carry_the_state() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        browser.open(&server.url("/sessions/s-1")).await;
        browser.is_titled("○ FAB_1.pdf – starting").await;
        let waiting = icon(browser).await;
        server.finalize("s-1", "failed").await;
        browser.is_titled("✕ FAB_1.pdf – failed").await;
        let failed = icon(browser).await;
        assert_ne!(failed, waiting);
        assert!(failed.starts_with("data:image/svg+xml,"), "{failed}");
        let is_drawn = "const image = new Image();
            image.src = arguments[0];
            return image.decode().then(() => true, () => false)";
        assert_eq!(browser.script(is_drawn, &[json!(failed)]).await, true);
        // Home has no state.
        browser.click(".bar-name").await;
        browser.reads("h2", "Recent sessions").await;
        assert_ne!(icon(browser).await, failed);
    })
    .await;
}

#[tokio::test]
async fn a_hidden_tab_tells_the_end_to_who_wants_to_be_told() {
    journey(async |browser| {
        let server = Server::start();
        let proxy = Proxy::before(&server).await;
        server.begin("s-1", "FAB_1.pdf").await;
        browser.allow_notifications(&proxy.url("")).await;
        browser.before_each_page(NOTE_NOTIFICATIONS).await;
        browser.open(&proxy.url("/sessions/s-1")).await;
        browser.click(".actions [data-key=n]").await;
        browser
            .reads(".actions [data-key=n]", "You will be told")
            .await;
        browser.hide().await;
        server.finalize("s-1", "completed").await;
        browser.is_titled("✓ FAB_1.pdf – completed").await;
        eventually(
            async || {
                let told = browser.script("return window.told", &[]).await;
                (told == json!(["✓ FAB_1.pdf – completed"])).then_some(())
            },
            async || "one notification".to_owned(),
        )
        .await;
        browser.show().await;
        browser.shows(".fresh-still", "Final").await;
        proxy.stays_silent(Duration::from_secs(3)).await;
        // What has ended has no end to be told of.
        assert_eq!(browser.count(".actions [data-key=n]").await, 0);
    })
    .await;
}

#[tokio::test]
async fn ten_tabs_do_not_hold_ten_waiting_requests() {
    journey(async |browser| {
        let server = Server::start();
        let proxy = Proxy::before(&server).await;
        for number in 0..10 {
            let id = format!("s-{number}");
            server.begin(&id, "FAB_1.pdf").await;
            browser
                .open_in_new_tab(&proxy.url(&format!("/sessions/{id}")))
                .await;
            browser.reads("h1", "FAB_1.pdf").await;
            // Only so does a tab go on when another is in front of it.
            browser.click(".actions [data-key=n]").await;
        }
        // Each has asked again, waiting or not, after its first answer.
        eventually(
            async || {
                let asked = (0..10).all(|number| {
                    let path = format!("/s-{number}/status");
                    let requests = proxy.status_requests().into_iter();
                    requests.filter(|r| r.path.ends_with(&path)).count() >= 2
                });
                asked.then_some(())
            },
            async || "every tab asks".to_owned(),
        )
        .await;
        let waiting = proxy
            .status_requests()
            .into_iter()
            .filter(|request| request.answered.is_none())
            .count();
        assert!(waiting <= 4, "{waiting} requests wait");
    })
    .await;
}

/// Writes down what the viewer is notified of.
const NOTE_NOTIFICATIONS: &str = "
    window.told = [];
    window.Notification = class extends Notification {
        constructor(title, options) { super(title, options); told.push(title); }
    };";

async fn icon(browser: &Browser) -> String {
    let icon = "return document.querySelector('link[rel=icon]').href";
    let icon = browser.script(icon, &[]).await;
    icon.as_str().unwrap().to_owned()
}

//! The server goes, and comes back, while the page is open.

use serde_json::json;

use crate::support::{Browser, Proxy, Server, journey};

#[tokio::test]
async fn the_page_outlives_a_stopped_server() {
    journey(async |browser| {
        outlives(browser, Server::stop).await;
    })
    .await;
}

#[tokio::test]
async fn the_page_outlives_a_killed_server() {
    journey(async |browser| {
        outlives(browser, Server::kill).await;
    })
    .await;
}

async fn outlives(browser: &Browser, end: impl FnOnce(&mut Server)) {
    let mut server = Server::start();
    server.begin("s-1", "FAB_1.pdf").await;
    let running = json!({"status": "in-progress", "activity": "Before"});
    server.report("s-1", "pdfAdapter", running).await;
    browser.open(&server.url("/sessions/s-1")).await;
    browser.shows("[data-agent=pdfAdapter]", "Before").await;
    browser.shows(".fresh-live", "Live").await;

    end(&mut server);
    let gone = browser
        .text_when(".fresh-gone", "is there", |text| !text.is_empty())
        .await;
    assert!(gone.starts_with("Disconnected since "), "{gone}");
    assert!(gone.contains(" · as of "), "{gone}");
    browser.shows(".fresh-gone", "next try in ").await;
    browser.shows(".fresh-gone", "Check again").await;
    let kept = [
        browser.text("h1").await,
        browser.text("[data-agent=pdfAdapter] .word").await,
    ];
    assert_eq!(kept, ["FAB_1.pdf", "Running"], "what is known stays");

    server.start_again();
    browser.shows(".fresh-live", "Live").await;
    // It waits again: a change is on the page without anybody asking for it.
    server
        .report(
            "s-1",
            "pdfAdapter",
            json!({"status": "success", "activity": "After"}),
        )
        .await;
    browser.shows("[data-agent=pdfAdapter]", "After").await;
    browser.reads("[data-agent=pdfAdapter] .word", "Done").await;
}

#[tokio::test]
async fn a_page_opened_while_the_server_is_down_says_so_and_fills_itself() {
    journey(async |browser| {
        let mut server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        browser.open(&server.url("/nowhere")).await;
        browser.reads(".message h1", "No such page").await;
        server.stop();
        // Within the page: a server that is down can't bring a page.
        browser.click(".message .button").await;
        browser
            .reads(".message h1", "The server can't be reached")
            .await;
        browser
            .shows(
                ".message p",
                "It may be restarting, or the network is down.",
            )
            .await;
        server.start_again();
        browser.shows("tbody", "FAB_1.pdf").await;
        assert_eq!(browser.count(".message").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_open_page_outlives_the_release_that_it_is_of() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        server.begin("s-2", "FAB_2.pdf").await;
        let proxy = Proxy::before(&server).await;
        browser.open(&proxy.url("/sessions/s-1")).await;
        browser.shows(".fresh-live", "Live").await;
        proxy.when_waiting().await;
        proxy.release();

        let running = json!({"status": "in-progress", "activity": "After"});
        server.report("s-1", "pdfAdapter", running).await;
        browser.shows("[data-agent=pdfAdapter]", "After").await;
        browser.shows(".fresh-live", "Live").await;
        // All of the portal's pages are in the program that runs already.
        browser.click(".bar-name").await;
        browser.shows("tbody", "FAB_2.pdf").await;
        browser.click("tbody a[href$='s-2']").await;
        browser.reads("h1", "FAB_2.pdf").await;
        browser.shows(".fresh-live", "Live").await;
    })
    .await;
}

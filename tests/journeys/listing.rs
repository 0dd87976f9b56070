//! The list: what it is narrowed to, its pages, and that it stays still under the pointer.

use serde_json::json;

use crate::support::{Browser, Server, eventually, journey};

const ROWS: &str = "tbody .row-link";

#[tokio::test]
async fn filters_and_pages_stand_in_the_address() {
    journey(async |browser| {
        let server = Server::start();
        for number in 0..53 {
            server
                .begin(&format!("s-{number}"), &format!("FAB_{number}.pdf"))
                .await;
        }
        for number in [3, 7] {
            server.finalize(&format!("s-{number}"), "failed").await;
        }
        browser.open(&server.url("/")).await;
        has_rows(browser, 50).await;

        browser.click(".pages a[data-key=n]").await;
        has_rows(browser, 3).await;
        let second_page = browser.path().await;
        assert!(second_page.starts_with("/?cursor="), "{second_page}");
        browser.back().await;
        has_rows(browser, 50).await;
        browser.is_at("/").await;
        browser.open(&server.url(&second_page)).await;
        has_rows(browser, 3).await;
        browser.click(".pages a[data-key=b]").await;
        browser.is_at("/").await;

        browser.choose("State", "Failed").await;
        browser.is_at("/?status=failed").await;
        browser.reads("h2", "Failed sessions").await;
        has_rows(browser, 2).await;
        let failed = browser.texts(ROWS).await;
        assert_eq!(failed, ["FAB_7.pdf", "FAB_3.pdf"]);
        browser.choose("Source", "Counterparty").await;
        browser.is_at("/?status=failed&source=COUNTERPARTY").await;
        browser.reads(".message h1", "Nothing found").await;
        browser.back().await;
        has_rows(browser, 2).await;
        browser.choose("Started", "Last hour").await;
        browser.shows("select[aria-label=Started]", "Since ").await;
        has_rows(browser, 2).await;
        let path = browser.path().await;
        assert!(path.starts_with("/?status=failed&since=2"), "{path}");
        browser.reload().await;
        has_rows(browser, 2).await;
        browser.reads("h2", "Failed sessions").await;
    })
    .await;
}

#[tokio::test]
async fn a_list_that_is_pointed_at_stays_where_it_is() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        server.begin("s-2", "FAB_2.pdf").await;
        browser.open(&server.url("/")).await;
        has_rows(browser, 2).await;

        browser.point_at("tbody tr:first-child").await;
        server.begin("s-3", "FAB_3.pdf").await;
        browser.shows(".sessions-top .button", "Show 1 more").await;
        assert_eq!(browser.texts(ROWS).await, ["FAB_2.pdf", "FAB_1.pdf"]);
        // What the rows say is current all the same.
        server
            .report("s-1", "pdfAdapter", json!({"status": "in-progress"}))
            .await;
        browser
            .reads("tbody tr:last-child .state", "Processing")
            .await;
        browser.point_at("h2").await;
        has_rows(browser, 3).await;
        assert_eq!(browser.text(ROWS).await, "FAB_3.pdf");
    })
    .await;
}

#[tokio::test]
async fn sessions_that_were_looked_at_are_offered_again() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        browser.open(&server.url("/")).await;
        has_rows(browser, 1).await;
        assert_eq!(browser.count(".seen").await, 0);
        browser.click(ROWS).await;
        browser.reads("h1", "FAB_1.pdf").await;
        browser.click(".bar-name").await;
        browser.reads(".seen li a", "FAB_1.pdf").await;
        browser.click(".seen li a").await;
        browser.is_at("/sessions/s-1").await;
    })
    .await;
}

async fn has_rows(browser: &Browser, count: usize) {
    eventually(
        async || (browser.count(ROWS).await == count).then_some(()),
        async || format!("{count} rows; there are {}", browser.count(ROWS).await),
    )
    .await;
}

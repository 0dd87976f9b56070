//! The keyboard does it all.

use serde_json::json;

use crate::support::{Server, journey};

#[tokio::test]
async fn keys_walk_the_list_and_are_listed() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        server.begin("s-2", "FAB_2.pdf").await;
        browser.open(&server.url("/")).await;
        browser.shows("tbody tr:last-child", "FAB_1.pdf").await;

        browser.type_key("?").await;
        browser
            .shows(".keys:popover-open", "Next row or agent")
            .await;
        browser.type_key("?").await;
        assert_eq!(browser.count(".keys:popover-open").await, 0);

        browser.type_key("j").await;
        browser.type_key("j").await;
        browser.type_key("\n").await;
        browser.is_at("/sessions/s-1").await;
        browser.reads("h1", "FAB_1.pdf").await;
        browser
            .shows("[data-agent=tradeExtraction]", "Trade extraction")
            .await;
        // From agent to agent, and its place is marked.
        browser.type_key("j").await;
        browser.type_key("j").await;
        browser.type_key("\n").await;
        browser.is_at("/sessions/s-1?agent=tradeExtraction").await;
        browser.type_key("h").await;
        browser.is_at("/").await;
        browser.type_key("/").await;
        // What is typed into a field is text.
        browser.type_key("h").await;
        browser.type_key("?").await;
        let typed = "return document.activeElement.value";
        assert_eq!(browser.script(typed, &[]).await, json!("h?"));
        assert_eq!(browser.count(".keys:popover-open").await, 0);
    })
    .await;
}

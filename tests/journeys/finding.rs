//! The search box, and the list of sessions.

use serde_json::json;

use crate::support::{Browser, Server, journey};

const BOX: &str = ".find input";

#[tokio::test]
async fn any_id_finds_its_session() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("session-f2bf659", "FAB_26933659.pdf").await;
        server.begin("session-a1", "FAB_111.pdf").await;
        server.begin("session-a2", "FAB_112.pdf").await;
        browser.open(&server.url("/")).await;

        let all = server.url("/sessions/session-f2bf659?from=mail#top");
        for found in [
            "session-f2bf659",
            "session-f",
            "FAB_26933659.pdf",
            "FAB_2",
            "corr_session-f2bf659",
            "  session-f2bf659 \u{a0}",
            &format!("  {all}  "),
            &format!("<{all}>"),
            "\u{201e}FAB_26933659.pdf\u{201c}",
        ] {
            finds(browser, found).await;
        }
    })
    .await;
}

async fn finds(browser: &Browser, text: &str) {
    browser.fill(BOX, &format!("{text}\n")).await;
    browser.is_at("/sessions/session-f2bf659").await;
    browser.reads("h1", "FAB_26933659.pdf").await;
    // Back leads to where it was searched, not to the list of one that would lead here again.
    browser.back().await;
    browser.is_at("/").await;
    browser.reads("h2", "Recent sessions").await;
}

#[tokio::test]
async fn several_hits_are_listed_and_none_is_said() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("session-a1", "FAB_111.pdf").await;
        server.begin("session-a2", "FAB_112.pdf").await;
        server.begin("session-b", "FAB_2.pdf").await;
        browser.open(&server.url("/")).await;

        browser.fill(BOX, "FAB_11\n").await;
        browser.is_at("/?q=FAB_11").await;
        browser.reads("h2", "Found for “FAB_11”").await;
        browser.shows("tbody", "FAB_111.pdf").await;
        let mut rows = browser.texts("tbody .row-link").await;
        rows.sort();
        assert_eq!(rows, ["FAB_111.pdf", "FAB_112.pdf"]);
        browser.reload().await;
        browser.shows("tbody", "FAB_112.pdf").await;

        browser.fill(BOX, "fab_11\n").await;
        browser.reads(".message h1", "Nothing found").await;
        browser
            .shows(
                ".message p",
                "starts with “fab_11”. Upper and lower case matter.",
            )
            .await;
        // It could be the id of a session that starts soon.
        browser.click(".message .ways a").await;
        browser.is_at("/sessions/fab_11").await;
        browser.reads(".message h1", "Not there yet").await;

        browser.open(&server.url("/")).await;
        browser.fill(BOX, "https://example.org/elsewhere\n").await;
        browser
            .reads(".find-answer", "This link leads to no session.")
            .await;
        browser.is_at("/").await;
        browser.fill(BOX, &format!("{}\n", "x".repeat(300))).await;
        browser
            .reads(".find-answer", "This is too long for an id.")
            .await;
        browser.fill(BOX, "   \n").await;
        browser.reads(".find-answer", "").await;
        browser.is_at("/").await;
    })
    .await;
}

#[tokio::test]
async fn the_list_keeps_itself_current_and_leads_to_the_session() {
    journey(async |browser| {
        let server = Server::start();
        browser.open(&server.url("/")).await;
        browser.is_titled("Sessions").await;
        browser.shows(".empty", "No sessions yet.").await;

        server.begin("s-1", "FAB_1.pdf").await;
        browser.shows("tbody", "FAB_1.pdf").await;
        browser.reads("tbody .state", "Starting").await;
        server.begin("s-2", "FAB_2.pdf").await;
        browser.shows("tbody tr:first-child", "FAB_2.pdf").await;
        let running = json!({"status": "in-progress", "activity": "Reading page 3"});
        server.report("s-2", "pdfAdapter", running).await;
        browser
            .shows(
                "tbody tr:first-child .row-note",
                "PDF adapter: Reading page 3",
            )
            .await;
        let failed = json!({"status": "error", "error": "No text in it"});
        server.report("s-1", "pdfAdapter", failed).await;
        server.finalize("s-1", "failed").await;
        browser
            .shows("tbody tr:last-child .is-failed", "Failed")
            .await;
        browser
            .shows(
                "tbody tr:last-child .row-note",
                "PDF adapter: No text in it",
            )
            .await;
        let strip = "return [...document.querySelectorAll('tbody tr:last-child .strip svg')]
            .map(mark => mark.getAttribute('class'))";
        let marks = [
            "mark is-failed",
            "mark is-skipped",
            "mark is-skipped",
            "mark is-skipped",
        ];
        assert_eq!(browser.script(strip, &[]).await, json!(marks));

        browser.click("tbody tr:last-child .row-link").await;
        browser.is_at("/sessions/s-1").await;
        browser.reads(".head .state", "Failed").await;
        browser.back().await;
        browser.is_at("/").await;
        browser.shows("tbody tr:first-child", "FAB_2.pdf").await;
    })
    .await;
}

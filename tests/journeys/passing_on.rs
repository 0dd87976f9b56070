//! What is passed on: links to a place, reports, files, paper, and two sessions side by side.

use serde_json::{Value, json};

use crate::support::{Browser, Server, eventually, journey};

#[tokio::test]
async fn a_link_leads_to_its_place() {
    journey(async |browser| {
        let server = Server::start();
        failed_twice(&server).await;
        let place = "/sessions/s-1?agent=tradeExtraction&attempt=2&zone=local";
        browser.set_time_zone("Asia/Kolkata").await;
        browser.open(&server.url(place)).await;
        is_focused(browser, "attempt-tradeExtraction-2").await;
        let marked = "#attempt-tradeExtraction-2.is-focused[aria-current=true]";
        assert_eq!(browser.count(marked).await, 1);
        browser.shows(".summary", "UTC+5:30").await;
        browser.is_at(place).await;

        // Another place, and back.
        browser.click("#agent-pdfAdapter .agent-name a").await;
        browser.is_at("/sessions/s-1?agent=pdfAdapter").await;
        is_focused(browser, "agent-pdfAdapter").await;
        browser.back().await;
        browser.is_at(place).await;
        is_focused(browser, "attempt-tradeExtraction-2").await;

        browser.remember_copies().await;
        browser.type_key("l").await;
        browser.shows(".actions", "Copied").await;
        assert_eq!(browser.copied().await, server.url(place));
    })
    .await;
}

#[tokio::test]
async fn a_report_survives_a_ticket_system() {
    journey(async |browser| {
        let server = Server::start();
        failed_twice(&server).await;
        browser.open(&server.url("/sessions/s-1")).await;
        browser.reads("h1", "FAB_1.pdf").await;
        browser.remember_copies().await;
        browser.type_key("r").await;
        browser.shows(".actions", "Copied").await;
        let report = browser.copied().await;
        assert!(report.is_ascii(), "{report}");
        for line in [
            "FAB_1.pdf: Failed",
            &server.url("/sessions/s-1"),
            "Session       s-1",
            "Correlation   corr_s-1",
            "Tokens        240 (200 in, 40 out), 240 of these on failed attempts",
            "  Attempt 2 of 2: Failed",
            "  Error       HTTP 429: throttled",
            "              Request id 2",
        ] {
            assert!(
                report.lines().any(|l| l == line),
                "{line:?} is missing:\n{report}"
            );
        }
        // The same that the API says.
        browser.click(".menu summary").await;
        browser.click(".menu-items button").await;
        browser.shows(".menu-items", "Copied").await;
        let json: Value = serde_json::from_str(&browser.copied().await).unwrap();
        assert_eq!(json, server.get("/api/workflow/s-1/status").await);
    })
    .await;
}

#[tokio::test]
async fn files_hold_what_the_screen_shows() {
    journey(async |browser| {
        let server = Server::start();
        failed_twice(&server).await;
        browser.open(&server.url("/sessions/s-1")).await;
        browser.reads(".total", "240").await;
        browser.click(".menu summary").await;
        let csv = "a.menu-item[href$='format=csv']";
        let file = browser.file_of(csv).await;
        let session = file.lines().nth(1).unwrap();
        assert!(session.contains(",200,40,240,"), "{file}");

        browser.open(&server.url("/?status=failed")).await;
        browser.shows(".cell-tokens", "240").await;
        let file = browser.file_of(".pages a[href*='format=csv']").await;
        assert_eq!(file.lines().count(), 2, "{file}");
        assert!(file.contains(",200,40,240,"), "{file}");
    })
    .await;
}

#[tokio::test]
async fn paper_says_when_it_was_printed() {
    journey(async |browser| {
        let server = Server::start();
        failed_twice(&server).await;
        browser.open(&server.url("/sessions/s-1")).await;
        browser.reads("h1", "FAB_1.pdf").await;
        let printed = browser.print().await;
        assert!(
            (1..=2).contains(&printed.pages),
            "{} pages of A4",
            printed.pages
        );
        browser
            .shows(".printed", " UTC by this computer’s clock")
            .await;
        let hidden = "return getComputedStyle(document.querySelector('.printed')).display";
        assert_eq!(browser.script(hidden, &[]).await, "none");
    })
    .await;
}

#[tokio::test]
async fn two_sessions_stand_side_by_side() {
    journey(async |browser| {
        let server = Server::start();
        failed_twice(&server).await;
        server.begin("s-2", "FAB_2.pdf").await;
        browser.open(&server.url("/sessions/s-1")).await;
        browser.click(".menu summary").await;
        let pasted = format!("{}\n", server.url("/sessions/s-2"));
        browser.fill(".menu-items input", &pasted).await;
        browser.is_at("/compare?of=s-1&with=s-2").await;
        browser.shows(".compare thead", "s-2").await;
        assert_eq!(browser.texts(".compare thead a").await, ["s-1", "s-2"]);
        let differing = browser.texts(".compare .differs th").await;
        assert!(
            differing.contains(&"≠ Differs: Document".to_owned()),
            "{differing:?}"
        );
        assert!(!differing.iter().any(|d| d.ends_with("Source")));
        // It is kept current.
        server.finalize("s-2", "failed").await;
        browser
            .reads(".compare tbody tr:nth-child(2) td:nth-child(3)", "Failed")
            .await;
        browser.open(&server.url("/compare?of=s-1&with=s-3")).await;
        browser.reads(".message h1", "Not there yet").await;
        browser.open(&server.url("/compare?of=s-1")).await;
        browser.reads(".message h1", "Nothing to compare").await;
    })
    .await;
}

/// A session whose extraction has failed twice.
async fn failed_twice(server: &Server) {
    server.begin("s-1", "FAB_1.pdf").await;
    let attempt = |number: u32| {
        json!({
            "status": "error",
            "startedAt": format!("2026-11-22T12:01:{:02}.000Z", 10 * number),
            "completedAt": format!("2026-11-22T12:01:{:02}.500Z", 10 * number),
            "tokenUsage": {"inputTokens": 100, "outputTokens": 20, "totalTokens": 120},
            "error": format!("HTTP 429: throttled\nRequest id {number}"),
        })
    };
    let failed = json!({
        "status": "error",
        "error": "HTTP 429: throttled\nRequest id 2",
        "attempts": [attempt(1), attempt(2)],
        "tokenUsage": {"inputTokens": 200, "outputTokens": 40, "totalTokens": 240},
    });
    server.report("s-1", "tradeExtraction", failed).await;
    server.finalize("s-1", "failed").await;
}

async fn is_focused(browser: &Browser, id: &str) {
    let active = async || {
        browser
            .script("return document.activeElement.id", &[])
            .await
    };
    eventually(
        async || (active().await == id).then_some(()),
        async || format!("the focus on {id}; it is on {}", active().await),
    )
    .await;
    let seen = "const place = document.activeElement.getBoundingClientRect();
        return place.top >= 0 && place.top < innerHeight";
    assert_eq!(browser.script(seen, &[]).await, true, "it is on the screen");
}

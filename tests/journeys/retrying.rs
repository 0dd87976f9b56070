//! A session fails at the second attempt, watched.

use serde_json::json;

use crate::support::{Browser, Server, journey};

const EXTRACTION: &str = "[data-agent=tradeExtraction]";

const TRACE: &str = "Traceback (most recent call last):\n  File \"extract.py\", line 88, in run\n\
    ThrottlingException: 429 Too Many Requests\n    <retry after 2 s> & try again";

#[tokio::test]
async fn each_failed_attempt_is_told_with_its_whole_error() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-2", "FAB_2.pdf").await;
        browser.open(&server.url("/sessions/s-2")).await;
        let done = json!({"status": "success", "duration": 1.5});
        server.report("s-2", "pdfAdapter", done).await;
        let running = json!({"status": "in-progress"});
        server.report("s-2", "tradeExtraction", running).await;
        browser.is_titled("▶ FAB_2.pdf – trade extraction").await;

        the_first_attempt_fails(browser, &server).await;

        let fatal = json!({"status": "error", "error": TRACE, "errorType": "ModelError"});
        server.report("s-2", "tradeExtraction", fatal).await;
        server.finalize("s-2", "failed").await;
        browser.reads(".head .state", "Failed").await;
        browser.is_titled("✕ FAB_2.pdf – failed").await;
        browser.shows(".fresh", "Final").await;
        let titles = browser.texts(".attempt-title").await;
        assert!(titles[0].starts_with("Attempt 1 failed after "));
        assert!(titles[1].starts_with("Attempt 2 failed after "));
        let error = "return document.querySelector('.failure > pre').innerText";
        let error = browser.script(error, &[]).await;
        assert_eq!(error, TRACE, "whole, line by line");
        let copy = browser.texts(".failure .button").await;
        assert_eq!(copy, ["Copy error", "Copy error"]);
        let lanes = browser.lanes().await;
        let kinds = lanes[1].kinds();
        assert_eq!(kinds.first(), Some(&"failed"));
        assert_eq!(kinds.last(), Some(&"failed"));
        for agent in ["tradeMatching", "exceptionManagement"] {
            let agent = format!("[data-agent={agent}]");
            browser.shows(&agent, "Skipped").await;
            browser.shows(&agent, "ended without it").await;
        }
    })
    .await;
}

async fn the_first_attempt_fails(browser: &Browser, server: &Server) {
    let error = format!("{TRACE}\n{}", "at line\n".repeat(30));
    let failed = json!({
        "status": "error", "error": error, "errorType": "ThrottlingException",
        "tokenUsage": {"inputTokens": 100, "outputTokens": 0},
    });
    server.report("s-2", "tradeExtraction", failed).await;
    browser.shows(".attempt-title", "Failed after ").await;
    let again = json!({"status": "in-progress", "activity": "Trying again"});
    server.report("s-2", "tradeExtraction", again).await;
    let summary = "Trying again · 2nd attempt · since";
    browser.shows(EXTRACTION, summary).await;
    let title = "Attempt 1 failed after ";
    browser.shows(".attempt-title", title).await;
    let note = "ThrottlingException · ";
    browser.shows(".attempt-note", note).await;
    browser.shows(".attempt-note", " → ").await;
    browser.shows(".attempt-note", "100 tokens").await;
    a_long_error_stays_unfolded(browser, server, &error).await;
}

/// What a viewer has unfolded stays so while the page changes around it.
async fn a_long_error_stays_unfolded(browser: &Browser, server: &Server, error: &str) {
    let more = "Show all of its 34 lines";
    browser.shows(".failure-more", more).await;
    let is_unfolded = "return document.querySelector('.failure details').open";
    assert_eq!(browser.script(is_unfolded, &[]).await, false);
    browser.click(".failure summary").await;
    let report = json!({"status": "in-progress", "activity": "Halfway"});
    server.report("s-2", "tradeExtraction", report).await;
    browser.shows(EXTRACTION, "Halfway").await;
    assert_eq!(browser.script(is_unfolded, &[]).await, true);

    let seen = "return [...document.querySelectorAll('.failure pre')]
        .map(pre => pre.innerText.trimEnd()).join('\\n')";
    let seen = browser.script(seen, &[]).await;
    assert_eq!(seen, error.trim_end());
}

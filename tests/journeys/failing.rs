//! Errors, refusals, and answers that nobody can read.

use std::time::Duration;

use serde_json::json;

use crate::support::{Browser, Proxy, Server, Spoiled, eventually, journey};

const SIGN_IN_PAGE: Spoiled = Spoiled::Body("text/html", "<!doctype html><h1>Sign in</h1>");
const CUT: Spoiled = Spoiled::Body(
    "application/json",
    "{\"sessionId\": \"s-1\", \"agents\": {\"pdf",
);
const OTHER: Spoiled = Spoiled::Body("application/json", "{\"detail\": \"Hello\"}");

/// What is spoiled, and the words for it.
const TROUBLES: [(Spoiled, &str, &str); 7] = [
    (
        Spoiled::Error(500, None),
        "The server has a problem",
        "It answered with error 500.",
    ),
    (
        Spoiled::Error(503, None),
        "The status table can't be reached",
        "The server is up and its table is not.",
    ),
    (
        Spoiled::Error(429, Some("1")),
        "Too many requests",
        "The server asked this page to slow down.",
    ),
    (
        SIGN_IN_PAGE,
        "The answer can't be read",
        "A proxy or a sign-in page may stand between.",
    ),
    (
        CUT,
        "The answer can't be read",
        "Something answered, and it is no",
    ),
    (
        OTHER,
        "The answer can't be read",
        "Something answered, and it is no",
    ),
    (
        Spoiled::Broken,
        "The server can't be reached",
        "It may be restarting, or the network is down.",
    ),
];

#[tokio::test]
async fn before_there_is_data_each_trouble_has_its_own_words_and_heals_by_itself() {
    journey(async |browser| {
        let (_server, proxy) = stage().await;
        for (spoiled, title, text) in TROUBLES {
            proxy.spoil(spoiled);
            browser.open(&proxy.url("/sessions/s-1")).await;
            browser.reads(".message h1", title).await;
            browser.shows(".message p", text).await;
            browser.shows(".message .ways", "Check again").await;
            proxy.heal();
            browser.reads("h1", "FAB_1.pdf").await;
            browser.shows(".fresh-live", "Live").await;
        }
    })
    .await;
}

#[tokio::test]
async fn the_list_has_words_for_its_troubles_too() {
    journey(async |browser| {
        let (_server, proxy) = stage().await;
        for (spoiled, title, text) in TROUBLES {
            proxy.spoil(spoiled);
            browser.open(&proxy.url("/")).await;
            browser.reads(".message h1", title).await;
            browser.shows(".message p", text).await;
            proxy.heal();
            browser.shows("tbody", "FAB_1.pdf").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_table_without_an_index_says_which_command_adds_it_and_opens_sessions_by_their_ids() {
    journey(async |browser| {
        let (_server, proxy) = stage().await;
        let no_index = Spoiled::Error(501, None);
        proxy.spoil_at("/api/workflow/recent", no_index.clone());
        browser.open(&proxy.url("/")).await;
        browser
            .reads(".message h1", "This table can't be listed")
            .await;
        for words in [
            "trade-status table deploy --table TABLE",
            "--key processing_id",
            "found by their whole ids",
        ] {
            browser.shows(".message p", words).await;
        }
        browser.fill(".find input", "s-1\n").await;
        browser.is_at("/sessions/s-1").await;
        browser.reads("h1", "FAB_1.pdf").await;
        browser.back().await;
        browser.is_at("/").await;

        proxy.spoil_at("/api/workflow/overview", no_index);
        browser.open(&proxy.url("/wall")).await;
        browser.shows(".alarm", "The table lacks an index").await;
        browser.shows(".alarm", "trade-status table deploy").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_shown_stays_with_its_age_when_answers_turn_bad() {
    journey(async |browser| {
        let (server, proxy) = stage().await;
        browser.open(&proxy.url("/sessions/s-1")).await;
        browser.shows(".fresh-live", "Live").await;
        for (spoiled, activity) in [
            (SIGN_IN_PAGE, "One"),
            (CUT, "Two"),
            (Spoiled::Error(500, None), "Three"),
            (Spoiled::Error(429, Some("1")), "Four"),
        ] {
            let known = browser.text("[data-agent=pdfAdapter] .agent-summary").await;
            proxy.when_waiting().await;
            proxy.spoil(spoiled);
            let report = json!({"status": "in-progress", "activity": activity});
            server.report("s-1", "pdfAdapter", report).await;
            browser.shows(".fresh-gone", "Disconnected since ").await;
            browser.shows(".fresh-gone", " · as of ").await;
            browser.reads("h1", "FAB_1.pdf").await;
            browser
                .reads("[data-agent=pdfAdapter] .agent-summary", &known)
                .await;
            proxy.heal();
            browser
                .shows("[data-agent=pdfAdapter] .agent-summary", activity)
                .await;
            browser.shows(".fresh-live", "Live").await;
        }
    })
    .await;
}

#[tokio::test]
async fn retry_after_is_kept_before_and_after_there_is_data() {
    const RETRY_AFTER: Duration = Duration::from_secs(4);
    journey(async |browser| {
        let (server, proxy) = stage().await;
        let asks_no_sooner = async |asked_before: usize| {
            let requests = proxy.after_status_requests(asked_before + 2).await;
            let (told_at, status) = requests[asked_before].answered.unwrap();
            assert_eq!(status, 503);
            let after = requests[asked_before + 1].at - told_at;
            assert!(after >= RETRY_AFTER, "asked again after {after:?}");
        };

        proxy.spoil(Spoiled::Error(503, Some("4")));
        browser.open(&proxy.url("/sessions/s-1")).await;
        browser
            .reads(".message h1", "The status table can't be reached")
            .await;
        proxy.heal();
        asks_no_sooner(0).await;
        browser.shows(".fresh-live", "Live").await;

        let waiting = proxy.when_waiting().await.len() - 1;
        proxy.spoil(Spoiled::Error(503, Some("4")));
        server
            .report("s-1", "pdfAdapter", json!({"status": "success"}))
            .await;
        let refused = || proxy.status_requests()[waiting].answered;
        eventually(
            async || refused(),
            async || "the waiting request is refused".to_owned(),
        )
        .await;
        proxy.heal();
        asks_no_sooner(waiting).await;
        browser.shows(".fresh-live", "Live").await;
    })
    .await;
}

#[tokio::test]
async fn a_refusal_is_said_and_ends_the_asking_until_the_viewer_wants_it() {
    journey(async |browser| {
        let (_server, proxy) = stage().await;
        for (status, title, text) in [
            (401, "Not signed in", "After signing in you are back here."),
            (403, "No access", "Ask whoever runs this portal for access."),
        ] {
            proxy.spoil(Spoiled::Error(status, None));
            browser.open(&proxy.url("/sessions/s-1")).await;
            browser.reads(".message h1", title).await;
            browser.shows(".message p", text).await;
            proxy.stays_silent(Duration::from_secs(2)).await;
            check_again(browser, &proxy, ".message button", title).await;
            proxy.heal();
            browser.click(".message button").await;
            browser.reads("h1", "FAB_1.pdf").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_refusal_leaves_what_is_shown() {
    journey(async |browser| {
        let (server, proxy) = stage().await;
        browser.open(&proxy.url("/sessions/s-1")).await;
        browser.shows(".fresh-live", "Live").await;
        proxy.when_waiting().await;
        proxy.spoil(Spoiled::Error(401, None));
        server
            .report("s-1", "pdfAdapter", json!({"status": "in-progress"}))
            .await;
        let said = browser
            .text_when(".fresh-gone", "is there", |text| !text.is_empty())
            .await;
        assert!(
            said.starts_with("Your sign-in or link has ended · as of "),
            "{said}"
        );
        browser.reads("h1", "FAB_1.pdf").await;
        proxy.stays_silent(Duration::from_secs(2)).await;
        browser.let_pass(Duration::from_hours(1)).await;
        proxy.stays_silent(Duration::from_millis(200)).await;
    })
    .await;
}

/// One click, one request, the same refusal.
async fn check_again(browser: &Browser, proxy: &Proxy, button: &str, title: &str) {
    let asked = proxy.status_requests().len();
    browser.click(button).await;
    proxy.after_status_requests(asked + 1).await;
    browser.reads(".message h1", title).await;
    proxy.stays_silent(Duration::from_millis(500)).await;
    assert_eq!(proxy.status_requests().len(), asked + 1);
}

async fn stage() -> (Server, Proxy) {
    let server = Server::start();
    server.begin("s-1", "FAB_1.pdf").await;
    let proxy = Proxy::before(&server).await;
    (server, proxy)
}

//! The wall display: what it shows, how it heals, what it loads.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    Browser, Server, busy_wall::BusyWall, eventually, journey, server::now, static_host::StaticHost,
};

const SECOND: Duration = Duration::from_secs(1);

/// The titles and states of the tiles, in order.
async fn tiles(browser: &Browser) -> Vec<(String, String)> {
    let titles = browser.texts(".tile:not([hidden]) .tile-title").await;
    let words = browser.texts(".tile:not([hidden]) .tile-word").await;
    titles.into_iter().zip(words).collect()
}

async fn has_tiles(browser: &Browser, expected: &[(&str, &str)]) {
    let own = |(title, word): &(&str, &str)| ((*title).to_owned(), (*word).to_owned());
    let expected: Vec<_> = expected.iter().map(own).collect();
    eventually(
        async || (tiles(browser).await == expected).then_some(()),
        async || format!("the tiles {expected:?}: {:?}", tiles(browser).await),
    )
    .await;
}

async fn count_reads(browser: &Browser, name: &str, value: &str) {
    let value_of = format!("[data-count={name}] .count-value");
    browser.reads(&value_of, value).await;
}

async fn fail(server: &Server, id: &str) {
    let error = json!({"status": "error", "error": "no counterparty record for 381315"});
    server.report(id, "tradeMatching", error).await;
    server.finalize(id, "failed").await;
}

#[tokio::test]
async fn what_runs_has_failed_and_is_done_the_worst_first() {
    journey(async |browser| {
        let server = Server::start();
        browser.open(&server.url("/wall")).await;
        browser.reads(".empty b", "Nothing in the last hour").await;
        count_reads(browser, "running", "0").await;

        server.import(&[silent_for_an_hour()]).await;
        for id in ["run", "failed", "done"] {
            server.begin(id, &format!("FAB_{id}")).await;
        }
        let running = json!({"status": "in-progress", "activity": "Reading page 3"});
        server.report("run", "pdfAdapter", running).await;
        server
            .report("done", "pdfAdapter", json!({"status": "success"}))
            .await;
        server.finalize("done", "completed").await;
        fail(&server, "failed").await;

        let expected = [
            ("FAB_failed", "Failed"),
            ("FAB_stuck", "No news"),
            ("FAB_run", "Running"),
            ("FAB_done", "Completed"),
        ];
        has_tiles(browser, &expected).await;
        for name in ["running", "failed", "stuck", "completed"] {
            count_reads(browser, name, "1").await;
        }
        let why = browser.texts(".tile:not([hidden]) .tile-why").await;
        assert_eq!(why[0], "Trade matching: no counterparty record for 381315");
        assert_eq!(why[2], "Reading page 3");
        assert_eq!(browser.count(".tile:not([hidden]) .strip .mark").await, 16);
        browser.shows(".age-live", "as of ").await;

        // A failure that happens now comes to the front.
        server.begin("new", "FAB_new").await;
        fail(&server, "new").await;
        browser.reads(".tile-title", "FAB_new").await;
        count_reads(browser, "failed", "2").await;

        // A tile leads to its session, and the session's page to the wall.
        browser.click(".tile-link").await;
        browser.is_at("/sessions/new").await;
        browser.reads("h1", "FAB_new").await;
        browser.click(".bar a[href='/wall']").await;
        browser.reads(".tile-title", "FAB_new").await;
    })
    .await;
}

/// An item of which nothing was heard for long.
fn silent_for_an_hour() -> Value {
    let long_ago = status_model::Seconds::from_secs(3600);
    let time = now().before(long_ago).to_string();
    json!({"Item": {
        "sessionId": {"S": "stuck"}, "documentId": {"S": "FAB_stuck"},
        "sourceType": {"S": "COUNTERPARTY"}, "overallStatus": {"S": "processing"},
        "createdAt": {"S": time}, "lastUpdated": {"S": time},
        "pdfAdapter": {"M": {"status": {"S": "in-progress"}, "startedAt": {"S": time}}},
    }})
}

#[tokio::test]
async fn it_outlives_a_server_and_says_how_old_the_data_is() {
    journey(async |browser| {
        let mut server = Server::start();
        server.begin("s-1", "FAB_1").await;
        browser.open(&server.url("/wall")).await;
        has_tiles(browser, &[("FAB_1", "Running")]).await;
        assert_eq!(browser.count(".alarm").await, 0);

        server.kill();
        browser.shows(".alarm-gone b", "Disconnected since ").await;
        browser.shows(".alarm-text", "The data is ").await;
        has_tiles(browser, &[("FAB_1", "Running")]).await;
        count_reads(browser, "running", "1").await;
        // The program lives, whatever the server does.
        let beat = async || {
            browser
                .script("return document.querySelector('.life').dataset.beat", &[])
                .await
        };
        let before = beat().await;
        eventually(
            async || (beat().await != before).then_some(()),
            async || "the mark goes round".to_owned(),
        )
        .await;

        server.start_again();
        browser.shows(".age-live", "as of ").await;
        assert_eq!(browser.count(".alarm").await, 0);
        server.begin("s-2", "FAB_2").await;
        has_tiles(browser, &[("FAB_1", "Running"), ("FAB_2", "Running")]).await;
    })
    .await;
}

#[tokio::test]
async fn its_settings_stand_in_its_address() {
    journey(async |browser| {
        let server = Server::start();
        server.import(&[silent_for_an_hour()]).await;
        server.begin("s-1", "FAB_1").await;
        browser.set_time_zone("Asia/Kolkata").await;
        let path = "/wall?source=bank&rows=2&zone=local&sound=on&color=red";
        browser.open(&server.url(path)).await;
        has_tiles(browser, &[("FAB_1", "Running")]).await;
        count_reads(browser, "stuck", "0").await;
        browser.reads(".scope", "UTC+5:30 · bank documents").await;
        browser
            .shows(".note-problem", "Setting color: there are source, rows")
            .await;
        let rows = "return getComputedStyle(document.querySelector('.tiles')).gridTemplateRows.split(' ').length";
        assert_eq!(browser.script(rows, &[]).await, 2);

        browser.open(&server.url("/wall?source=counterparty")).await;
        has_tiles(browser, &[("FAB_stuck", "No news")]).await;
        browser.reads(".scope", "UTC · counterparty documents").await;
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_has_its_turn() {
    journey(async |browser| {
        let wall = BusyWall::start().await;
        browser.stop_clocks().await;
        browser.open(&wall.url("/wall?rows=1")).await;
        browser.shows(".page-number", "Page 1 of ").await;
        let first = tiles(browser).await;
        assert!(first.iter().all(|(_, word)| word == "Failed"), "{first:?}");
        // A new failure may begin the turns anew.
        eventually(
            async || {
                browser.lapse(Duration::from_secs(5), SECOND).await;
                let page = browser.text(".page-number").await;
                page.starts_with("Page 2 of ").then_some(())
            },
            async || browser.text(".page-number").await,
        )
        .await;
        assert_ne!(tiles(browser).await, first);
    })
    .await;
}

#[tokio::test]
async fn a_new_release_is_loaded_once_nothing_runs() {
    journey(async |browser| {
        let wall = BusyWall::start().await;
        browser.stop_clocks().await;
        browser.open(&wall.url("/wall")).await;
        browser.shows(".tiles", "FAB_").await;
        browser.script("window.isOld = true", &[]).await;
        let is_old = async || browser.script("return window.isOld === true", &[]).await == true;

        browser.lapse(Duration::from_mins(25), 10 * SECOND).await;
        assert_eq!(browser.count(".release").await, 0, "there is none yet");
        wall.release();
        browser.lapse(Duration::from_mins(25), 10 * SECOND).await;
        browser.shows(".release", "loads once nothing runs").await;
        assert!(is_old().await);

        wall.calm_down();
        // Not waited for: the page goes in the middle of it.
        browser.script("window.letPass(180_000)", &[]).await;
        eventually(
            async || (!is_old().await).then_some(()),
            async || "it has loaded the new release".to_owned(),
        )
        .await;
        browser.shows(".tiles", "FAB_").await;
        assert_eq!(browser.count(".release").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_host_that_answers_every_address_with_the_portal_has_the_wall_too() {
    journey(async |browser| {
        let mut host = StaticHost::bind().await;
        let server = Server::allowing(host.origin());
        host.serve(&server.origin());
        server.begin("s-1", "FAB_1").await;
        browser.open(&host.url("/wall?source=bank")).await;
        browser.is_at("/wall.html?source=bank").await;
        has_tiles(browser, &[("FAB_1", "Running")]).await;
    })
    .await;
}

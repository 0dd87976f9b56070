//! Zones, and a viewer's clock that is wrong.

use serde_json::json;

use crate::support::{Browser, Server, journey};

#[tokio::test]
async fn times_are_in_utc_unless_the_viewer_wants_the_local_zone() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        // It has no summer time, and is half an hour off all others.
        browser.set_time_zone("Asia/Kolkata").await;
        browser.open(&server.url("/sessions/s-1")).await;
        browser.reads("h1", "FAB_1.pdf").await;
        let session = server.get("/api/workflow/s-1/status").await;
        let created = session["createdAt"].as_str().unwrap();
        let (clock, minutes) = (&created[11..19], minutes(&created[11..16]));
        started(browser, clock, "UTC").await;
        let pressed = ".zone [aria-pressed=true]";
        browser.reads(pressed, "UTC").await;

        browser.click(".zone button:first-child").await;
        browser.reads(pressed, "Local").await;
        let local = (minutes + 330) % (24 * 60);
        let local = format!("{:02}:{:02}{}", local / 60, local % 60, &created[16..19]);
        started(browser, &local, "UTC+5:30").await;
        browser.shows(".fresh", "UTC+5:30").await;
        browser.shows(".facts", " UTC+5:30").await;

        // The choice is kept, and holds for the list too.
        browser.reload().await;
        started(browser, &local, "UTC+5:30").await;
        browser.click(".bar-name").await;
        browser.shows("thead", "Started (UTC+5:30)").await;
        browser.shows(".cell-started", &local).await;
        browser.click(".zone button:nth-child(2)").await;
        browser.shows("thead", "Started (UTC)").await;
        browser.shows(".cell-started", clock).await;
    })
    .await;
}

async fn started(browser: &Browser, clock: &str, zone: &str) {
    // Around midnight with the date in front of it.
    let text = format!("{clock} {zone}");
    browser
        .text_when(
            ".summary",
            &format!("says that it started at {text}"),
            |summary| {
                let started = summary.split_once("Started ");
                started.is_some_and(|(_, started)| started.contains(&text))
            },
        )
        .await;
}

fn minutes(clock: &str) -> u32 {
    let (hours, minutes) = clock.split_once(':').unwrap();
    hours.parse::<u32>().unwrap() * 60 + minutes.parse::<u32>().unwrap()
}

#[tokio::test]
async fn a_viewers_clock_that_is_an_hour_fast_changes_nothing() {
    with_a_clock_that_is_off_by(3_600_000).await;
}

#[tokio::test]
async fn a_viewers_clock_that_is_an_hour_slow_changes_nothing() {
    with_a_clock_that_is_off_by(-3_600_000).await;
}

async fn with_a_clock_that_is_off_by(millis: i64) {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-1", "FAB_1.pdf").await;
        server
            .report("s-1", "pdfAdapter", json!({"status": "in-progress"}))
            .await;
        let off = format!("const now = Date.now; Date.now = () => now.call(Date) + ({millis});");
        browser.before_each_page(&off).await;
        browser.open(&server.url("/sessions/s-1")).await;

        // It runs for seconds, not for an hour and not for nothing.
        let elapsed = browser
            .text_when(".lane-duration", "has ticked", |text| {
                let seconds = text.strip_suffix(" s").and_then(|s| s.parse::<u32>().ok());
                seconds.is_some_and(|seconds| (2..60).contains(&seconds))
            })
            .await;
        browser.shows(".summary", "Running for ").await;
        let summary = browser.text(".summary").await;
        assert!(!summary.contains(" m "), "{elapsed}: {summary}");
        let session = server.get("/api/workflow/s-1/status").await;
        let created = minutes(&session["createdAt"].as_str().unwrap()[11..16]);
        let freshness = browser.text(".fresh-live").await;
        assert!(freshness.starts_with("Live · as of "), "{freshness}");
        // Around midnight with the date in front of it.
        let colon = freshness.find(':').unwrap();
        let as_of = minutes(&freshness[colon - 2..colon + 3]);
        let day = 24 * 60;
        assert!((as_of + day - created) % day < 10, "{freshness}: {created}");

        server
            .report("s-1", "pdfAdapter", json!({"status": "success"}))
            .await;
        browser.reads("[data-agent=pdfAdapter] .word", "Done").await;
        server.finalize("s-1", "completed").await;
        browser
            .shows(".fresh-still", "Final – no longer checking")
            .await;
    })
    .await;
}

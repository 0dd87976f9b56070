//! A session is watched from its start to its end.

use std::time::Duration;

use serde_json::json;

use crate::support::{Browser, Proxy, Server, journey, page::Lane};

const WAITING: [(&str, &str); 4] = [
    ("PDF adapter: Waiting,", "waiting"),
    ("Trade extraction: Waiting,", "waiting"),
    ("Trade matching: Waiting,", "waiting"),
    ("Exception management: Waiting,", "if needed"),
];

#[expect(clippy::too_many_lines, reason = "one journey, step by step")]
#[tokio::test]
async fn from_start_to_completed() {
    journey(async |browser| {
        let server = Server::start();
        let proxy = Proxy::before(&server).await;
        server.begin("s-1", "FAB_26933659.pdf").await;

        browser.write_requests_down().await;
        browser.open(&proxy.url("/sessions/s-1")).await;
        browser.reads("h1", "FAB_26933659.pdf").await;
        browser.reads(".head .state", "Starting").await;
        browser.reads(".head .tag", "BANK").await;
        browser.shows(".summary", "Running for").await;
        browser.shows(".summary", "no tokens reported yet").await;
        browser.shows(".fresh-live", "Live · as of").await;
        browser.is_titled("○ FAB_26933659.pdf – starting").await;
        let texts = browser.lane_texts().await;
        let waiting = WAITING.map(|(name, duration)| (name.to_owned(), duration.to_owned()));
        assert_eq!(texts, waiting);

        server
            .report(
                "s-1",
                "pdfAdapter",
                json!({"status": "in-progress", "activity": "Reading page 3"}),
            )
            .await;
        browser.reads(".head .state", "Processing").await;
        browser.is_titled("▶ FAB_26933659.pdf – PDF adapter").await;
        browser
            .shows("[data-agent=pdfAdapter]", "Reading page 3 · since")
            .await;
        browser
            .shows("[data-agent=pdfAdapter]", "tokens not reported yet")
            .await;
        its_time_goes_on(browser, 0).await;

        let usage = json!({"inputTokens": 13_212, "outputTokens": 957, "totalTokens": 14_169});
        let done = json!({
            "status": "success", "activity": "Text extraction complete", "tokenUsage": usage,
        });
        server.report("s-1", "pdfAdapter", done).await;
        browser.reads("[data-agent=pdfAdapter] .word", "Done").await;
        browser
            .reads("[data-agent=pdfAdapter] .agent-tokens", "14,169 tokens")
            .await;
        browser.shows(".summary", "14,169 tokens so far").await;
        browser.reads(".total", "14,169").await;
        let [pdf, ..] = lanes(browser).await;
        assert_eq!(
            (pdf.name.as_str(), pdf.kinds()),
            ("PDF adapter: Done,", vec!["done"])
        );
        assert!(pdf.duration.ends_with(" s"), "{}", pdf.duration);

        server
            .report("s-1", "tradeExtraction", json!({"status": "in-progress"}))
            .await;
        browser
            .is_titled("▶ FAB_26933659.pdf – trade extraction")
            .await;
        let usage = json!({"inputTokens": 1523, "outputTokens": 411});
        server
            .report(
                "s-1",
                "tradeExtraction",
                json!({"status": "success", "tokenUsage": usage}),
            )
            .await;
        let matched = json!({
            "status": "success", "activity": "Trades match", "duration": 17.03,
            "matchClassification": "MATCHED", "confidenceScore": 92,
        });
        server.report("s-1", "tradeMatching", matched).await;
        browser
            .shows(
                "[data-agent=tradeMatching]",
                "Matched, confidence 92 of 100",
            )
            .await;
        browser.shows("[data-agent=tradeMatching]", "17.03 s").await;
        let before_the_end = proxy.when_waiting().await;

        server.finalize("s-1", "completed").await;
        browser.reads(".head .state", "Completed").await;
        browser.shows(".summary", "Took").await;
        browser
            .shows(".fresh-still", "Final – no longer checking · as of")
            .await;
        browser.is_titled("✓ FAB_26933659.pdf – completed").await;
        browser
            .reads("[data-agent=exceptionManagement] .word", "Skipped")
            .await;
        // Trade matching has not said what it used.
        browser
            .shows(".summary", "16,103 tokens, not all reported")
            .await;
        browser
            .shows("aside", "Not all reported: Trade matching")
            .await;
        let [.., exception] = lanes(browser).await;
        assert_eq!(exception.duration, "not needed");
        assert!(exception.bars.is_empty());

        asked_as_agreed(browser, &proxy, before_the_end.len()).await;
        proxy.stays_silent(Duration::from_secs(3)).await;
        browser.let_pass(Duration::from_hours(1)).await;
        proxy.stays_silent(Duration::from_millis(100)).await;
    })
    .await;
}

/// The running agent's bar and its time grow without anything being asked.
async fn its_time_goes_on(browser: &Browser, lane: usize) {
    let seen = async || lanes(browser).await[lane].clone();
    let is_running = async || {
        let lane = seen().await;
        (lane.kinds() == ["running"] && lane.bars[0].width > 0.0).then_some(lane)
    };
    let describe = async || format!("lane {lane} runs: {:?}", seen().await);
    let before = crate::support::eventually(is_running, describe).await;
    let goes_on = async || {
        let after = seen().await;
        (after.duration != before.duration
            && (after.bars[0].width - before.bars[0].width).abs() > 0.0)
            .then_some(())
    };
    let describe = async || format!("lane {lane} goes on from {before:?}: {:?}", seen().await);
    crate::support::eventually(goes_on, describe).await;
}

/// The first request asks for all, those after it for what changes, and the last, a second after
/// the end, for confirmation.
async fn asked_as_agreed(browser: &Browser, proxy: &Proxy, before_the_end: usize) {
    let requests = proxy.after_status_requests(before_the_end + 1).await;
    let (first, rest) = requests.split_first().unwrap();
    assert_eq!((&first.if_none_match, &first.prefer), (&None, &None));
    assert!(
        rest.iter().all(|request| request.if_none_match.is_some()),
        "{rest:#?}"
    );
    let (confirming, waiting) = rest.split_last().unwrap();
    let wait = Some("wait=25".to_owned());
    assert!(
        waiting.iter().all(|request| request.prefer == wait),
        "{waiting:#?}"
    );
    assert_eq!(confirming.prefer, None);
    assert_eq!(confirming.answered.unwrap().1, 304);
    assert_eq!(
        requests.len(),
        before_the_end + 1,
        "one request confirms the end"
    );

    let (final_at, _) = waiting.last().unwrap().answered.unwrap();
    let after = confirming.at - final_at;
    assert!(
        (900..2500).contains(&after.as_millis()),
        "confirmed after {after:?}"
    );
    for pair in requests.windows(2) {
        let (answered_at, _) = pair[0].answered.unwrap();
        assert!(
            pair[1].at >= answered_at,
            "two requests in flight: {pair:#?}"
        );
    }
    let times = browser.written_times().await;
    // The first is the page's script's, before there is anything that keeps a distance. On a busy
    // machine there is some time from the decision to ask to the asking.
    for pair in times[1..].windows(2) {
        assert!(
            pair[1] - pair[0] > 0.15,
            "less than about 250 ms apart: {times:?}"
        );
    }
    let usual = proxy
        .requests()
        .into_iter()
        .filter(|r| r.path.ends_with("/usual-durations"));
    assert_eq!(usual.count(), 1, "asked for once, while the session ran");
}

async fn lanes(browser: &Browser) -> [Lane; 4] {
    browser.lanes().await.try_into().unwrap()
}

const TRACE: &str = "Traceback (most recent call last):\n  File \"extract.py\", line 88, in run\n\
    ThrottlingException: 429 Too Many Requests\n    <retry after 2 s> & try again";

#[tokio::test]
async fn from_start_to_failed_over_two_attempts() {
    journey(async |browser| {
        let server = Server::start();
        server.begin("s-2", "FAB_2.pdf").await;
        browser.open(&server.url("/sessions/s-2")).await;
        server
            .report(
                "s-2",
                "pdfAdapter",
                json!({"status": "success", "duration": 1.5}),
            )
            .await;
        server
            .report("s-2", "tradeExtraction", json!({"status": "in-progress"}))
            .await;
        browser.is_titled("▶ FAB_2.pdf – trade extraction").await;

        let long = format!("{TRACE}\n{}", "at line\n".repeat(30));
        let failed = json!({
            "status": "error", "error": long, "errorType": "ThrottlingException",
            "tokenUsage": {"inputTokens": 100, "outputTokens": 0},
        });
        server.report("s-2", "tradeExtraction", failed).await;
        browser.shows(".failure", "Failed").await;
        server
            .report(
                "s-2",
                "tradeExtraction",
                json!({"status": "in-progress", "activity": "Trying again"}),
            )
            .await;
        browser
            .shows(
                "[data-agent=tradeExtraction]",
                "Trying again · 2nd attempt · since",
            )
            .await;
        browser
            .shows(".failure-title", "Attempt 1 failed after")
            .await;
        browser
            .shows(".failure-note", "ThrottlingException · ended")
            .await;
        browser.shows(".failure-note", "100 tokens").await;
        a_long_error_stays_unfolded(browser, &server, &long).await;

        let fatal = json!({"status": "error", "error": TRACE, "errorType": "ModelError"});
        server.report("s-2", "tradeExtraction", fatal).await;
        server.finalize("s-2", "failed").await;
        browser.reads(".head .state", "Failed").await;
        browser.is_titled("✕ FAB_2.pdf – failed").await;
        browser.shows(".fresh", "Final").await;
        let titles = browser.texts(".failure-title").await;
        assert!(
            titles[0].starts_with("Attempt 1 failed after"),
            "{titles:?}"
        );
        assert!(
            titles[1].starts_with("Attempt 2 failed after"),
            "{titles:?}"
        );
        let whole = browser.script(
            "return document.querySelectorAll('.failure > pre')[0].innerText",
            &[],
        );
        assert_eq!(
            whole.await,
            TRACE,
            "the error stands there whole, line by line"
        );
        let copy = browser.texts(".failure .button").await;
        assert_eq!(copy, ["Copy error", "Copy error"]);
        let lanes = lanes(browser).await;
        assert_eq!(lanes[1].kinds().last(), Some(&"failed"));
        assert_eq!(lanes[1].kinds().first(), Some(&"failed"));
        for agent in ["tradeMatching", "exceptionManagement"] {
            browser
                .reads(&format!("[data-agent={agent}] .word"), "Skipped")
                .await;
            browser
                .shows(
                    &format!("[data-agent={agent}]"),
                    "the pipeline ended without it",
                )
                .await;
        }
    })
    .await;
}

/// What a viewer has unfolded stays so while the page changes around it.
async fn a_long_error_stays_unfolded(browser: &Browser, server: &Server, error: &str) {
    browser
        .shows(".failure-more", "Show all of its 34 lines")
        .await;
    let unfolded = "return document.querySelector('.failure details').open";
    assert_eq!(browser.script(unfolded, &[]).await, false);
    browser.click(".failure summary").await;
    let report = json!({"status": "in-progress", "activity": "Halfway"});
    server.report("s-2", "tradeExtraction", report).await;
    browser
        .shows("[data-agent=tradeExtraction]", "Halfway")
        .await;
    assert_eq!(browser.script(unfolded, &[]).await, true);
    let seen = "return [...document.querySelectorAll('.failure pre')].map(pre => pre.innerText).join('\\n')";
    let seen = browser.script(seen, &[]).await;
    let lines = |text: &str| {
        text.trim_end()
            .lines()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(seen.as_str().unwrap()), lines(error));
}

//! A session is watched from its start to its end, and all of its requests are counted.

use std::time::Duration;

use serde_json::json;

use crate::support::{Browser, Proxy, Server, eventually, journey, page::Lane};

const WAITING: [(&str, &str); 4] = [
    ("PDF adapter: Waiting,", "waiting"),
    ("Trade extraction: Waiting,", "waiting"),
    ("Trade matching: Waiting,", "waiting"),
    ("Exception management: Waiting,", "if needed"),
];

const PDF: &str = "[data-agent=pdfAdapter]";
const MATCHING: &str = "[data-agent=tradeMatching]";

#[tokio::test]
async fn from_start_to_completed() {
    journey(async |browser| {
        let server = Server::start();
        let proxy = Proxy::before(&server).await;
        server.begin("s-1", "FAB_26933659.pdf").await;
        browser.write_requests_down().await;
        browser.open(&proxy.url("/sessions/s-1")).await;
        nothing_has_begun(browser).await;
        the_first_agent_runs(browser, &server, &proxy).await;
        the_first_agent_is_done(browser, &server).await;
        the_others_follow(browser, &server).await;
        let before_the_end = proxy.when_waiting().await.len();
        server.finalize("s-1", "completed").await;
        all_is_completed(browser).await;

        asked_as_agreed(browser, &proxy, before_the_end).await;
        proxy.stays_silent(Duration::from_secs(3)).await;
        // Checking again stays possible: one request, and silence.
        browser.click(".fresh button").await;
        let requests = proxy.after_status_requests(before_the_end + 2).await;
        assert_eq!(requests.len(), before_the_end + 2);
        browser.shows(".fresh-still", "Final").await;
        browser.let_pass(Duration::from_hours(1)).await;
        assert_eq!(proxy.status_requests().len(), requests.len());
    })
    .await;
}

async fn nothing_has_begun(browser: &Browser) {
    browser.reads("h1", "FAB_26933659.pdf").await;
    browser.reads(".head .state", "Starting").await;
    browser.reads(".head .tag", "BANK").await;
    browser.shows(".summary", "Running for").await;
    browser.shows(".summary", "no tokens reported yet").await;
    browser.shows(".fresh-live", "Live · as of").await;
    browser.is_titled("○ FAB_26933659.pdf – starting").await;
    let waiting = WAITING.map(|(name, duration)| (name.to_owned(), duration.to_owned()));
    assert_eq!(browser.lane_texts().await, waiting);
}

async fn the_first_agent_runs(browser: &Browser, server: &Server, proxy: &Proxy) {
    let running = json!({"status": "in-progress", "activity": "Reading page 3"});
    server.report("s-1", "pdfAdapter", running).await;
    browser.reads(".head .state", "Processing").await;
    browser.is_titled("▶ FAB_26933659.pdf – PDF adapter").await;
    browser.shows(PDF, "Reading page 3 · since").await;
    browser.shows(PDF, "tokens not reported yet").await;

    // Its bar and its time grow without anything being asked.
    let requests = proxy.when_waiting().await.len();
    let seen = async || lanes(browser).await[0].clone();
    let before = eventually(
        async || Some(seen().await).filter(|lane| lane.bars.iter().any(|bar| bar.width > 0.0)),
        async || format!("a bar: {:?}", seen().await),
    )
    .await;
    assert_eq!(before.kinds(), ["running"]);
    eventually(
        async || {
            let after = seen().await;
            (after.duration != before.duration && after.bars != before.bars).then_some(())
        },
        async || format!("it goes on from {before:?}: {:?}", seen().await),
    )
    .await;
    assert_eq!(proxy.status_requests().len(), requests);
}

async fn the_first_agent_is_done(browser: &Browser, server: &Server) {
    let usage = json!({"inputTokens": 13_212, "outputTokens": 957, "totalTokens": 14_169});
    let done = json!({
        "status": "success", "activity": "Text extraction complete", "tokenUsage": usage,
    });
    server.report("s-1", "pdfAdapter", done).await;
    browser.shows(PDF, "PDF adapter Done").await;
    browser.shows(PDF, "14,169 tokens").await;
    browser.shows(".summary", "14,169 tokens so far").await;
    browser.reads(".total", "14,169").await;
    let [pdf, ..] = lanes(browser).await;
    assert_eq!(pdf.name, "PDF adapter: Done,");
    assert_eq!(pdf.kinds(), ["done"]);
    assert!(pdf.duration.ends_with(" s"), "{}", pdf.duration);
}

async fn the_others_follow(browser: &Browser, server: &Server) {
    let running = json!({"status": "in-progress"});
    server.report("s-1", "tradeExtraction", running).await;
    let title = "▶ FAB_26933659.pdf – trade extraction";
    browser.is_titled(title).await;
    let usage = json!({"inputTokens": 1523, "outputTokens": 411});
    let done = json!({"status": "success", "tokenUsage": usage});
    server.report("s-1", "tradeExtraction", done).await;
    let matched = json!({
        "status": "success", "activity": "Trades match", "duration": 17.03,
        "matchClassification": "MATCHED", "confidenceScore": 92,
    });
    server.report("s-1", "tradeMatching", matched).await;
    browser
        .shows(MATCHING, "Matched, confidence 92 of 100")
        .await;
    browser.shows(MATCHING, "17.03 s").await;
}

async fn all_is_completed(browser: &Browser) {
    browser.reads(".head .state", "Completed").await;
    browser.shows(".summary", "Took").await;
    let freshness = "Final – no longer checking · as of";
    browser.shows(".fresh-still", freshness).await;
    browser.is_titled("✓ FAB_26933659.pdf – completed").await;
    // Trade matching has not said what it used.
    let sum = "16,103 tokens, not all reported";
    browser.shows(".summary", sum).await;
    let silent = "Not all reported: Trade matching";
    browser.shows("aside", silent).await;
    let [.., exception] = lanes(browser).await;
    assert_eq!(exception.name, "Exception management: Skipped,");
    assert_eq!(exception.duration, "not needed");
    assert!(exception.bars.is_empty());
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
        (900..4000).contains(&after.as_millis()),
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
    // The first is the page's script's, before there is anything that keeps a distance. From the
    // decision to ask to the asking there is some time, which is the browser's: the 250 ms are kept
    // between decisions (portal-model).
    for pair in times[1..].windows(2) {
        assert!(
            pair[1] - pair[0] > 0.03,
            "one on the heels of the other: {times:?}"
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

//! The same `dist/` on another host, before a status API of another origin.

use std::time::Duration;

use portal_model::poll::Policy;
use serde_json::{Value, json};

use crate::support::{Server, journey, old_backend::OldBackend, static_host::StaticHost};

#[tokio::test]
async fn an_older_backend_is_followed_until_its_session_ends() {
    journey(async |browser| {
        let backend = OldBackend::start().await;
        let mut host = StaticHost::bind().await;
        host.serve(&backend.origin);
        let id = backend.session_id();
        browser.open(&host.url(&format!("/sessions/{id}"))).await;
        browser.reads("h1", &id).await;
        browser
            .reads("[data-agent=tradeExtraction] .word", "Running")
            .await;
        browser
            .shows("[data-agent=pdfAdapter]", "tokens not reported")
            .await;
        browser.shows(".fresh-live", "Live · as of").await;
        // The exact times are measured below, by the page's clock: this machine may be busy.
        let planned = Policy::session().interval;
        // Not the first: it is from the request of a page that has no program yet.
        for (unchanged, gap) in (1..).zip(backend.gaps(1, 5).await) {
            let planned = planned.after(unchanged).as_secs_f64();
            let bounds = planned * 0.8 - 0.05..planned * 1.2 + 3.0;
            assert!(
                bounds.contains(&gap.as_secs_f64()),
                "{planned} s ± 20 %: {gap:?}"
            );
        }

        backend.change(|session| {
            session["agents"]["tradeExtraction"]["activity"] = json!("Nearly there");
        });
        browser
            .shows("[data-agent=tradeExtraction]", "Nearly there")
            .await;
        backend.change(|session| session["overallStatus"] = json!("completed"));
        browser.reads(".head .state", "Completed").await;
        browser
            .shows(".fresh-still", "Final – no longer checking")
            .await;
        let asked = backend.times_asked();
        browser.let_pass(Duration::from_hours(1)).await;
        assert_eq!(backend.times_asked(), asked);
        assert_eq!(
            backend.strange_requests(),
            [""; 0],
            "it is asked for what it knows"
        );
    })
    .await;
}

#[tokio::test]
async fn an_older_backend_is_asked_after_one_to_fifteen_seconds_and_again_one_after_a_change() {
    journey(async |browser| {
        let backend = OldBackend::start().await;
        let mut host = StaticHost::bind().await;
        host.serve(&backend.origin);
        browser.write_requests_down().await;
        let id = backend.session_id();
        browser.open(&host.url(&format!("/sessions/{id}"))).await;
        browser.reads("h1", &id).await;

        for change in ["One", "Two"] {
            // However far it has backed off.
            browser.let_pass(Duration::from_secs(40)).await;
            let asked = browser.written_times().await.len();
            backend
                .change(|session| session["agents"]["tradeExtraction"]["activity"] = json!(change));
            browser.let_pass(Duration::from_mins(10)).await;
            browser.shows("[data-agent=tradeExtraction]", change).await;
            is_backoff(&browser.written_times().await[asked..]);
        }

        let asked = browser.written_times().await.len();
        backend.change(|session| session["overallStatus"] = json!("failed"));
        browser.let_pass(Duration::from_hours(1)).await;
        let times = browser.written_times().await;
        let [seen, confirmed] = times[asked..] else {
            panic!("{:?}", &times[asked..]);
        };
        assert!(
            (confirmed - seen - 1.0).abs() < 0.05,
            "{seen} s, {confirmed} s"
        );
    })
    .await;
}

/// From 1 s growing to 15 s, each ±20 %, to the precision of the browser's timers.
fn is_backoff(times: &[f64]) {
    let gaps: Vec<f64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    let planned = Policy::session().interval;
    assert_eq!(
        (planned.first.millis(), planned.longest.millis()),
        (1000, 15_000)
    );
    assert!(gaps.len() > 35, "{gaps:?}");
    for (unchanged, gap) in (0..).zip(&gaps) {
        let planned = planned.after(unchanged).as_secs_f64();
        let bounds = planned * 0.8 - 0.01..planned * 1.2 + 0.05;
        assert!(
            bounds.contains(gap),
            "gap {unchanged}, {planned} s ± 20 %: {gaps:?}"
        );
    }
    let longest = &gaps[6..];
    let least = longest.iter().copied().fold(f64::INFINITY, f64::min);
    let most = longest.iter().copied().fold(0.0, f64::max);
    assert!(least < 14.0 && most > 16.0, "none of ± 20 %: {longest:?}");
}

#[tokio::test]
async fn the_list_of_an_older_backend_leads_to_its_sessions() {
    journey(async |browser| {
        let backend = OldBackend::start().await;
        let mut host = StaticHost::bind().await;
        host.serve(&backend.origin);
        let id = backend.session_id();
        browser.open(&host.url("/")).await;
        browser.reads("tbody .row-link", &id).await;
        browser.reads("tbody .state", "Processing").await;
        browser.click("tbody .row-link").await;
        browser.is_at(&format!("/sessions/{id}")).await;
        browser
            .reads("[data-agent=tradeExtraction] .word", "Running")
            .await;
    })
    .await;
}

#[tokio::test]
async fn this_server_is_waited_for_from_an_origin_that_it_allows() {
    journey(async |browser| {
        let mut host = StaticHost::bind().await;
        let server = Server::allowing(host.origin());
        host.serve(&server.origin());
        browser.write_requests_down().await;
        server.begin("s-1", "FAB_1.pdf").await;
        browser.open(&host.url("/sessions/s-1")).await;
        browser.reads("h1", "FAB_1.pdf").await;
        browser.shows(".fresh-live", "Live").await;
        for (activity, word) in [
            ("One", "in-progress"),
            ("Two", "in-progress"),
            ("Three", "success"),
        ] {
            let report = json!({"status": word, "activity": activity});
            server.report("s-1", "pdfAdapter", report).await;
            browser.shows("[data-agent=pdfAdapter]", activity).await;
        }
        // The first, one for each change, and the one that waits now.
        let asked = browser.written_times().await;
        assert!(asked.len() <= 5, "it does not wait: {asked:?}");
    })
    .await;
}

#[tokio::test]
async fn an_origin_that_is_not_allowed_gets_nothing_and_is_told_in_plain_words() {
    journey(async |browser| {
        let mut host = StaticHost::bind().await;
        let server = Server::allowing("https://portal.example");
        host.serve(&server.origin());
        server.begin("s-1", "FAB_1.pdf").await;
        browser.open(&host.url("/sessions/s-1")).await;
        browser
            .reads(".message h1", "The server can't be reached")
            .await;
        let said: Value = browser
            .script("return document.body.textContent", &[])
            .await;
        assert!(!said.as_str().unwrap().contains("FAB_1.pdf"));
        // The browser says why on its console, where whoever sets it up looks.
        browser.open("about:blank").await;
        let complaints = browser.complaints().await.join("\n");
        assert!(complaints.contains("CORS policy"), "{complaints}");
    })
    .await;
}

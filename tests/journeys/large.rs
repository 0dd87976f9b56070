//! Sessions with thousands of tries and steps, pauses of hours, what is slow or silent.

use serde_json::{Value, json};
use status_model::{Seconds, Timestamp};

use crate::support::{Browser, Server, journey, server::now};

/// A page has at most so many elements, whatever it shows.
const ELEMENTS: u64 = 2000;

/// A table's item in its typed JSON.
fn typed(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let map: serde_json::Map<_, _> = map
                .iter()
                .map(|(key, value)| (key.clone(), typed(value)))
                .collect();
            json!({ "M": map })
        }
        Value::Array(list) => json!({ "L": list.iter().map(typed).collect::<Vec<_>>() }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        other => json!({ "S": other }),
    }
}

fn item(value: &Value) -> Value {
    typed(value)["M"].take()
}

/// So many seconds ago.
fn ago(seconds: u64) -> Timestamp {
    now().before(Seconds::from_secs(seconds))
}

fn after(start: Timestamp, millis: u64) -> String {
    (start + Seconds::from_millis(millis)).to_string()
}

/// The second agent runs its last try of so many, the first one took as many steps.
fn large(count: u64) -> Value {
    let start = ago(12_000);
    let attempt = |index: u64| {
        let from = 60_000 + index * 2000;
        json!({
            "status": "error", "startedAt": after(start, from),
            "completedAt": after(start, from + 1000),
            "error": format!("HTTP 429: number {}", index + 1),
            "errorType": "ThrottlingException",
        })
    };
    let step = |index: u64| {
        json!({
            "status": if index == 17 { "error" } else { "success" },
            "activity": format!("Page {}", index + 1),
            "startedAt": after(start, index * 10), "completedAt": after(start, index * 10 + 8),
        })
    };
    let mut attempts: Vec<_> = (0..count - 1).map(attempt).collect();
    attempts.push(json!({ "status": "in-progress", "startedAt": ago(5).to_string() }));
    item(&json!({
        "sessionId": "s-large", "documentId": "FAB_1.pdf", "overallStatus": "processing",
        "createdAt": start.to_string(), "lastUpdated": ago(5).to_string(),
        "pdfAdapter": {
            "status": "success", "startedAt": start.to_string(),
            "completedAt": after(start, 59_000),
            "subSteps": (0..count).map(step).collect::<Vec<_>>(),
        },
        "tradeExtraction": {
            "status": "in-progress", "startedAt": after(start, 60_000), "attempts": attempts,
        },
    }))
}

/// A count of thousands as people write it.
fn grouped(count: u64) -> String {
    format!("{},{:03}", count / 1000, count % 1000)
}

async fn stays_small(browser: &Browser) {
    let count = "return document.querySelectorAll('*').length";
    let elements = browser.script(count, &[]).await.as_u64().unwrap();
    assert!(elements < ELEMENTS, "{elements} elements");
}

const EXTRACTION: &str = "#agent-tradeExtraction";

#[tokio::test]
async fn thousands_of_tries_and_steps_are_few_elements_and_each_can_be_reached() {
    journey(async |browser| {
        let server = Server::start();
        let count = server.most_attempts();
        server.import(&[large(count)]).await;
        browser.open(&server.url("/sessions/s-large")).await;
        let (all, failed) = (grouped(count), grouped(count - 1));
        let (tries, steps) = (format!("{EXTRACTION} .fold"), "#agent-pdfAdapter .fold");
        let attempts = format!("{all} attempts, {failed} failed");
        browser.reads(&tries, &attempts).await;
        let text = format!("{all} steps, 1 failed");
        browser.reads(steps, &text).await;
        let more = format!("{} more failed attempts between these", grouped(count - 4));
        browser.reads(".omitted", &more).await;
        assert_eq!(browser.count(&format!("{EXTRACTION} .attempt")).await, 3);
        assert_eq!(browser.count(".step").await, 0);
        stays_small(browser).await;

        browser.click(&tries).await;
        browser.click(steps).await;
        let range = format!("{EXTRACTION} .list-range");
        let first = format!("1–50 of {all}");
        browser.reads(&range, &first).await;
        browser.reads("#agent-pdfAdapter .list-range", &first).await;
        browser
            .shows(".step:nth-of-type(19) .step-what", "Page 18 Failed")
            .await;
        stays_small(browser).await;

        let field = format!("{EXTRACTION} .list-head input");
        browser.fill(&field, "1234\n").await;
        let chosen = format!("1,201–1,250 of {all}");
        browser.reads(&range, &chosen).await;
        browser
            .shows("#attempt-tradeExtraction-1234 pre", "HTTP 429: number 1234")
            .await;
        stays_small(browser).await;

        // It keeps its place, and what has the focus, while the session goes on.
        let report = json!({ "status": "in-progress", "activity": "Still at it" });
        server.report("s-large", "tradeExtraction", report).await;
        browser.shows(EXTRACTION, "Still at it").await;
        browser.reads(&range, &chosen).await;
        let focused = "return document.activeElement.type";
        assert_eq!(browser.script(focused, &[]).await, "number");

        browser
            .click(&format!("{EXTRACTION} .list-head .button:nth-of-type(5)"))
            .await;
        let last = format!("{}–{all} of {all}", grouped(count - 49));
        browser.reads(&range, &last).await;
        browser
            .shows(
                &format!("#attempt-tradeExtraction-{count} .attempt-title"),
                &format!("Attempt {all} running"),
            )
            .await;
        browser.click(&tries).await;
        browser.shows(".omitted", &more).await;
    })
    .await;
}

#[tokio::test]
async fn thousands_of_tries_share_bars() {
    journey(async |browser| {
        let server = Server::start();
        server.import(&[large(server.most_attempts())]).await;
        browser.open(&server.url("/sessions/s-large")).await;
        browser.shows(".timeline-hint", "share a bar").await;
        let bars = &browser.lanes().await[1].bars;
        assert!((2..=240).contains(&bars.len()), "{} bars", bars.len());
        assert_eq!(bars[0].kind, "failed");
        let title = "return document.querySelector('.segment-failed').title";
        let title = browser.script(title, &[]).await;
        assert!(title.as_str().unwrap().ends_with(" failed"), "{title}");
    })
    .await;
}

#[tokio::test]
async fn hours_without_work_are_drawn_short_and_named() {
    journey(async |browser| {
        let server = Server::start();
        let start = ago(4 * 3600);
        let paused = item(&json!({
            "sessionId": "s-paused", "overallStatus": "completed",
            "createdAt": start.to_string(), "lastUpdated": after(start, 11_700_000),
            "pdfAdapter": { "status": "success", "startedAt": start.to_string(),
                            "completedAt": after(start, 60_000) },
            "tradeExtraction": { "status": "success", "startedAt": after(start, 11_640_000),
                                 "completedAt": after(start, 11_700_000) },
        }));
        server.import(&[paused]).await;
        browser.open(&server.url("/sessions/s-paused")).await;
        browser.reads(".gap-label", "3 h 13 m idle").await;
        assert_eq!(browser.count(".gap").await, 4, "through all lanes");
        // A minute of work on either side of it is as wide as the other.
        let lanes = browser.lanes().await;
        let width = |lane: usize| lanes[lane].bars[0].width;
        assert!(
            width(0) > 40.0 && (width(0) - width(1)).abs() < 0.1,
            "{lanes:?}"
        );
        let ticks = browser.texts(".ticks span").await;
        assert_eq!(ticks, ["0:00", "0:30", "1:00", "3:14:00", "3:14:30"]);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_silent_for_long_says_so_at_once_and_when_it_becomes_so() {
    journey(async |browser| {
        let server = Server::start();
        let silent = |id: &str, seconds: u64| {
            let start = ago(seconds).to_string();
            item(&json!({
                "sessionId": id, "overallStatus": "processing", "createdAt": start,
                "lastUpdated": start,
                "pdfAdapter": { "status": "in-progress", "startedAt": start },
            }))
        };
        server.import(&[silent("s-silent", 45 * 60)]).await;
        browser.open(&server.url("/sessions/s-silent")).await;
        browser.shows(".fresh-late", "No progress for 45 m").await;
        browser
            .shows(".notice", "Nothing has been reported since ")
            .await;
        browser
            .shows("#agent-pdfAdapter", "no progress for 45 m")
            .await;

        // The other one has some seconds left.
        server.import(&[silent("s-soon", 30 * 60 - 13)]).await;
        browser.open(&server.url("/sessions/s-soon")).await;
        browser.shows(".fresh-live", "Live").await;
        assert_eq!(browser.count(".notice").await, 0);
        browser.shows(".fresh-late", "No progress for 30 m").await;
        browser
            .shows("#agent-pdfAdapter", "no progress for 30 m")
            .await;
        assert_eq!(browser.count(".notice").await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_running_agent_is_held_against_what_it_usually_takes() {
    journey(async |browser| {
        let server = Server::start();
        let done = |index: u64| {
            let start = ago(3600 - index * 60);
            item(&json!({
                "sessionId": format!("s-done-{index}"), "overallStatus": "completed",
                "createdAt": start.to_string(), "lastUpdated": after(start, 40_000),
                "pdfAdapter": { "status": "success", "startedAt": start.to_string(),
                                "completedAt": after(start, 20_000) },
                "tradeExtraction": { "status": "success", "startedAt": after(start, 20_000),
                                     "completedAt": after(start, 30_000) },
                "tradeMatching": { "status": "success", "startedAt": after(start, 30_000),
                                   "completedAt": after(start, 40_000) },
            }))
        };
        let running = |id: &str, seconds: u64| {
            let start = ago(seconds).to_string();
            item(&json!({
                "sessionId": id, "overallStatus": "processing", "createdAt": start,
                "lastUpdated": start,
                "pdfAdapter": { "status": "in-progress", "startedAt": start },
            }))
        };
        let mut items: Vec<_> = (0..5).map(done).collect();
        items.extend([running("s-slow", 120), running("s-new", 0)]);
        server.import(&items).await;

        browser.open(&server.url("/sessions/s-new")).await;
        browser.shows(".summary", "Expected to finish about ").await;
        browser
            .shows("#agent-pdfAdapter", "usually takes 20 s")
            .await;
        assert_eq!(browser.count(".lane-pace").await, 0);

        browser.open(&server.url("/sessions/s-slow")).await;
        browser.reads(".lane-pace", "slower than usual").await;
        browser.shows(".summary", "Takes longer than usual").await;
        browser
            .shows("#agent-pdfAdapter", "slower than usual, which is 20 s")
            .await;
    })
    .await;
}

#[tokio::test]
async fn a_failure_says_how_often_it_was_tried_and_what_a_person_can_do() {
    journey(async |browser| {
        let server = Server::start();
        let start = ago(600);
        let attempt = |number: u64| {
            json!({
                "status": "error", "startedAt": after(start, number * 10_000),
                "completedAt": after(start, number * 10_000 + 4000),
                "activity": "Extracting structured trade data",
                "error": "HTTP 429: throttled\nretry later",
                "tokenUsage": { "inputTokens": 100, "outputTokens": 10 },
            })
        };
        let failed = item(&json!({
            "sessionId": "s-failed", "overallStatus": "failed", "createdAt": start.to_string(),
            "lastUpdated": after(start, 34_000),
            "tradeExtraction": {
                "status": "error", "startedAt": after(start, 10_000),
                "completedAt": after(start, 34_000), "error": "HTTP 429: throttled\nretry later",
                "attempts": (1..=3).map(attempt).collect::<Vec<_>>(),
            },
        }));
        server.import(&[failed]).await;
        browser.open(&server.url("/sessions/s-failed")).await;
        browser.shows(EXTRACTION, "tried 3 times").await;
        browser
            .reads(
                ".agent-advice",
                "The model service was busy each time. Submit the document again later.",
            )
            .await;
        browser
            .reads(
                "#attempt-tradeExtraction-2 .attempt-title",
                "Attempt 2 failed after 4 s",
            )
            .await;
        browser
            .reads(
                "#attempt-tradeExtraction-2 .attempt-activity",
                "Extracting structured trade data",
            )
            .await;
        let text = "return document.querySelector('#attempt-tradeExtraction-3 pre').textContent";
        assert_eq!(
            browser.script(text, &[]).await,
            "HTTP 429: throttled\nretry later"
        );
        browser
            .shows(".legend", "330 of these on failed attempts")
            .await;
    })
    .await;
}

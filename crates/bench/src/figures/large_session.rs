//! Whether the page of a session with thousands of tries and steps stays fluid.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;
use status_model::change::{AgentUpdate, Change, StartSession};
use status_model::{AgentName, AgentStatus, Run, Seconds, SessionId, SubStep, Timestamp};
use status_store::{SqliteStore, update};
use tokio::time::{Instant, sleep};

use crate::browser::Page;
use crate::clock;
use crate::figures::{Figure, say};
use crate::setup::Bench;
use harness::api::Api;
use harness::report::{Bound, Measurement, Unit};

const ID: &str = "session-large";
/// So many tries of one agent, and so many steps of another.
const MANY: u64 = 5000;
/// How long is scrolled, each time.
const SCROLLED: Duration = Duration::from_secs(10);
/// Between two turns of the wheel, about a frame.
const TURN: Duration = Duration::from_millis(16);
/// From one change to the next.
const CHANGES: Duration = Duration::from_secs(1);
/// A longer task is one that a viewer feels.
const LONGEST_MILLIS: f64 = 50.0;

/// Tasks of more than 50 ms while somebody scrolls, with both lists unfolded.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let server = bench.server().await?;
    write(server.store().context("the store is a file")?).await?;
    let mut api = server.api().await?;
    let (quiet, live) = bench
        .with_page(async |page: &mut Page| {
            page.open_session(server.address(), ID).await?;
            page.evaluate(UNFOLD, json!([])).await?;
            sleep(Duration::from_secs(1)).await;
            let quiet = scroll(page, None).await?;
            say(Figure::LargeSession, "now with a change a second");
            let live = scroll(page, Some(&mut api)).await?;
            Ok((quiet, live))
        })
        .await?;
    let tasks = |what: &str, seen: &Seen| {
        [
            Measurement::new(
                format!("{what}: longest task over 50 ms"),
                seen.longest,
                Unit::Milliseconds,
            )
            .bound(Bound::AtMost(LONGEST_MILLIS)),
            Measurement::new(format!("{what}: such tasks"), seen.tasks, Unit::Count),
        ]
    };
    let mut measurements = tasks("scrolling", &quiet).to_vec();
    measurements.extend(tasks("scrolling, a change a second", &live));
    measurements.push(
        Measurement::new(
            "elements of the page".to_owned(),
            live.elements,
            Unit::Count,
        )
        .bound(Bound::AtMost(2000.0)),
    );
    Ok(measurements)
}

const UNFOLD: &str = "
    for (const fold of document.querySelectorAll('.fold')) fold.click();
    window.longTasks = [];
    new PerformanceObserver((list) =>
        longTasks.push(...list.getEntries().map((task) => task.duration)),
    ).observe({ type: 'longtask' });
";

const SEEN: &str = "
    const tasks = longTasks.splice(0);
    return {
        tasks: tasks.length,
        longest: Math.max(0, ...tasks),
        elements: document.querySelectorAll('*').length,
        scrolled: scrollY,
    };
";

/// What the browser has recorded.
#[derive(Deserialize)]
struct Seen {
    tasks: f64,
    longest: f64,
    elements: f64,
    scrolled: f64,
}

/// Scrolls down and up again for a while, by the wheel, with changes through `api`.
async fn scroll(page: &mut Page, mut api: Option<&mut Api>) -> Result<Seen> {
    page.evaluate(SEEN, json!([])).await?;
    let start = Instant::now();
    let mut changed = start;
    let mut has_scrolled = false;
    while start.elapsed() < SCROLLED {
        // A second down, a second up.
        let is_down = start.elapsed().as_secs().is_multiple_of(2);
        let wheel = json!({
            "type": "mouseWheel", "x": 400, "y": 400, "deltaX": 0,
            "deltaY": if is_down { 120 } else { -120 },
        });
        page.cdp("Input.dispatchMouseEvent", wheel).await?;
        if let Some(api) = &mut api
            && changed.elapsed() >= CHANGES
        {
            changed = Instant::now();
            let activity = format!("At work for {} s", start.elapsed().as_secs());
            let report = json!({"status": "in-progress", "activity": activity});
            api.report(ID, "tradeExtraction", &report).await?;
        }
        if !has_scrolled {
            let at = page.evaluate("return scrollY;", json!([])).await?;
            has_scrolled = at.as_f64().is_some_and(|at| at > 0.0);
        }
        sleep(TURN).await;
    }
    let seen = page.evaluate(SEEN, json!([])).await?;
    let seen: Seen =
        serde_json::from_value(seen).context("the browser's record is not as expected")?;
    anyhow::ensure!(
        has_scrolled || seen.scrolled > 0.0,
        "the page does not scroll"
    );
    Ok(seen)
}

/// Writes the session straight into the store: it is larger than a request may be.
async fn write(store: &Path) -> Result<()> {
    let store = SqliteStore::open(store).context("the server's store can't be opened")?;
    let id: SessionId = ID.parse()?;
    let now = clock::now();
    let start = now.before(Seconds::from_secs(3 * MANY));
    let begin = Change::Start(StartSession {
        document_id: Some("FAB_26933659".to_owned()),
        ..StartSession::default()
    });
    update(&store, &id, &begin, start).await?;

    let mut read = AgentUpdate::new(AgentStatus::Success);
    read.started_at = Some(start);
    read.completed_at = Some(start + Seconds::from_secs(60));
    read.sub_steps = Some((0..MANY).map(|number| step(start, number)).collect());
    update(&store, &id, &report(AgentName::PdfAdapter, read), now).await?;

    let mut extract = AgentUpdate::new(AgentStatus::InProgress);
    extract.started_at = Some(start + Seconds::from_secs(60));
    extract.attempts = Some((0..MANY).map(|number| attempt(start, number)).collect());
    update(
        &store,
        &id,
        &report(AgentName::TradeExtraction, extract),
        now,
    )
    .await?;
    Ok(())
}

fn report(agent: AgentName, update: AgentUpdate) -> Change {
    Change::Report(agent, Box::new(update))
}

fn step(start: Timestamp, number: u64) -> SubStep {
    SubStep {
        status: AgentStatus::Success,
        activity: Some(format!("Page {number}")),
        started_at: Some(start + Seconds::from_millis(number * 10)),
        completed_at: Some(start + Seconds::from_millis(number * 10 + 8)),
    }
}

/// All have failed but the last one, which runs.
fn attempt(start: Timestamp, number: u64) -> Run {
    let started_at = start + Seconds::from_secs(60 + number * 2);
    let run = Run {
        status: AgentStatus::InProgress,
        started_at: Some(started_at),
        ..Run::default()
    };
    if number + 1 == MANY {
        return run;
    }
    Run {
        status: AgentStatus::Error,
        completed_at: Some(started_at + Seconds::from_secs(1)),
        error: Some(format!("HTTP 429: throttled, number {number}")),
        error_type: Some("ThrottlingException".to_owned()),
        ..run
    }
}

//! How long a change needs to the screen of an open session page.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::json;
use status_model::change::{AgentUpdate, Change};
use status_model::{AgentName, AgentStatus, SessionId};
use status_store::{SqliteStore, update};
use tokio::time::sleep;

use crate::browser::Page;
use crate::clock;
use crate::figures::{Figure, say};
use crate::setup::Bench;
use harness::api::Api;
use harness::report::{Bound, Measurement, Unit};
use harness::statistics::Samples;

const ID: &str = "session-change-on-screen";
/// Changes written through the server that the page looks at.
const OWN: u64 = 30;
/// Changes written to its file by another program: this one.
const FOREIGN: u64 = 20;

/// From the start of the write until the changed words are on the screen.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let server = bench.server().await?;
    let mut api = server.api().await?;
    api.start_running(ID).await?;
    let store = server.store().context("the store is a file")?;
    let (own, foreign) = bench
        .with_page(async |page: &mut Page| {
            page.open_session(server.address(), ID).await?;
            let own = through_the_server(page, &mut api).await?;
            say(Figure::ChangeOnScreen, "now written by another program");
            let foreign = by_another_program(page, store).await?;
            Ok((own, foreign))
        })
        .await?;
    let millis = |what: String, value| Measurement::new(what, value, Unit::Milliseconds);
    Ok(vec![
        millis(
            format!("through the same server, median of {}", own.count()),
            own.median(),
        )
        .bound(Bound::AtMost(300.0)),
        millis(
            "through the same server, 95th percentile".to_owned(),
            own.percentile(95),
        ),
        millis(
            format!("by another program, slowest of {}", foreign.count()),
            foreign.largest(),
        )
        .bound(Bound::AtMost(1000.0)),
        millis("by another program, median".to_owned(), foreign.median()),
    ])
}

async fn through_the_server(page: &mut Page, api: &mut Api) -> Result<Samples> {
    let mut samples = Vec::new();
    for number in 0..OWN {
        sleep(pause(number)).await;
        let activity = format!("Change number {number} of its own server");
        expect(page, &activity).await?;
        let report = json!({"status": "in-progress", "activity": activity});
        let written_at = clock::epoch_millis();
        api.report(ID, "tradeExtraction", &report).await?;
        samples.push(seen_at(page).await? - written_at);
    }
    Ok(Samples::new(samples))
}

async fn by_another_program(page: &mut Page, store: &Path) -> Result<Samples> {
    let store = SqliteStore::open(store).context("the server's store can't be opened")?;
    let id: SessionId = ID.parse()?;
    let mut samples = Vec::new();
    for number in 0..FOREIGN {
        sleep(pause(number)).await;
        let mut report = AgentUpdate::new(AgentStatus::InProgress);
        let activity = format!("Change number {number} of another program");
        expect(page, &activity).await?;
        report.activity = Some(activity);
        let change = Change::Report(AgentName::TradeExtraction, Box::new(report));
        let written_at = clock::epoch_millis();
        update(&store, &id, &change, clock::now()).await?;
        samples.push(seen_at(page).await? - written_at);
    }
    Ok(Samples::new(samples))
}

/// Changes come at every phase of whatever the page or the server does by the second: the golden
/// ratio's multiples keep clear of each other.
fn pause(number: u64) -> Duration {
    Duration::from_millis(400 + number * 618 % 1000)
}

async fn expect(page: &mut Page, text: &str) -> Result<()> {
    page.evaluate("bench.expect(arguments[0]);", json!([text]))
        .await?;
    Ok(())
}

/// When what is expected is on the screen, by this machine's clock.
async fn seen_at(page: &mut Page) -> Result<f64> {
    let seen_at = page.evaluate("return bench.met;", json!([])).await;
    seen_at
        .context("the change does not reach the screen")?
        .as_f64()
        .context("the browser's record is not as expected")
}

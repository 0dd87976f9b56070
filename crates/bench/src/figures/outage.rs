//! Two hundred workflows whose table is away for a minute: what becomes of them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use status_store::{Outbox, StatusStore, StatusWriter};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use crate::clock;
use crate::figures::{Figure, say};
use crate::metered_table::MeteredTable;
use crate::setup::Bench;
use crate::workflows::{SimulatedAgents, TimedSink, document};
use harness::report::{Bound, Measurement, Unit};

const WORKFLOWS: u32 = 200;
/// What happens to them, in turn.
const SCENARIOS: [&str; 10] = [
    "well",
    "break",
    "well",
    "matching-throttled-twice",
    "well",
    "review-required",
    "well",
    "extraction-fails",
    "well",
    "throttled",
];
/// Twice as fast as the real agents: a workflow takes a bit more than a minute.
const SPEED: f64 = 2.0;
const BEFORE: Duration = Duration::from_secs(15);
const AWAY: Duration = Duration::from_mins(1);
/// How long what waits may take to land once all workflows have ended.
const LANDING: Duration = Duration::from_mins(2);

/// Final states landed, the longest report, the workflow that was slowed most, and whether all is
/// as reported.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let directory = TempDir::with_prefix_in("outage-", bench.directory())
        .context("the bench's directory can't be written")?;
    let table = MeteredTable::new(bench).await?;
    let store: Arc<dyn StatusStore> = table.store().await;
    let outbox = Outbox::open(&directory.path().join("outbox"), "bench");
    let shared = Arc::clone(&store);
    let writer = StatusWriter::new(shared, clock::now, rand::random::<f64>).with_outbox(outbox);
    let sink = TimedSink::new(writer.clone());
    let agents = SimulatedAgents::start(SPEED).await?;

    let documents = (0..WORKFLOWS)
        .zip(SCENARIOS.iter().cycle())
        .map(|(n, scenario)| document(&format!("outage-{n}"), scenario));
    let documents = documents.collect::<Result<Vec<_>>>()?;
    let ids: Vec<_> = documents.iter().map(|d| d.session_id.clone()).collect();
    let run = agents.run(documents, Arc::clone(&sink));
    let outage = async {
        sleep(BEFORE).await;
        table.switch(false);
        let seconds = AWAY.as_secs();
        say(
            Figure::Outage,
            &format!("the table is away for {seconds} s"),
        );
        sleep(AWAY).await;
        table.switch(true);
        let back = Instant::now();
        let most = writer.health().outbox_reports;
        let mut left = writer.outbox().context("there is an outbox")?.watch();
        let _ = timeout(LANDING, left.wait_for(|len| *len == 0)).await;
        anyhow::Ok((most, back.elapsed()))
    };
    let (summary, outage) = tokio::join!(run, outage);
    let (most, drained) = outage?;
    let lost = summary?.reports_lost;
    let mut left = writer.outbox().context("there is an outbox")?.watch();
    let _ = timeout(LANDING, left.wait_for(|len| *len == 0)).await;

    let (mut landed, mut untrue) = (0, 0);
    for id in &ids {
        let session = store.get(id).await?;
        let is_final = |session: &status_model::Session| session.overall_status.is_final();
        landed += i32::from(session.as_ref().is_some_and(is_final));
        let is_true = session.is_some_and(|session| sink.is_told_by(&session));
        untrue += i32::from(!is_true);
    }
    let seconds = AWAY.as_secs();
    let workflows = f64::from(WORKFLOWS);
    let dropped = writer.health().dropped + lost as u64;
    Ok(vec![
        count(
            format!("final states landed of {WORKFLOWS}, table away for {seconds} s"),
            f64::from(landed),
        )
        .bound(Bound::AtLeast(workflows)),
        Measurement::new(
            "longest report",
            sink.longest().as_secs_f64() * 1e3,
            Unit::Milliseconds,
        )
        .bound(Bound::AtMost(5_000.0)),
        Measurement::new(
            "all reports of the workflow that waited longest for its",
            sink.most_waited().as_secs_f64() * 1e3,
            Unit::Milliseconds,
        )
        .bound(Bound::AtMost(5_000.0)),
        count("sessions that differ from their reports", f64::from(untrue))
            .bound(Bound::AtMost(0.0)),
        count("reports dropped", precise(dropped)).bound(Bound::AtMost(0.0)),
        count(
            "reports in the outbox when it is back",
            precise(most as u64),
        ),
        Measurement::new(
            "until they are written",
            drained.as_secs_f64() * 1e3,
            Unit::Milliseconds,
        ),
    ])
}

fn count(what: impl Into<String>, value: f64) -> Measurement {
    Measurement::new(what, value, Unit::Count)
}

#[expect(clippy::cast_precision_loss, reason = "some thousands at most")]
fn precise(count: u64) -> f64 {
    count as f64
}

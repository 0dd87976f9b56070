//! Two hundred workflows whose table is away for a minute: what becomes of them.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use orchestrator::Document;
use status_model::{Session, SessionId};
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
///
/// The same workflows run twice, once without an outage: what reports take then is no fault of the
/// outage, and each workflow is slowed by what its reports take longer with it.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    say(Figure::Outage, "the workflows without an outage");
    let usual = Run::new(bench, None).await?;
    say(Figure::Outage, "the same workflows with one");
    let run = Run::new(bench, Some(AWAY)).await?;
    let slowed = run.waited.iter().map(|(id, waited)| {
        let usual = usual.waited.get(id).copied().unwrap_or_default();
        waited.saturating_sub(usual)
    });
    let seconds = AWAY.as_secs();
    let millis = |what: &str, value: Duration| {
        Measurement::new(what, value.as_secs_f64() * 1e3, Unit::Milliseconds)
    };
    Ok(vec![
        count(
            format!("final states landed of {WORKFLOWS}, table away for {seconds} s"),
            run.landed,
        )
        .bound(Bound::AtLeast(f64::from(WORKFLOWS))),
        millis("longest report", run.longest).bound(Bound::AtMost(5_000.0)),
        millis(
            "workflow that was slowed most",
            slowed.max().unwrap_or_default(),
        )
        .bound(Bound::AtMost(5_000.0)),
        millis("all reports of a workflow, most", most(&run.waited)),
        millis("the same without an outage", most(&usual.waited)),
        count("sessions that differ from their reports", run.untrue).bound(Bound::AtMost(0.0)),
        count("reports dropped", run.dropped).bound(Bound::AtMost(0.0)),
        count("reports in the outbox when it is back", run.kept as u64),
        millis("until they are written", run.drained),
    ])
}

/// What became of the workflows.
struct Run {
    landed: u64,
    untrue: u64,
    dropped: u64,
    longest: Duration,
    /// What all reports of each have taken.
    waited: HashMap<SessionId, Duration>,
    /// In the outbox when the table was back.
    kept: usize,
    /// Until it had what waited.
    drained: Duration,
}

impl Run {
    /// Runs all of them on a table of their own, which is away for this long in the middle.
    async fn new(bench: &Bench, away: Option<Duration>) -> Result<Self> {
        let directory = TempDir::with_prefix_in("outage-", bench.directory())
            .context("the bench's directory can't be written")?;
        let table = MeteredTable::new(bench).await?;
        let store: Arc<dyn StatusStore> = table.store().await;
        let outbox = Outbox::open(&directory.path().join("outbox"), "bench");
        let shared = Arc::clone(&store);
        let writer =
            StatusWriter::new(shared, clock::now, rand::random::<f64>).with_outbox(outbox.clone());
        let sink = TimedSink::new(writer.clone());
        let agents = SimulatedAgents::start(SPEED).await?;

        let documents = documents()?;
        let ids: Vec<_> = documents.iter().map(|d| d.session_id.clone()).collect();
        let run = agents.run(documents, Arc::clone(&sink));
        let (summary, outage) = tokio::join!(run, outage(&table, &outbox, away));
        let (kept, drained) = outage;
        let lost = summary?.reports_lost as u64;
        let mut left = outbox.watch();
        let _ = timeout(LANDING, left.wait_for(|len| *len == 0)).await;

        let (mut landed, mut untrue) = (0, 0);
        for id in &ids {
            let session = store.get(id).await?;
            let is_final = |session: &Session| session.overall_status.is_final();
            landed += u64::from(session.as_ref().is_some_and(is_final));
            let is_true = session.is_some_and(|session| sink.is_told_by(&session));
            untrue += u64::from(!is_true);
        }
        Ok(Self {
            landed,
            untrue,
            dropped: writer.health().dropped + lost,
            longest: sink.longest(),
            waited: sink.waited(),
            kept,
            drained,
        })
    }
}

/// Takes the table away and brings it back; what waited then, and for how long it still did.
async fn outage(
    table: &MeteredTable,
    outbox: &Outbox,
    away: Option<Duration>,
) -> (usize, Duration) {
    let Some(away) = away else {
        return (0, Duration::ZERO);
    };
    sleep(BEFORE).await;
    table.switch(false);
    let seconds = away.as_secs();
    say(
        Figure::Outage,
        &format!("the table is away for {seconds} s"),
    );
    sleep(away).await;
    table.switch(true);
    let back = Instant::now();
    let kept = outbox.len();
    let mut left = outbox.watch();
    let _ = timeout(LANDING, left.wait_for(|len| *len == 0)).await;
    (kept, back.elapsed())
}

fn documents() -> Result<Vec<Document>> {
    (0..WORKFLOWS)
        .zip(SCENARIOS.iter().cycle())
        .map(|(n, scenario)| document(&format!("outage-{n}"), scenario))
        .collect()
}

fn most(waited: &HashMap<SessionId, Duration>) -> Duration {
    waited.values().max().copied().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "some thousands at most")]
fn count(what: impl Into<String>, value: u64) -> Measurement {
    Measurement::new(what, value as f64, Unit::Count)
}

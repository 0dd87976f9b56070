//! What a session costs its store, from its start to its end.

use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use status_store::{StatusStore, StatusWriter};
use tempfile::TempDir;

use crate::clock;
use crate::setup::Bench;
use crate::switched_store::SwitchedStore;
use crate::workflows::{SimulatedAgents, TimedSink, document, store};
use harness::report::{Bound, Measurement, Unit};

/// What happens to the documents, and what that is called.
const SESSIONS: [(&str, &str); 4] = [
    ("well", "three agents, the fourth skipped"),
    ("break", "four agents"),
    ("extraction-fails", "a failed agent"),
    ("matching-throttled", "an agent tried twice"),
];
/// Slow enough that no report overtakes another before it is written.
const SPEED: f64 = 100.0;

/// Writes of one session each, as the orchestrator makes them.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let directory = TempDir::with_prefix_in("writes-", bench.directory())
        .context("the bench's directory can't be written")?;
    let store = store(directory.path())?;
    let agents = SimulatedAgents::start(SPEED).await?;
    let mut measurements = Vec::new();
    for (scenario, what) in SESSIONS {
        let store = SwitchedStore::new(Arc::clone(&store));
        let shared = Arc::clone(&store) as Arc<dyn StatusStore>;
        let writer = StatusWriter::new(shared, clock::now, rand::random::<f64>);
        let document = document(&format!("writes-{scenario}"), scenario)?;
        let id = document.session_id.clone();
        agents.run(vec![document], TimedSink::new(writer)).await?;
        let (read, written) = store.counts();
        let session = store.get(&id).await?;
        let is_final = session.is_some_and(|session| session.overall_status.is_final());
        ensure!(is_final, "the session {id} has not come to its end");
        measurements.push(
            count(format!("writes of a session: {what}"), written).bound(Bound::AtMost(10.0)),
        );
        measurements.push(count(format!("reads before them: {what}"), read));
    }
    Ok(measurements)
}

#[expect(clippy::cast_precision_loss, reason = "a few")]
fn count(what: String, count: u64) -> Measurement {
    Measurement::new(what, count as f64, Unit::Count)
}

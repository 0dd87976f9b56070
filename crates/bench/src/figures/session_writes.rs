//! What a session costs its table, from its start to its end.

use std::sync::Arc;

use anyhow::{Result, ensure};
use status_store::{StatusStore, StatusWriter};

use crate::clock;
use crate::metered_table::MeteredTable;
use crate::setup::Bench;
use crate::workflows::{SimulatedAgents, TimedSink, document};
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

/// Writes and units of one session each, as the orchestrator makes them.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let table = MeteredTable::new(bench).await?;
    let agents = SimulatedAgents::start(SPEED).await?;
    let mut measurements = Vec::new();
    for (scenario, what) in SESSIONS {
        let store: Arc<dyn StatusStore> = table.store().await;
        let writer = StatusWriter::new(Arc::clone(&store), clock::now, rand::random::<f64>);
        let document = document(&format!("writes-{scenario}"), scenario)?;
        let id = document.session_id.clone();
        table.take_used();
        agents.run(vec![document], TimedSink::new(writer)).await?;
        let used = table.take_used();
        let session = store.get(&id).await?;
        let is_final = session.is_some_and(|session| session.overall_status.is_final());
        ensure!(is_final, "the session {id} has not come to its end");
        let count =
            |name: &str, value| Measurement::new(format!("{name}: {what}"), value, Unit::Count);
        measurements.extend([
            count("writes of a session", precise(used.writes)).bound(Bound::AtMost(10.0)),
            count("write units, indexes included", used.write_units()),
            count("of them the indexes'", used.index_write_units),
            count("reads before the writes", precise(used.reads)),
            count("read units", used.read_units),
        ]);
    }
    Ok(measurements)
}

#[expect(clippy::cast_precision_loss, reason = "a few")]
fn precise(count: u64) -> f64 {
    count as f64
}

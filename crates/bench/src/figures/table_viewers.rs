//! What viewers cost the table: of a session, of the list, of the wall.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use status_model::{Seconds, Session};
use status_store::BulkStore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::clock;
use crate::figures::{Figure, say};
use crate::metered_table::MeteredTable;
use crate::population::Population;
use crate::setup::Bench;
use harness::api::{recent_path, status_path};
use harness::http::{self, Connection, HttpAddress};
use harness::report::{Bound, Measurement, Unit};

/// A day's sessions, a thousand a day.
const SESSIONS: u64 = 1_000;
const APART: Seconds = Seconds::from_millis(86_400);
/// So many of them are under way at a time.
const RUNNING: u64 = 2;
/// The population's own number of running ones, which is passed over.
const PASSED_OVER: u64 = 20;
const WATCHED: Duration = Duration::from_secs(30);
const MANY: usize = 100;

/// Reads a second of a table that has a day's sessions, by what is watched.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let table = MeteredTable::new(bench).await?;
    let sessions = (0..SESSIONS).map(session).collect::<Result<Vec<_>>>()?;
    let running = status_path(sessions[0].session_id.as_str());
    table.store().await.put_all(sessions).await?;
    let server = bench.server_on(&table).await?;
    let list = recent_path("limit=50");
    let wall = "/api/workflow/overview".to_owned();

    let mut measurements = Vec::new();
    for (what, path, viewers) in [
        ("one viewer of a session", &running, 1),
        ("100 viewers of a session", &running, MANY),
        ("one viewer of the list", &list, 1),
        ("100 viewers of the list", &list, MANY),
        ("one wall display", &wall, 1),
    ] {
        say(
            Figure::TableViewers,
            &format!("{what}, {} s", WATCHED.as_secs()),
        );
        // What only the first look costs is not what watching costs.
        watch(server.address(), path, viewers, Duration::from_secs(2)).await?;
        table.take_used();
        let begin = Instant::now();
        watch(server.address(), path, viewers, WATCHED).await?;
        let (used, seconds) = (table.take_used(), begin.elapsed().as_secs_f64());
        let a_second =
            |what: String, value: f64| Measurement::new(what, value / seconds, Unit::PerSecond);
        let reads = a_second(
            format!("reads of the session's item, {what}"),
            precise(used.reads),
        );
        if path == &running {
            measurements.push(reads.bound(Bound::AtMost(2.0)));
        } else {
            let calls = precise(used.lists);
            measurements.push(a_second(format!("queries and batches, {what}"), calls));
        }
        measurements.push(a_second(format!("read units, {what}"), used.read_units));
    }
    Ok(measurements)
}

/// A session of the day, by its number; 0 is the newest.
fn session(number: u64) -> Result<Session> {
    let of_population = match number {
        running if running < RUNNING => running,
        done => done + PASSED_OVER,
    };
    let started = clock::now().before(Seconds::from_millis(number * APART.millis()));
    let earlier = Population { newest: started }.started_at(of_population);
    let shift = started.since(earlier).unwrap_or_default();
    let newest = started + shift;
    Population { newest }.session(of_population)
}

/// So many viewers ask again and again, each waiting for a change.
async fn watch(address: HttpAddress, path: &str, viewers: usize, time: Duration) -> Result<()> {
    let end = Instant::now() + time;
    let mut watching = JoinSet::new();
    for _ in 0..viewers {
        let path = path.to_owned();
        watching.spawn(async move {
            let looking = look(address, &path);
            timeout_at(end, looking).await.unwrap_or(Ok(()))
        });
    }
    while let Some(ended) = watching.join_next().await {
        ended?.context("a viewer is not answered")?;
    }
    Ok(())
}

async fn look(address: HttpAddress, path: &str) -> Result<()> {
    let mut connection = Connection::open(address).await?;
    let mut etag = String::new();
    loop {
        let mut headers = vec![("Prefer", "wait=25")];
        if !etag.is_empty() {
            headers.push(("If-None-Match", etag.as_str()));
        }
        let request = http::request(address, "GET", path, &headers, "");
        let answer = connection.exchange(&request).await?;
        match answer.status {
            200 | 304 => {}
            status => bail!("{path} is answered with {status}"),
        }
        etag = answer.etag.context("there is no ETag")?.to_owned();
    }
}

#[expect(clippy::cast_precision_loss, reason = "some thousands at most")]
fn precise(count: u64) -> f64 {
    count as f64
}

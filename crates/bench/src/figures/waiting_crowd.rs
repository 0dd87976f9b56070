//! What ten thousand viewers of one session cost.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::figures::{Figure, say};
use crate::setup::Bench;
use harness::api::{Api, status_path};
use harness::http::{self, Connection, HttpAddress};
use harness::machine::allow_open_files;
use harness::report::{Bound, Measurement, Unit};
use harness::statistics::Samples;

const ID: &str = "session-waiting-crowd";
const VIEWERS: usize = 10_000;
/// So many connections are opened at a time; more would overflow the server's queue.
const AT_A_TIME: usize = 100;
const OTHER_FILES: u64 = 200;
/// Long enough that everybody's wait of 25 s ends once and is asked for again.
const WATCHED: Duration = Duration::from_secs(30);
/// After so long without an answer a viewer counts as forgotten.
const PATIENCE: Duration = Duration::from_mins(1);

/// Table reads while all wait, and the time until all know of one change.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    allow_open_files(VIEWERS as u64 + OTHER_FILES)?;
    let server = bench.server().await?;
    let mut api = server.api().await?;
    api.start_running(ID).await?;
    let etag = api.etag(ID).await?;
    let alone = server.usage()?;

    say(Figure::WaitingCrowd, &format!("{VIEWERS} viewers connect"));
    let (told, mut answers) = unbounded_channel();
    let mut crowd = JoinSet::new();
    gather(&mut crowd, server.address(), &etag, &told).await?;
    until_all_wait(&mut api, &mut answers).await?;

    say(
        Figure::WaitingCrowd,
        &format!("all wait, watched for {} s", WATCHED.as_secs()),
    );
    let first = next_read(&mut api).await?;
    let cpu_before = server.usage()?.cpu;
    sleep(WATCHED).await;
    // A connection of its own: the server has ended one on which nothing was asked for so long.
    let mut api = server.api().await?;
    let waiting = server.usage()?;
    let cpu = (waiting.cpu - cpu_before) / WATCHED.as_secs_f64();
    let last = next_read(&mut api).await?;
    let reads_a_second = (last.count - first.count) / (last.at - first.at).as_secs_f64();
    until_all_wait(&mut api, &mut answers).await?;

    let change = json!({"status": "in-progress", "activity": "What all have waited for"});
    let changed_at = Instant::now();
    api.report(ID, "tradeExtraction", &change).await?;
    let answered = all_answers(&mut answers, changed_at).await?;
    let peak = server.usage()?.peak_memory;

    let millis = |what: &str, value| Measurement::new(what, value, Unit::Milliseconds);
    let bytes = |what: &str, value| Measurement::new(what, value, Unit::Bytes);
    Ok(vec![
        Measurement::new(
            format!("table reads, {VIEWERS} viewers of one session"),
            reads_a_second,
            Unit::PerSecond,
        )
        .bound(Bound::AtMost(2.0)),
        Measurement::new("server CPUs while they wait", cpu, Unit::Ratio),
        millis("change to half of all answers", answered.median()),
        millis("change to the last of all answers", answered.largest()),
        bytes("server memory before they come", alone.memory),
        bytes("server memory while they wait", waiting.memory),
        bytes("server memory at most", peak.max(waiting.memory)),
    ])
}

/// When a viewer knew of the change, or why it never will.
type Told = UnboundedSender<Result<Instant>>;

/// Lets all viewers connect and wait.
async fn gather(
    crowd: &mut JoinSet<()>,
    address: HttpAddress,
    etag: &str,
    told: &Told,
) -> Result<()> {
    let headers = [("Prefer", "wait=25"), ("If-None-Match", etag)];
    let request = http::request(address, "GET", &status_path(ID), &headers, "");
    for _ in 0..VIEWERS / AT_A_TIME {
        let mut opened = JoinSet::new();
        for _ in 0..AT_A_TIME {
            opened.spawn(Connection::open(address));
        }
        while let Some(connection) = opened.join_next().await {
            let connection = connection?.context("a viewer can't connect")?;
            let (request, told) = (request.clone(), told.clone());
            crowd.spawn(async move {
                // Whoever would be told may have given up.
                let _ = told.send(until_changed(connection, &request).await);
            });
        }
    }
    Ok(())
}

/// Asks again as long as nothing has changed.
async fn until_changed(mut connection: Connection, request: &[u8]) -> Result<Instant> {
    loop {
        let answer = connection.exchange(request).await?;
        match answer.status {
            304 => {}
            200 => return Ok(Instant::now()),
            status => bail!("a viewer is answered with {status}"),
        }
    }
}

/// A read of the table for the crowd.
struct Read {
    /// Its number.
    count: f64,
    /// When it was noticed.
    at: Instant,
}

/// The next read. From one to another, rather than from any moment to any other, the rate is exact.
async fn next_read(api: &mut Api) -> Result<Read> {
    let reads = async |api: &mut Api| anyhow::Ok(api.metrics().await?.store_calls("get"));
    let before = reads(api).await?;
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let count = reads(api).await?;
        if count > before {
            let at = Instant::now();
            return Ok(Read { count, at });
        }
        sleep(Duration::from_millis(2)).await;
    }
    bail!("the server does not read the table although {VIEWERS} viewers wait");
}

/// Waits until every viewer waits; one that does not any more is an error.
async fn until_all_wait(
    api: &mut Api,
    answers: &mut UnboundedReceiver<Result<Instant>>,
) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Ok(answer) = answers.try_recv() {
            answer?;
            bail!("a viewer was answered although nothing has changed");
        }
        let waiting = api.metrics().await?.waiting();
        #[expect(clippy::cast_precision_loss, reason = "ten thousand")]
        if waiting >= VIEWERS as f64 {
            return Ok(());
        }
        if Instant::now() > deadline {
            bail!("only {waiting} of {VIEWERS} viewers wait");
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// How long after the change each viewer knew of it.
async fn all_answers(
    answers: &mut UnboundedReceiver<Result<Instant>>,
    changed_at: Instant,
) -> Result<Samples> {
    let mut samples = Vec::with_capacity(VIEWERS);
    while samples.len() < VIEWERS {
        let answer = timeout(PATIENCE, answers.recv()).await;
        let answer = answer.with_context(|| {
            format!(
                "only {} of {VIEWERS} viewers know of the change",
                samples.len()
            )
        })?;
        let at = answer.context("the viewers are gone")??;
        samples.push((at - changed_at).as_secs_f64() * 1e3);
    }
    Ok(Samples::new(samples))
}

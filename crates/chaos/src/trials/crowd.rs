//! Thousands of viewers wait on hundreds of sessions while writers write.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use harness::api::{Api, status_path};
use harness::http::{Connection, HttpAddress};
use harness::machine::allow_open_files;
use harness::report::{Bound, Measurement, Unit};
use harness::server::{Launch, Server};
use harness::statistics::Samples;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::stage::{Stage, say};
use crate::trials::Trial;
use crate::trials::viewer::{PATIENCE, Told, Viewed, Viewer, version};

/// So many connections are opened at a time; more would overflow the server's queue.
const AT_A_TIME: usize = 100;
/// Open files besides the viewers' connections.
const OTHER_FILES: u64 = 300;
/// Those whose speed is compared: each reports as fast as it is answered.
const WRITERS: usize = 4;
/// Three rounds without the crowd and three with it take turns, so that a busier moment of the
/// machine meets both.
const ROUNDS: usize = 3;
/// How large all is.
struct Size {
    viewers: usize,
    sessions: usize,
    /// How long the crowd is there, all rounds together.
    time: Duration,
    /// How often each session changes: today's agents report every 17 s.
    change_every: Duration,
}

/// Answers that were wrong, viewers that were forgotten, memory, and what the writers noticed.
pub async fn run(stage: &Stage) -> Result<Vec<Measurement>> {
    let size = stage.pick(
        Size {
            viewers: 5_000,
            sessions: 500,
            time: Duration::from_mins(2),
            change_every: Duration::from_secs(17),
        },
        Size {
            viewers: 300,
            sessions: 30,
            time: Duration::from_secs(9),
            change_every: Duration::from_secs(2),
        },
    );
    allow_open_files(size.viewers as u64 + OTHER_FILES)?;
    let directory = stage.directory()?;
    let store = directory.path().join("sessions.db");
    let server = Launch::on_file(stage.program(), &store).start().await?;
    let mut api = server.api().await?;
    for session in 0..size.sessions {
        api.start_running(&id(session)).await?;
    }

    let alone = server.usage()?.memory;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let mut told = Told::default();
    let mut most = 0.0_f64;
    let (mut cpu_without, mut cpu_with) = (0.0, 0.0);
    let round = size.time / u32::try_from(ROUNDS)?;
    for number in 1..=ROUNDS {
        say(Trial::Crowd, &format!("round {number} of {ROUNDS}"));
        let begun = server.usage()?.cpu;
        without.push(writes(server.address(), round / 4).await?);
        cpu_without += server.usage()?.cpu - begun;
        let crowd = Crowd::gather(&server, &size).await?;
        let begun = server.usage()?.cpu;
        let changing = change(server.address(), &size, round);
        let writing = writes(server.address(), round);
        let (changed, written) = tokio::join!(changing, writing);
        with.push(written?);
        cpu_with += server.usage()?.cpu - begun;
        most = most.max(server.usage()?.memory);
        told.add(crowd.end(&server, changed?).await?);
    }
    let peak = server.usage()?.peak_memory;

    let rate = |rates: &[Written]| {
        let (writes, seconds) = rates.iter().fold((0.0, 0.0), |(n, s), round| {
            (n + round.writes, s + round.seconds)
        });
        writes / seconds
    };
    let writes = |rates: &[Written]| rates.iter().map(|round| round.writes).sum::<f64>();
    let per_write = cpu_without / writes(&without);
    // What is left when the writers' share is taken off; waits that are renewed are in it.
    let per_change = (cpu_with - per_write * writes(&with)) / precise(told.changes.max(1));
    let half = |rates: Vec<Written>| {
        Samples::new(rates.into_iter().flat_map(|round| round.millis).collect()).median()
    };
    let count = |what: String, value: u64| Measurement::new(what, precise(value), Unit::Count);
    let none = Bound::AtMost(0.0);
    let ratio = rate(&with) / rate(&without);
    let (slow, fast) = (half(with), half(without));
    Ok(vec![
        count(
            format!("viewers, on {} sessions", size.sessions),
            size.viewers as u64,
        ),
        count("changes that viewers were told of".to_owned(), told.changes),
        count("wrong answers to viewers, or none".to_owned(), told.wrong).demanded(none),
        count(
            "viewers that did not come to know the last change".to_owned(),
            told.starved,
        )
        .demanded(none),
        count("changes that came two at a time".to_owned(), told.skipped),
        Measurement::new(
            "a write's time without them, half",
            fast,
            Unit::Milliseconds,
        ),
        Measurement::new("a write's time beside them, half", slow, Unit::Milliseconds),
        Measurement::new("writes beside them over writes without", ratio, Unit::Ratio)
            .bound(Bound::AtLeast(0.9)),
        Measurement::new(
            "server's CPU time for a write",
            per_write * 1e6,
            Unit::Microseconds,
        ),
        Measurement::new(
            "server's CPU time for a viewer that is told of a change",
            per_change * 1e6,
            Unit::Microseconds,
        ),
        Measurement::new("server memory before they come", alone, Unit::Bytes),
        Measurement::new("server memory while they wait", most, Unit::Bytes),
        Measurement::new("server memory at most", peak, Unit::Bytes).demanded(Bound::AtMost(512e6)),
    ])
}

fn id(session: usize) -> String {
    format!("crowd-{session}")
}

/// Viewers that wait.
struct Crowd {
    viewers: JoinSet<Viewed>,
    /// The version to stay for; nothing while there is more to come.
    last: watch::Sender<Option<Vec<u64>>>,
}

impl Crowd {
    /// Lets all of them come, and waits until they wait.
    async fn gather(server: &Server, size: &Size) -> Result<Self> {
        let (last, is_last) = watch::channel(None);
        let mut viewers = JoinSet::new();
        let address = server.address();
        for first in (0..size.viewers).step_by(AT_A_TIME) {
            let mut opened = JoinSet::new();
            for viewer in first..(first + AT_A_TIME).min(size.viewers) {
                opened.spawn(async move { (viewer, Connection::open(address).await) });
            }
            while let Some(opened) = opened.join_next().await {
                let (viewer, connection) = opened?;
                let connection = connection.context("a viewer can't connect")?;
                let session = viewer % size.sessions;
                let viewer = Viewer {
                    address,
                    path: status_path(&id(session)),
                    session,
                    token: None,
                };
                viewers.spawn(viewer.view(connection, is_last.clone()));
            }
        }
        // A connection of its own: between two rounds the server ends one that asks nothing.
        let mut api = server.api().await?;
        let deadline = Instant::now() + PATIENCE;
        loop {
            let waiting = api.metrics().await?.waiting();
            if waiting >= precise(size.viewers as u64) {
                return Ok(Self { viewers, last });
            }
            if let Some(viewed) = viewers.try_join_next() {
                let reason = viewed?.wrong.unwrap_or_default();
                bail!("a viewer can't wait: {reason}");
            }
            if Instant::now() > deadline {
                bail!("only {waiting} of {} viewers wait", size.viewers);
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until each knows the last version of its session, and lets them go.
    async fn end(mut self, server: &Server, sessions: Vec<u64>) -> Result<Told> {
        self.last.send_replace(Some(sessions));
        let mut told = Told::default();
        while let Some(viewed) = self.viewers.join_next().await {
            let viewed = viewed?;
            if let Some(reason) = viewed.wrong.as_ref().filter(|_| told.wrong == 0) {
                say(Trial::Crowd, &format!("the first wrong answer: {reason}"));
            }
            told.add(Told::from(&viewed));
        }
        let mut api = server.api().await?;
        let deadline = Instant::now() + PATIENCE;
        while api.metrics().await?.waiting() > 0.0 && Instant::now() < deadline {
            sleep(Duration::from_millis(50)).await;
        }
        Ok(told)
    }
}

/// Changes each session again and again; answers the version of each in the end.
async fn change(address: HttpAddress, size: &Size, time: Duration) -> Result<Vec<u64>> {
    let mut api = Api::connect(address).await?;
    let begun = Instant::now();
    let pause = size.change_every / u32::try_from(size.sessions)?;
    let mut changes = 0_u32;
    while begun.elapsed() < time {
        let session = changes as usize % size.sessions;
        changes += 1;
        let text = format!("change {changes} at {:?}", begun.elapsed());
        let body = json!({ "status": "in-progress", "activity": text });
        api.report(&id(session), "tradeExtraction", &body).await?;
        sleep_until(begun + pause * changes).await;
    }
    let mut versions = Vec::new();
    for session in 0..size.sessions {
        let answer = api.get(&status_path(&id(session))).await?;
        versions.push(version(answer.body).context("a status has no version")?);
    }
    Ok(versions)
}

/// What some writers have done in some time.
struct Written {
    writes: f64,
    seconds: f64,
    millis: Vec<f64>,
}

/// Lets some writers report on sessions that nobody looks at, as fast as they are answered.
async fn writes(address: HttpAddress, time: Duration) -> Result<Written> {
    static SESSIONS: AtomicU64 = AtomicU64::new(0);
    let begun = Instant::now();
    let mut writers = JoinSet::new();
    let end = begun + time;
    let done = Arc::<AtomicU64>::default();
    for _ in 0..WRITERS {
        let done = Arc::clone(&done);
        writers.spawn(async move {
            let mut api = Api::connect(address).await?;
            let mut millis = Vec::new();
            let id = format!("written-{}", SESSIONS.fetch_add(1, Ordering::Relaxed));
            api.start(&id).await?;
            while Instant::now() < end {
                let number = done.fetch_add(1, Ordering::Relaxed);
                let text = format!("write {number}");
                let body = json!({ "status": "in-progress", "activity": text });
                let asked = Instant::now();
                api.report(&id, "pdfAdapter", &body).await?;
                millis.push(asked.elapsed().as_secs_f64() * 1e3);
            }
            anyhow::Ok(millis)
        });
    }
    let mut millis = Vec::new();
    while let Some(writer) = writers.join_next().await {
        millis.extend(writer??);
    }
    Ok(Written {
        writes: precise(millis.len() as u64),
        seconds: begun.elapsed().as_secs_f64(),
        millis,
    })
}

#[expect(clippy::cast_precision_loss, reason = "some hundred thousand at most")]
fn precise(count: u64) -> f64 {
    count as f64
}

//! The server is told to end while eight writers report and viewers wait.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use harness::api::status_path;
use harness::http::{Connection, HttpAddress, request};
use harness::report::{Bound, Measurement, Unit};
use harness::server::{Launch, Server};
use harness::statistics::Samples;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{Instant, sleep, timeout};

use crate::judge;
use crate::stage::{self, Stage};
use crate::trials::Trial;
use crate::witnesses::Answers;
use crate::writers::Writers;

const WRITERS: usize = 8;
const VIEWERS: usize = 50;
/// The session that they wait on: it never changes.
const QUIET: &str = "quiet";
/// A viewer that has no answer so long after it has asked is left hanging: the server is told to end
/// within a second, and could let it wait for 25 s.
const HANGING: Duration = Duration::from_secs(15);
/// A second server that has not been refused by then is let in.
const LET_IN: Duration = Duration::from_secs(10);
/// It is told to end at some moment within this time after everybody is at work.
const LIFE_MILLIS: std::ops::Range<u64> = 20..400;

/// Acknowledged writes lost, viewers left hanging or cut off; and how soon the server has ended.
pub async fn run(stage: &Stage) -> Result<Vec<Measurement>> {
    let times = stage.pick(50, 3);
    let directory = stage.directory()?;
    let store = directory.path().join("sessions.db");
    let launch = Launch::on_file(stage.program(), &store);
    let (place, places) = watch::channel(None);
    let writers = Writers::start(WRITERS, &places, Duration::ZERO, &Answers::default());

    let (mut left, mut disorderly, mut damaged, mut let_in) = (Left::default(), 0, 0, 0);
    let mut took = Vec::new();
    for number in 1..=times {
        let server = launch.start().await?;
        place.send_replace(Some(server.address()));
        let viewers = gather(&server).await?;
        let_in += u64::from(!is_refused(stage.program(), &store).await?);
        sleep(Duration::from_millis(rand::random_range(LIFE_MILLIS))).await;
        let told = Instant::now();
        let is_orderly = spawn_blocking(|| server.terminate()).await??;
        took.push(told.elapsed().as_secs_f64() * 1e3);
        place.send_replace(None);
        disorderly += u64::from(!is_orderly);
        left.add(left_by(viewers).await?);
        damaged += u64::from(!judge::file(&store).await?);
        if number % 10 == 0 {
            stage::say(Trial::Stopped, &format!("{number} of {times} times"));
        }
    }
    let server = launch.start().await?;
    place.send_replace(Some(server.address()));
    let acknowledged = writers.end().await?;
    let verdict = judge::sessions(server.address(), &acknowledged.all()).await?;

    let took = Samples::new(took);
    let count = |what: &str, value: u64| Measurement::new(what, precise(value), Unit::Count);
    let millis = |what: &str, value| Measurement::new(what, value, Unit::Milliseconds);
    let none = Bound::AtMost(0.0);
    Ok(vec![
        count("times that the server was told to end", times),
        count("ends that it does not call orderly", disorderly).demanded(none),
        count("writes acknowledged", acknowledged.count()),
        count("acknowledged writes lost", verdict.lost).demanded(none),
        count("sessions torn", verdict.torn).demanded(none),
        count("files damaged (integrity_check)", damaged).demanded(none),
        count("viewers that waited", times * VIEWERS as u64),
        count("viewers left hanging", left.hanging).demanded(none),
        count("viewers cut off, or answered wrong", left.cut).demanded(none),
        count("second servers let in on the same file", let_in).demanded(none),
        millis("told to end until it has, half", took.median()),
        millis("told to end until it has, longest", took.largest()),
    ])
}

/// Viewers, and the status that each is answered with.
type Viewers = JoinSet<Option<Result<u16>>>;

/// Lets viewers come, and waits until all of them wait.
async fn gather(server: &Server) -> Result<Viewers> {
    let mut api = server.api().await?;
    api.start(QUIET).await?;
    let path = status_path(QUIET);
    let tag = api.get(&path).await?.etag.context("a status has no tag")?;
    let tag = tag.to_owned();
    let mut viewers = JoinSet::new();
    for _ in 0..VIEWERS {
        let connection = Connection::open(server.address()).await?;
        viewers.spawn(wait(server.address(), connection, tag.clone()));
    }
    let begun = Instant::now();
    while api.metrics().await?.waiting() < precise(VIEWERS as u64) {
        ensure!(begun.elapsed() < HANGING, "the viewers do not come to wait");
        sleep(Duration::from_millis(5)).await;
    }
    Ok(viewers)
}

async fn wait(
    address: HttpAddress,
    mut connection: Connection,
    tag: String,
) -> Option<Result<u16>> {
    let headers = [("Prefer", "wait=25"), ("If-None-Match", tag.as_str())];
    let request = request(address, "GET", &status_path(QUIET), &headers, "");
    let exchange = connection.exchange(&request);
    let answer = timeout(HANGING, exchange).await.ok()?;
    Some(answer.map(|answer| answer.status).map_err(Into::into))
}

/// What became of viewers.
#[derive(Clone, Copy, Debug, Default)]
struct Left {
    hanging: u64,
    cut: u64,
}

impl Left {
    fn add(&mut self, other: Self) {
        self.hanging += other.hanging;
        self.cut += other.cut;
    }
}

async fn left_by(mut viewers: Viewers) -> Result<Left> {
    let mut left = Left::default();
    while let Some(answer) = viewers.join_next().await {
        match answer? {
            Some(Ok(200 | 304)) => {}
            Some(_) => left.cut += 1,
            None => left.hanging += 1,
        }
    }
    Ok(left)
}

/// Is a second server on the same file refused?
async fn is_refused(program: &Path, store: &Path) -> Result<bool> {
    let second = Command::new(program)
        .args(["serve", "--listen", "127.0.0.1:0", "--store"])
        .arg(format!("sqlite:{}", store.display()))
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output();
    match timeout(LET_IN, second).await {
        Ok(ended) => {
            let ended = ended.context("a second server does not start")?;
            let said = String::from_utf8_lossy(&ended.stderr);
            Ok(!ended.status.success() && said.contains("has a server already"))
        }
        Err(_) => Ok(false),
    }
}

#[expect(clippy::cast_precision_loss, reason = "some hundred thousand at most")]
fn precise(count: u64) -> f64 {
    count as f64
}

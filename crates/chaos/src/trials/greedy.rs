//! One viewer asks far more often than it may, and has more requests waiting than it may, beside
//! others that keep to their limits: it is told so, and nobody else notices.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use harness::api::status_path;
use harness::http::{Connection, HttpAddress, request};
use harness::metrics::Metrics;
use harness::report::{Bound, Measurement, Unit};
use harness::server::Launch;
use harness::statistics::Samples;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::stage::{Stage, say};
use crate::trials::Trial;
use crate::trials::viewer::{Told, Viewer, version};

/// Each reports on a session of its own.
const WRITERS: usize = 4;
/// How often, which is a fifth of what one may.
const REPORT_EVERY: Duration = Duration::from_millis(100);
/// The viewers of each session, each with a token of its own.
const VIEWERS: usize = 10;
/// The greedy one's connections, and how often it asks on each: up to 800 times a second in all.
const PUSHING: usize = 16;
const PUSH_EVERY: Duration = Duration::from_millis(20);
/// On these it waits, or tries to; how soon it tries again where it is not let.
const HANGING: usize = 100;
const HANG_EVERY: Duration = Duration::from_millis(500);
/// Nothing happens in this session.
const STILL: &str = "still";
/// The server's limits for one viewer, as they are unless somebody changes them.
const RATE: f64 = 50.0;
const BURST: f64 = 100.0;
const WAITING: f64 = 64.0;

/// What the greedy one was answered, and what the others noticed.
pub async fn run(stage: &Stage) -> Result<Vec<Measurement>> {
    let time = stage.seconds(30, 4);
    let directory = stage.directory()?;
    let access = directory.path().join("access.db");
    let cast = Cast::new(stage, &access).await?;
    let server = Launch::on_file(stage.program(), &directory.path().join("sessions.db"))
        .arguments(&["--access", access.to_str().context("a path is not UTF-8")?])
        .start()
        .await?;
    let address = server.address();

    let mut writer = Client::open(address, &cast.writers[0]).await?;
    writer.start(STILL).await?;

    say(Trial::Greedy, "the others alone");
    let alone = cast.play(address, time).await?;
    say(Trial::Greedy, "and beside the greedy one");
    let greedy = Greedy::start(address, &cast.greedy).await?;
    let (beside, waiting) = tokio::try_join!(cast.play(address, time), async {
        sleep(time / 2).await;
        waiting(address, &cast.operator).await
    })?;
    let told = greedy.end().await;

    let none = Bound::AtMost(0.0);
    let others = beside.told;
    let viewers = precise((WRITERS * VIEWERS) as u64);
    let (fast, slow) = (Samples::new(alone.millis), Samples::new(beside.millis));
    let count = |what: &str, value: f64| Measurement::new(what, value, Unit::Count);
    let millis = |what: &str, value: f64| Measurement::new(what, value, Unit::Milliseconds);
    Ok(vec![
        count("the greedy one's requests", told.all()),
        count("of them 429", told.refused).demanded(Bound::AtLeast(1.0)),
        count("429 without Retry-After", told.unexplained).demanded(none),
        count("other errors, or no answer", told.wrong).demanded(none),
        count(
            "answered beyond its rate",
            (told.answered - BURST - RATE * (told.seconds + 1.0)).max(0.0),
        )
        .demanded(none),
        count("its requests that wait", (waiting - viewers).max(0.0))
            .demanded(Bound::AtMost(WAITING)),
        count("the others' viewers", viewers),
        count("changes that they were told of", precise(others.changes)),
        count(
            "wrong answers to them, or none",
            precise(others.wrong + alone.told.wrong),
        )
        .demanded(none),
        count(
            "of them that did not come to know the last change",
            precise(others.starved + alone.told.starved),
        )
        .demanded(none),
        millis("a write's time without the greedy one, half", fast.median()),
        millis("a write's time beside it, half", slow.median()),
        Measurement::new(
            "writes beside it over writes without",
            precise(slow.count() as u64) / precise(fast.count() as u64),
            Unit::Ratio,
        )
        .bound(Bound::AtLeast(0.9)),
    ])
}

/// Everybody's tokens.
struct Cast {
    writers: Vec<String>,
    viewers: Vec<String>,
    greedy: String,
    operator: String,
}

/// What those who keep to their limits have seen.
struct Scene {
    told: Told,
    millis: Vec<f64>,
}

impl Cast {
    async fn new(stage: &Stage, access: &Path) -> Result<Self> {
        let mut writers = Vec::new();
        for number in 0..WRITERS {
            let name = format!("writer-{number}");
            writers.push(stage.token(access, &name, "writer").await?);
        }
        let mut viewers = Vec::new();
        for number in 0..WRITERS * VIEWERS {
            let name = format!("viewer-{number}");
            viewers.push(stage.token(access, &name, "viewer").await?);
        }
        Ok(Self {
            writers,
            viewers,
            greedy: stage.token(access, "greedy", "viewer").await?,
            operator: stage.token(access, "ops", "operator").await?,
        })
    }

    /// Writers report and viewers wait for it.
    async fn play(&self, address: HttpAddress, time: Duration) -> Result<Scene> {
        let mut writers = Vec::new();
        for (session, token) in self.writers.iter().enumerate() {
            let mut writer = Client::open(address, token).await?;
            writer.start(&id(session)).await?;
            writers.push(writer);
        }
        let (last, is_last) = watch::channel(None);
        let mut viewers = JoinSet::new();
        for (number, token) in self.viewers.iter().enumerate() {
            let connection = Connection::open(address).await?;
            let session = number % WRITERS;
            let viewer = Viewer {
                address,
                path: status_path(&id(session)),
                session,
                token: Some(token.clone()),
            };
            viewers.spawn(viewer.view(connection, is_last.clone()));
        }
        let mut writing = JoinSet::new();
        for (session, client) in writers.into_iter().enumerate() {
            writing.spawn(client.report_for(session, time));
        }
        let (mut versions, mut millis) = (vec![0; WRITERS], Vec::new());
        while let Some(written) = writing.join_next().await {
            let (session, version, times) = written??;
            versions[session] = version;
            millis.extend(times);
        }
        last.send_replace(Some(versions));
        let mut told = Told::default();
        while let Some(viewed) = viewers.join_next().await {
            let viewed = viewed?;
            if let Some(reason) = viewed.wrong.as_ref().filter(|_| told.wrong == 0) {
                say(Trial::Greedy, &format!("the first wrong answer: {reason}"));
            }
            told.add(Told::from(&viewed));
        }
        Ok(Scene { told, millis })
    }
}

fn id(session: usize) -> String {
    format!("greedy-{session}")
}

/// Somebody with a token.
struct Client {
    address: HttpAddress,
    connection: Connection,
    authorization: String,
}

impl Client {
    async fn open(address: HttpAddress, token: &str) -> Result<Self> {
        let connection = Connection::open(address).await?;
        Ok(Self {
            address,
            connection,
            authorization: format!("Bearer {token}"),
        })
    }

    /// The body of an answer that has to be a good one.
    async fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<Vec<u8>> {
        let headers = [("Authorization", self.authorization.as_str())];
        let request = request(self.address, method, path, &headers, body);
        let answer = self.connection.exchange(&request).await?;
        match answer.status {
            200..300 => Ok(answer.body.to_vec()),
            status => bail!("{method} {path} is answered with {status}"),
        }
    }

    async fn start(&mut self, id: &str) -> Result<()> {
        let path = format!("/api/workflow/{id}");
        self.ask("PUT", &path, "{}").await.map(drop)
    }

    /// Reports again and again; the session, its version in the end, and how long each took.
    async fn report_for(
        mut self,
        session: usize,
        time: Duration,
    ) -> Result<(usize, u64, Vec<f64>)> {
        let path = format!("/api/workflow/{}/agents/pdfAdapter", id(session));
        let (begun, mut millis) = (Instant::now(), Vec::new());
        let mut due = interval(REPORT_EVERY);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            due.tick().await;
            let text = format!("report at {:?}", begun.elapsed());
            let body = json!({ "status": "in-progress", "activity": text });
            let asked = Instant::now();
            let answer = self.ask("PATCH", &path, &body.to_string()).await?;
            millis.push(asked.elapsed().as_secs_f64() * 1e3);
            if begun.elapsed() >= time {
                let version = version(&answer).context("a status has no version")?;
                return Ok((session, version, millis));
            }
        }
    }
}

/// How many requests wait, everybody's.
async fn waiting(address: HttpAddress, operator: &str) -> Result<f64> {
    let mut client = Client::open(address, operator).await?;
    let body = client.ask("GET", "/metrics", "").await?;
    Ok(Metrics(String::from_utf8(body)?).waiting())
}

/// The greedy one.
struct Greedy {
    asking: JoinSet<()>,
    answers: Arc<Answers>,
    begun: Instant,
}

#[derive(Default)]
struct Answers {
    answered: AtomicU64,
    refused: AtomicU64,
    unexplained: AtomicU64,
    wrong: AtomicU64,
}

/// What it was answered.
struct Outcome {
    answered: f64,
    refused: f64,
    unexplained: f64,
    wrong: f64,
    seconds: f64,
}

impl Outcome {
    fn all(&self) -> f64 {
        self.answered + self.refused + self.wrong
    }
}

impl Greedy {
    async fn start(address: HttpAddress, token: &str) -> Result<Self> {
        let authorization = format!("Bearer {token}");
        let by = ("Authorization", authorization.as_str());
        let look = request(address, "GET", &status_path(STILL), &[by], "");
        let mut connection = Connection::open(address).await?;
        let looked = connection.exchange(&look).await?;
        let tag = looked.etag.context("there is nothing to wait for")?;
        let headers = [by, ("Prefer", "wait=25"), ("If-None-Match", tag)];
        let hang = request(address, "GET", &status_path(STILL), &headers, "");
        let push = request(address, "GET", "/api/workflow/recent?limit=50", &[by], "");
        let answers = Arc::<Answers>::default();
        let begun = Instant::now();
        let mut asking = JoinSet::new();
        for number in 0..HANGING + PUSHING {
            let connection = Connection::open(address).await?;
            let (request, every) = match number {
                ..HANGING => (hang.clone(), HANG_EVERY),
                _ => (push.clone(), PUSH_EVERY),
            };
            asking.spawn(ask(connection, request, every, Arc::clone(&answers)));
        }
        Ok(Self {
            asking,
            answers,
            begun,
        })
    }

    async fn end(mut self) -> Outcome {
        let seconds = self.begun.elapsed().as_secs_f64();
        self.asking.shutdown().await;
        let read = |count: &AtomicU64| precise(count.load(Ordering::Relaxed));
        Outcome {
            answered: read(&self.answers.answered),
            refused: read(&self.answers.refused),
            unexplained: read(&self.answers.unexplained),
            wrong: read(&self.answers.wrong),
            seconds,
        }
    }
}

/// Asks the same over and over, whatever the answer says.
async fn ask(mut connection: Connection, request: Vec<u8>, every: Duration, answers: Arc<Answers>) {
    let mut due = interval(every);
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        due.tick().await;
        let Ok(answer) = connection.exchange(&request).await else {
            answers.wrong.fetch_add(1, Ordering::Relaxed);
            return;
        };
        let count = match (answer.status, answer.retry_after) {
            (200 | 304, _) => &answers.answered,
            (429, Some(_)) => &answers.refused,
            (429, None) => {
                answers.unexplained.fetch_add(1, Ordering::Relaxed);
                &answers.refused
            }
            _ => &answers.wrong,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }
}

#[expect(clippy::cast_precision_loss, reason = "some hundred thousand at most")]
fn precise(count: u64) -> f64 {
    count as f64
}

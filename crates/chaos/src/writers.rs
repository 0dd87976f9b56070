//! Writers: each reports one session after the other, each step until it is acknowledged.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Result, bail};
use harness::http::{Connection, HttpAddress};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::story::{STEPS, report};
use crate::witnesses::{Answers, Kind};

/// A server that has not answered by then is given up.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two tries, where the server does not say when.
const PAUSE: Duration = Duration::from_millis(100);

/// What was acknowledged: of each session the last step.
#[derive(Clone, Default)]
pub struct Acknowledged(Arc<Mutex<BTreeMap<String, u64>>>);

impl Acknowledged {
    /// A copy of all.
    pub fn all(&self) -> BTreeMap<String, u64> {
        self.lock().clone()
    }

    /// How many steps in all.
    pub fn count(&self) -> u64 {
        self.lock().values().sum()
    }

    fn note(&self, id: &str, step: u64) {
        self.lock().insert(id.to_owned(), step);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where the server is, while it is anywhere.
pub type Place = watch::Receiver<Option<HttpAddress>>;

/// Some writers at work.
pub struct Writers {
    tasks: JoinSet<Result<()>>,
    stop: Arc<AtomicBool>,
    /// What was acknowledged to them.
    pub acknowledged: Acknowledged,
    /// How often a step had to be reported again.
    pub repeated: Arc<AtomicU64>,
}

impl Writers {
    /// Lets so many begin, with a pause after each step; every answer is noted.
    pub fn start(count: usize, place: &Place, pause: Duration, answers: &Answers) -> Self {
        let mut writers = Self {
            tasks: JoinSet::new(),
            stop: Arc::default(),
            acknowledged: Acknowledged::default(),
            repeated: Arc::default(),
        };
        for number in 0..count {
            let writer = Writer {
                place: place.clone(),
                connection: None,
                pause,
                answers: answers.clone(),
                acknowledged: writers.acknowledged.clone(),
                repeated: Arc::clone(&writers.repeated),
            };
            let stop = Arc::clone(&writers.stop);
            writers.tasks.spawn(writer.work(number, stop));
        }
        writers
    }

    /// Lets them end their sessions.
    pub async fn end(mut self) -> Result<Acknowledged> {
        self.stop.store(true, Ordering::SeqCst);
        while let Some(ended) = self.tasks.join_next().await {
            ended??;
        }
        Ok(self.acknowledged)
    }
}

struct Writer {
    place: Place,
    connection: Option<(HttpAddress, Connection)>,
    pause: Duration,
    answers: Answers,
    acknowledged: Acknowledged,
    repeated: Arc<AtomicU64>,
}

impl Writer {
    async fn work(mut self, number: usize, stop: Arc<AtomicBool>) -> Result<()> {
        let mut session = 0;
        while !stop.load(Ordering::SeqCst) {
            session += 1;
            let id = format!("writer-{number}-{session}");
            for step in 1..=STEPS {
                self.until_acknowledged(&id, step).await?;
                self.acknowledged.note(&id, step);
                sleep(self.pause).await;
            }
        }
        Ok(())
    }

    async fn until_acknowledged(&mut self, id: &str, step: u64) -> Result<()> {
        loop {
            let address = match self.place.wait_for(Option::is_some).await {
                Ok(place) => *place,
                Err(_) => None,
            };
            let Some(address) = address else {
                bail!("the server is gone for good");
            };
            match self.send(address, id, step).await {
                Some(200 | 201) => return Ok(()),
                // Nobody has answered, or the store is away: the same report again.
                None | Some(503) => {
                    self.repeated.fetch_add(1, Ordering::Relaxed);
                    sleep(PAUSE).await;
                }
                Some(status) => bail!("step {step} of {id} is answered with {status}"),
            }
        }
    }

    /// The answer's status; nothing where there is none.
    async fn send(&mut self, address: HttpAddress, id: &str, step: u64) -> Option<u16> {
        if self
            .connection
            .as_ref()
            .is_none_or(|(to, _)| *to != address)
        {
            let connection = Connection::open(address).await.ok()?;
            self.connection = Some((address, connection));
        }
        let (_, connection) = self.connection.as_mut()?;
        let asked = Instant::now();
        let request = report(address, id, step);
        let exchange = connection.exchange(&request);
        let answer = timeout(PATIENCE, exchange).await.ok().and_then(Result::ok);
        let noted = answer.map(|answer| (answer.status, answer.retry_after.is_some()));
        self.answers.note(Kind::Write, asked, noted);
        let status = noted.map(|(status, _)| status);
        if status.is_none() {
            self.connection = None;
        }
        status
    }
}

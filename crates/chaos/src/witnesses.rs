//! What is seen from outside while something is the matter with the store.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use harness::http::{Connection, HttpAddress, request};
use harness::report::{Bound, Measurement, Unit};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use crate::judge::{self, Verdict};
use crate::stage::say;
use crate::story::status_path;
use crate::trials::Trial;
use crate::writers::Writers;

const WRITERS: usize = 4;
const READERS: usize = 4;
const VIEWERS: usize = 20;
/// A session that all look at; it is started before anything is the matter.
const LOOKED_AT: &str = "looked-at";
/// How long a viewer waits for a change, in seconds.
const WAIT: u64 = 5;
/// The server answers a report within ten seconds and a look within five, whatever its store does.
/// A waiting viewer's look begins when its wait is over. The rest is for a busy machine.
const DEADLINE: Duration = Duration::from_secs(12);
/// After so long without any answer a server counts as hanging.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(100);

/// What somebody has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A report.
    Write,
    /// The status, or the list.
    Read,
    /// The next change.
    Wait,
}

/// An answer, or that there was none.
#[derive(Clone, Copy, Debug)]
struct Seen {
    kind: Kind,
    asked: Instant,
    answered: Instant,
    /// The status, and whether it says when to try again.
    answer: Option<(u16, bool)>,
}

/// All that was seen.
#[derive(Clone, Default)]
pub struct Answers(Arc<Mutex<Vec<Seen>>>);

impl Answers {
    /// Notes an answer that has just come.
    pub fn note(&self, kind: Kind, asked: Instant, answer: Option<(u16, bool)>) {
        let answered = Instant::now();
        self.lock().push(Seen {
            kind,
            asked,
            answered,
            answer,
        });
    }

    /// Those that have come since then.
    fn since(&self, time: Instant) -> Vec<Seen> {
        let seen = self.lock();
        seen.iter()
            .filter(|seen| seen.answered >= time)
            .copied()
            .collect()
    }

    /// Has something of this kind gone well that was asked for since then?
    fn is_well(&self, kind: Kind, time: Instant) -> bool {
        let is_good = |seen: &Seen| matches!(seen.answer, Some((200..=304, _)));
        let seen = self.lock();
        seen.iter()
            .rev()
            .take_while(|seen| seen.answered >= time)
            .any(|seen| seen.kind == kind && seen.asked >= time && is_good(seen))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writers, readers and waiting viewers of one server.
pub struct Witnesses {
    trial: Trial,
    address: HttpAddress,
    answers: Answers,
    writers: Writers,
    others: JoinSet<()>,
    stop: Arc<AtomicBool>,
    // Writers look there; it stays as it is.
    _place: watch::Sender<Option<HttpAddress>>,
}

impl Witnesses {
    /// Lets all of them begin.
    pub async fn start(trial: Trial, address: HttpAddress) -> Result<Self> {
        let mut api = harness::api::Api::connect(address).await?;
        api.start_running(LOOKED_AT).await?;
        let etag = api.etag(LOOKED_AT).await?;

        let (place, places) = watch::channel(Some(address));
        let answers = Answers::default();
        let stop = Arc::<AtomicBool>::default();
        let mut others = JoinSet::new();
        let status = status_path(LOOKED_AT);
        for number in 0..READERS {
            let path = match number % 2 {
                0 => status.clone(),
                _ => "/api/workflow/recent?limit=10".to_owned(),
            };
            let read = request(address, "GET", &path, &[], "");
            let (answers, stop) = (answers.clone(), Arc::clone(&stop));
            others.spawn(ask(address, Kind::Read, read, PAUSE, answers, stop));
        }
        let wait = format!("wait={WAIT}");
        let headers = [("Prefer", wait.as_str()), ("If-None-Match", &etag)];
        let wait = request(address, "GET", &status, &headers, "");
        for _ in 0..VIEWERS {
            let (answers, stop) = (answers.clone(), Arc::clone(&stop));
            others.spawn(ask(address, Kind::Wait, wait.clone(), PAUSE, answers, stop));
        }
        Ok(Self {
            trial,
            address,
            writers: Writers::start(WRITERS, &places, Duration::from_millis(50), &answers),
            answers,
            others,
            stop,
            _place: place,
        })
    }

    /// Something is the matter for so long; what came of it, and how soon all was well again.
    ///
    /// `begin` makes it so, `end` ends it.
    pub async fn see(
        &self,
        name: &str,
        duration: Duration,
        begin: impl AsyncFnOnce() -> Result<()>,
        end: impl AsyncFnOnce() -> Result<()>,
    ) -> Result<Vec<Measurement>> {
        say(self.trial, &format!("{name}, {} s", duration.as_secs()));
        begin()
            .await
            .with_context(|| format!("{name} can't be made so"))?;
        let since = Instant::now();
        sleep(duration).await;
        end()
            .await
            .with_context(|| format!("{name} can't be ended"))?;
        let ended = Instant::now();
        for kind in [Kind::Write, Kind::Read] {
            self.until_well(kind, ended)
                .await
                .context(name.to_owned())?;
        }
        let well = ended.elapsed();
        // Those who waited are answered by then.
        sleep(Duration::from_secs(WAIT)).await;
        Ok(tell(name, &self.answers.since(since), well))
    }

    async fn until_well(&self, kind: Kind, since: Instant) -> Result<()> {
        let looking = async {
            while !self.answers.is_well(kind, since) {
                sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, looking).await.with_context(|| {
            format!(
                "no {kind:?} goes well {} s after it is over",
                PATIENCE.as_secs()
            )
        })
    }

    /// Lets all of them end; is all there that was acknowledged?
    pub async fn end(mut self, name: &str) -> Result<Vec<Measurement>> {
        self.stop.store(true, Ordering::SeqCst);
        let acknowledged = self.writers.end().await?;
        while let Some(ended) = self.others.join_next().await {
            ended?;
        }
        let verdict = judge::sessions(self.address, &acknowledged.all()).await?;
        let Verdict {
            sessions,
            lost,
            torn,
        } = verdict;
        let none = Bound::AtMost(0.0);
        Ok(vec![
            count(
                &format!("{name}: writes acknowledged"),
                acknowledged.count(),
            ),
            count(&format!("{name}: acknowledged writes lost"), lost).demanded(none),
            count(&format!("{name}: sessions torn"), torn).demanded(none),
            count(&format!("{name}: sessions in the end"), sessions),
        ])
    }
}

/// Asks the same over and over.
async fn ask(
    address: HttpAddress,
    kind: Kind,
    request: Vec<u8>,
    pause: Duration,
    answers: Answers,
    stop: Arc<AtomicBool>,
) {
    let mut connection = None;
    while !stop.load(Ordering::SeqCst) {
        let asked = Instant::now();
        let answer = once(address, &mut connection, &request).await;
        if answer.is_none() {
            connection = None;
        }
        answers.note(kind, asked, answer);
        sleep(pause).await;
    }
}

async fn once(
    address: HttpAddress,
    connection: &mut Option<Connection>,
    request: &[u8],
) -> Option<(u16, bool)> {
    let connection = match connection {
        Some(connection) => connection,
        None => connection.insert(Connection::open(address).await.ok()?),
    };
    let answer = timeout(PATIENCE, connection.exchange(request)).await.ok()?;
    let answer = answer.ok()?;
    Some((answer.status, answer.retry_after.is_some()))
}

/// What the answers come to.
fn tell(name: &str, seen: &[Seen], well: Duration) -> Vec<Measurement> {
    let of = |what: &dyn Fn(&Seen) -> bool| {
        let seen = seen.iter().filter(|seen| what(seen)).count();
        u64::try_from(seen).unwrap_or(u64::MAX)
    };
    let longest = |kind: Kind, more: Duration| {
        let times = seen.iter().filter(|seen| seen.kind == kind);
        let longest = times.map(|seen| seen.answered - seen.asked).max();
        longest.unwrap_or_default().saturating_sub(more)
    };
    let slowest = longest(Kind::Write, Duration::ZERO)
        .max(longest(Kind::Read, Duration::ZERO))
        .max(longest(Kind::Wait, Duration::from_secs(WAIT)));
    let is_wrong = |seen: &Seen| !matches!(seen.answer, Some((200 | 201 | 304 | 503, _)));
    let none = Bound::AtMost(0.0);
    vec![
        count(&format!("{name}: answers"), of(&|_| true)),
        count(
            &format!("{name}: of them 503"),
            of(&|seen| matches!(seen.answer, Some((503, _)))),
        ),
        count(
            &format!("{name}: 503 without Retry-After"),
            of(&|seen| matches!(seen.answer, Some((503, false)))),
        )
        .demanded(none),
        count(
            &format!("{name}: other errors, or no answer"),
            of(&is_wrong),
        )
        .demanded(none),
        millis(&format!("{name}: longest answer, waits apart"), slowest)
            .demanded(Bound::AtMost(DEADLINE.as_secs_f64() * 1e3)),
        millis(
            &format!("{name}: over, until reports and looks go well"),
            well,
        ),
    ]
}

fn millis(what: &str, time: Duration) -> Measurement {
    Measurement::new(what, time.as_secs_f64() * 1e3, Unit::Milliseconds)
}

#[expect(clippy::cast_precision_loss, reason = "some hundred thousand at most")]
fn count(what: &str, count: u64) -> Measurement {
    Measurement::new(what, count as f64, Unit::Count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(kind: Kind, seconds: u64, answer: Option<(u16, bool)>) -> Seen {
        let asked = Instant::now();
        Seen {
            kind,
            asked,
            answered: asked + Duration::from_secs(seconds),
            answer,
        }
    }

    fn is_good(seen: &[Seen]) -> bool {
        tell("gone", seen, Duration::ZERO)
            .iter()
            .all(Measurement::is_good)
    }

    #[test]
    fn a_refusal_that_says_when_to_try_again_is_right_and_nothing_else_is() {
        assert!(is_good(&[seen(Kind::Write, 1, Some((503, true)))]));
        assert!(is_good(&[seen(Kind::Read, 1, Some((200, false)))]));
        for wrong in [
            Some((503, false)),
            Some((500, false)),
            Some((404, false)),
            None,
        ] {
            assert!(!is_good(&[seen(Kind::Read, 1, wrong)]), "{wrong:?}");
        }
    }

    #[test]
    fn an_answer_has_to_come_in_time_and_a_wait_may_take_longer() {
        assert!(is_good(&[seen(Kind::Wait, 14, Some((304, false)))]));
        assert!(!is_good(&[seen(Kind::Read, 14, Some((200, false)))]));
        assert!(!is_good(&[seen(Kind::Wait, 40, Some((304, false)))]));
    }

    #[test]
    fn what_was_asked_before_it_was_over_does_not_show_that_it_is() {
        let answers = Answers::default();
        let before = Instant::now();
        let over = before + Duration::from_millis(1);
        answers.note(Kind::Read, before, Some((200, false)));
        assert!(!answers.is_well(Kind::Read, over));
        answers.note(Kind::Read, over, Some((503, true)));
        assert!(!answers.is_well(Kind::Read, before + Duration::from_millis(1)));
    }
}

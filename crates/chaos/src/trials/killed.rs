//! The server is killed while eight writers report.

use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context, Result};
use harness::report::{Bound, Measurement, Unit};
use harness::server::Launch;
use harness::statistics::Samples;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::judge::{self, Verdict};
use crate::stage::{self, Stage};
use crate::trials::Trial;
use crate::witnesses::Answers;
use crate::writers::Writers;

const WRITERS: usize = 8;
/// It is killed at some moment within this time after it is back.
const LIFE_MILLIS: std::ops::Range<u64> = 20..400;

/// Acknowledged writes lost, torn sessions, damaged files; and how soon the server is back.
pub async fn run(stage: &Stage) -> Result<Vec<Measurement>> {
    let kills = stage.pick(100, 5);
    let directory = stage.directory()?;
    let store = directory.path().join("sessions.db");
    let launch = Launch::on_file(stage.program(), &store);
    let mut server = launch.start().await?;
    let (place, places) = watch::channel(Some(server.address()));
    let answers = Answers::default();
    let writers = Writers::start(WRITERS, &places, Duration::ZERO, &answers);

    let mut verdict = Verdict::default();
    let mut damaged = 0;
    let mut back = Vec::new();
    for kill in 1..=kills {
        sleep(Duration::from_millis(rand::random_range(LIFE_MILLIS))).await;
        server.kill()?;
        // From here on nobody reports, so that what is found is what the killed one has left.
        place.send_replace(None);
        damaged += u32::from(!judge::file(&store).await?);
        let down = Instant::now();
        server = launch.start().await?;
        server.api().await?.get("/readyz").await?;
        back.push(down.elapsed().as_secs_f64() * 1e3);
        let acknowledged = writers.acknowledged.all();
        verdict.add(judge::sessions(server.address(), &acknowledged).await?);
        place.send_replace(Some(server.address()));
        if kill % 20 == 0 {
            let count = writers.acknowledged.count();
            stage::say(
                Trial::Killed,
                &format!("{kill} of {kills} times, {count} writes acknowledged"),
            );
        }
    }
    let repeated = writers.repeated.load(Ordering::Relaxed);
    let acknowledged = writers.end().await?;
    let last = judge::sessions(server.address(), &acknowledged.all())
        .await
        .context("at the end")?;
    verdict.add(last);

    let back = Samples::new(back);
    let count = |what: &str, value: u64| Measurement::new(what, precise(value), Unit::Count);
    let none = Bound::AtMost(0.0);
    Ok(vec![
        count("times that the server was killed", kills),
        count("writes acknowledged", acknowledged.count()),
        count("acknowledged writes lost", verdict.lost).demanded(none),
        count("sessions torn", verdict.torn).demanded(none),
        count("files damaged (integrity_check)", damaged.into()).demanded(none),
        count("sessions in the end", last.sessions),
        count("reports sent again", repeated),
        Measurement::new(
            "killed to ready again, half",
            back.median(),
            Unit::Milliseconds,
        ),
        Measurement::new(
            "killed to ready again, longest",
            back.largest(),
            Unit::Milliseconds,
        ),
    ])
}

#[expect(clippy::cast_precision_loss, reason = "some hundred thousand at most")]
fn precise(count: u64) -> f64 {
    count as f64
}

//! The store is backed up while eight writers report, and every backup is restored.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use harness::report::{Bound, Measurement, Unit};
use harness::server::Launch;
use harness::statistics::Samples;
use tokio::process::Command;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

use crate::judge::{self, Verdict};
use crate::stage::{self, Stage};
use crate::trials::Trial;
use crate::witnesses::Answers;
use crate::writers::Writers;

const WRITERS: usize = 8;
/// Between two backups the writers have this long.
const BETWEEN: Duration = Duration::from_millis(500);

/// What was acknowledged before a backup began and is not in it; torn sessions; and how long it took.
pub async fn run(stage: &Stage) -> Result<Vec<Measurement>> {
    let backups = stage.pick(20, 2);
    let directory = stage.directory()?;
    let store = directory.path().join("sessions.db");
    let server = Launch::on_file(stage.program(), &store).start().await?;
    let (_place, places) = watch::channel(Some(server.address()));
    let writers = Writers::start(WRITERS, &places, Duration::ZERO, &Answers::default());

    let mut verdict = Verdict::default();
    let mut damaged = 0;
    let mut took = Vec::new();
    for number in 1..=backups {
        sleep(BETWEEN).await;
        let target = directory.path().join(format!("backup-{number}.db"));
        let before = writers.acknowledged.all();
        let begun = Instant::now();
        back_up(stage.program(), &store, &target).await?;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
        let after = writers.acknowledged.all();
        damaged += u64::from(!judge::file(&target).await?);
        let restored = Launch::on_file(stage.program(), &target).start().await?;
        verdict.add(judge::sessions_between(restored.address(), &before, &after).await?);
        stage::say(Trial::Backup, &format!("{number} of {backups} restored"));
    }
    let acknowledged = writers.end().await?;

    let took = Samples::new(took);
    let count = |what: &str, value: u64| Measurement::new(what, precise(value), Unit::Count);
    let millis = |what: &str, value| Measurement::new(what, value, Unit::Milliseconds);
    let none = Bound::AtMost(0.0);
    Ok(vec![
        count("backups made while writers report", backups),
        count("writes acknowledged", acknowledged.count()),
        count("sessions looked at in restored backups", verdict.sessions),
        count(
            "writes acknowledged before a backup and not in it",
            verdict.lost,
        )
        .demanded(none),
        count("sessions torn", verdict.torn).demanded(none),
        count("files damaged (integrity_check)", damaged).demanded(none),
        millis("a backup, half", took.median()),
        millis("a backup, longest", took.largest()),
    ])
}

async fn back_up(program: &Path, store: &Path, target: &Path) -> Result<()> {
    let done = Command::new(program)
        .args(["backup", "--store", &format!("sqlite:{}", store.display())])
        .arg(target)
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await
        .context("a backup does not start")?;
    let said = String::from_utf8_lossy(&done.stderr);
    ensure!(done.status.success(), "a backup fails: {}", said.trim());
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "some hundred thousand at most")]
fn precise(count: u64) -> f64 {
    count as f64
}

//! The `SQLite` file is locked by another program; the disk is full, or takes no writes.

use std::path::Path;

use anyhow::{Context, Result};
use harness::report::{Bound, Measurement, Unit};
use harness::server::Server;
use rusqlite::Connection;
use tokio::sync::{Mutex, oneshot};
use tokio::task::spawn_blocking;

use crate::judge;
use crate::stage::{Stage, say};
use crate::trials::Trial;
use crate::trials::disk::Disk;
use crate::witnesses::Witnesses;

/// What each fault came to, and whether anything acknowledged was lost.
pub async fn run(stage: &Stage) -> Result<Vec<Measurement>> {
    let mut measurements = locked(stage).await?;
    let directory = stage.directory()?;
    let disk = Disk::new(directory.path()).await?;
    measurements.extend(unwritable(stage, "disk full", disk).await?);
    let directory = stage.directory()?;
    let disk = Disk::that_may_refuse(directory.path())?;
    measurements.extend(unwritable(stage, "read-only", disk).await?);
    Ok(measurements)
}

async fn locked(stage: &Stage) -> Result<Vec<Measurement>> {
    const NAME: &str = "locked";
    let directory = stage.directory()?;
    let store = directory.path().join("sessions.db");
    let server = Server::start(stage.program(), &store).await?;
    let witnesses = Witnesses::start(Trial::File, server.address()).await?;
    let held = Mutex::new(None);
    let seen = witnesses.see(
        NAME,
        stage.seconds(30, 7),
        async || {
            *held.lock().await = Some(lock(&store).await?);
            Ok(())
        },
        async || {
            // The other program lets go as soon as this is dropped.
            drop(held.lock().await.take());
            Ok(())
        },
    );
    let mut measurements = seen.await?;
    measurements.extend(witnesses.end(NAME).await?);
    measurements.push(damaged(NAME, &store).await?);
    Ok(measurements)
}

async fn unwritable(stage: &Stage, name: &str, mut disk: Disk) -> Result<Vec<Measurement>> {
    say(Trial::File, &format!("{name}: the disk is {disk}"));
    let server = disk.launch(stage.program()).start().await?;
    disk.is_in(&server);
    server.api().await?.get("/readyz").await?;

    let witnesses = Witnesses::start(Trial::File, server.address()).await?;
    let seen = witnesses.see(
        name,
        stage.seconds(30, 4),
        async || disk.fill().await,
        async || disk.free().await,
    );
    let mut measurements = seen.await?;
    measurements.extend(witnesses.end(name).await?);
    measurements.push(damaged(name, &disk.store()).await?);
    Ok(measurements)
}

async fn damaged(name: &str, store: &Path) -> Result<Measurement> {
    let is_damaged = !judge::file(store).await?;
    let what = format!("{name}: files damaged (integrity_check)");
    let damaged = Measurement::new(what, f64::from(is_damaged), Unit::Count);
    Ok(damaged.demanded(Bound::AtMost(0.0)))
}

/// Holds the file's lock for writing until what this answers is dropped.
async fn lock(store: &Path) -> Result<oneshot::Sender<()>> {
    let store = store.to_path_buf();
    let (locked, is_locked) = oneshot::channel();
    let (unlock, unlocked) = oneshot::channel::<()>();
    spawn_blocking(move || {
        let result = Connection::open(store).and_then(|connection| {
            connection.busy_timeout(std::time::Duration::from_secs(10))?;
            connection.execute_batch("BEGIN IMMEDIATE")?;
            Ok(connection)
        });
        match result {
            Ok(connection) => {
                let _ = locked.send(Ok(()));
                // An end of it is what is waited for.
                let _ = unlocked.blocking_recv();
                drop(connection);
            }
            Err(error) => {
                let _ = locked.send(Err(error));
            }
        }
    });
    is_locked.await.context("nobody has locked the file")??;
    Ok(unlock)
}

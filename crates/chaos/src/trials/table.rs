//! The `DynamoDB` table is slow, fails, is gone, may not be written.

use std::process;
use std::time::Duration;

use anyhow::Result;
use harness::report::Measurement;
use harness::table_proxy::{Fault, TableProxy};

use crate::stage::Stage;
use crate::trials::Trial;
use crate::witnesses::Witnesses;

const SLOW: Duration = Duration::from_secs(2);

/// What each fault came to, and whether anything acknowledged was lost.
pub async fn run(stage: &Stage) -> Result<Vec<Measurement>> {
    let directory = stage.directory()?;
    let proxy = TableProxy::start(stage.dynamodb()?).await?;
    let name = format!("chaos-{}", process::id());
    let log = directory.path().join("server.log");
    let launch = stage.table(&name, proxy.address(), &log).await?;
    let server = launch.start().await?;
    server.api().await?.get("/readyz").await?;

    let witnesses = Witnesses::start(Trial::Table, server.address()).await?;
    let mut measurements = Vec::new();
    for (name, fault, duration) in [
        ("slow by 2 s", Fault::Slow(SLOW), stage.seconds(30, 4)),
        (
            "every second call fails",
            Fault::Failing,
            stage.seconds(30, 3),
        ),
        ("gone", Fault::Gone, stage.seconds(60, 5)),
        ("read-only", Fault::ReadOnly, stage.seconds(15, 3)),
    ] {
        let make = async |fault| {
            proxy.set(fault);
            Ok(())
        };
        let seen = witnesses
            .see(
                name,
                duration,
                async || make(fault).await,
                async || make(Fault::None).await,
            )
            .await?;
        measurements.extend(seen);
    }
    measurements.extend(witnesses.end("all in all").await?);
    Ok(measurements)
}

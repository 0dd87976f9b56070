//! What a page asks that has nothing left to ask for.

use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::json;
use tokio::time::{Instant, sleep};

use crate::browser::Page;
use crate::figures::{Figure, say};
use crate::setup::Bench;
use harness::api::Api;
use harness::report::{Bound, Measurement, Unit};
use harness::server::Server;

const ID: &str = "session-quiet";
/// A final session is asked for once more, a second later. So long after that nothing may come.
const FINAL: Watch = Watch {
    until_last: Duration::from_secs(4),
    afterwards: Duration::from_secs(10),
};
/// A missing one is looked for two minutes, the pauses growing to 15 s and a fifth.
const MISSING: Watch = Watch {
    until_last: Duration::from_secs(2 * 60 + 5),
    afterwards: Duration::from_secs(20),
};

/// How long a page is watched.
#[derive(Clone, Copy)]
struct Watch {
    /// From its load until after its last request.
    until_last: Duration,
    /// And from there.
    afterwards: Duration,
}

/// How a session can be such that nothing is to be expected of it.
#[derive(Clone, Copy)]
enum Case {
    Completed,
    Failed,
    Missing,
}

/// Requests after the last one that the contract knows; each case with a server and a browser of
/// its own.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let (completed, failed, missing) = tokio::try_join!(
        watch(bench, Case::Completed),
        watch(bench, Case::Failed),
        watch(bench, Case::Missing),
    )?;
    Ok([completed, failed, missing].concat())
}

async fn watch(bench: &Bench, case: Case) -> Result<Vec<Measurement>> {
    let server = bench.server().await?;
    let mut api = server.api().await?;
    let (name, times) = case.prepare(&mut api).await?;
    let (first, last) = bench
        .with_page(async |page: &mut Page| {
            let before = Count::of(&server).await?;
            page.go_to(server.address(), &format!("/sessions/{ID}"))
                .await?;
            asked(&server, &before).await?;
            say(
                Figure::QuietWhenFinal,
                &format!(
                    "a {name} session is watched for {} s",
                    (times.until_last + times.afterwards).as_secs()
                ),
            );
            sleep(times.until_last).await;
            let last = Count::of(&server).await?;
            sleep(times.afterwards).await;
            let end = Count::of(&server).await?;
            // A request that is held is counted when it is answered.
            let after = end.requests - last.requests + end.waiting;
            Ok((last.status - before.status, after))
        })
        .await?;
    Ok(vec![
        Measurement::new(
            format!(
                "{name}: requests in {} s after the last",
                times.afterwards.as_secs()
            ),
            last,
            Unit::Count,
        )
        .bound(Bound::AtMost(0.0)),
        Measurement::new(
            format!("{name}: status requests until then"),
            first,
            Unit::Count,
        ),
    ])
}

impl Case {
    async fn prepare(self, api: &mut Api) -> Result<(&'static str, Watch)> {
        match self {
            Self::Completed => {
                api.start_running(ID).await?;
                let done = json!({"status": "success"});
                api.report(ID, "tradeExtraction", &done).await?;
                api.report(ID, "tradeMatching", &done).await?;
                api.finalize(ID, "completed").await?;
                Ok(("completed", FINAL))
            }
            Self::Failed => {
                api.start_running(ID).await?;
                let failed = json!({"status": "error", "error": "HTTP 429: throttled"});
                api.report(ID, "tradeExtraction", &failed).await?;
                api.finalize(ID, "failed").await?;
                Ok(("failed", FINAL))
            }
            Self::Missing => Ok(("missing", MISSING)),
        }
    }
}

/// What a server has answered so far.
struct Count {
    requests: f64,
    status: f64,
    waiting: f64,
}

impl Count {
    /// Over a connection of its own: the server ends one that says nothing for a while.
    async fn of(server: &Server) -> Result<Self> {
        let metrics = server.api().await?.metrics().await?;
        let status = [("route", "/api/workflow/{sessionId}/status")];
        Ok(Self {
            requests: metrics.requests(),
            status: metrics.sum("trade_status_http_requests_total", &status),
            waiting: metrics.waiting(),
        })
    }
}

/// Waits until the page has asked for the status.
async fn asked(server: &Server, before: &Count) -> Result<()> {
    let deadline = Instant::now() + Duration::from_secs(20);
    while Count::of(server).await?.status <= before.status {
        if Instant::now() > deadline {
            bail!("the page has not asked for the session's status");
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

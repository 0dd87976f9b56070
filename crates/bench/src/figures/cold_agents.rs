//! How long a viewer with a slow CPU waits for a session's agents.

use anyhow::Result;
use serde_json::json;

use crate::browser::Page;
use crate::setup::Bench;
use harness::http::HttpAddress;
use harness::report::{Bound, Measurement, Unit};
use harness::statistics::Samples;

const ID: &str = "session-cold-agents";
const LOADS: usize = 5;
/// Chromium's CPU throttling: it lets the page have the main thread for one of so many moments.
const SLOWER: u32 = 4;

/// From the navigation's start until the agents are on the screen; each load in a new browser.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let server = bench.server().await?;
    server.api().await?.start_running(ID).await?;
    // The page is to be cold, not the disk that the browser itself comes from.
    load(bench, server.address()).await?;
    let mut samples = Vec::new();
    for _ in 0..LOADS {
        samples.push(load(bench, server.address()).await?);
    }
    let samples = Samples::new(samples);
    let millis = |what: String, value| Measurement::new(what, value, Unit::Milliseconds);
    Ok(vec![
        millis(
            format!("agents on the screen, CPU {SLOWER}× slower, median of {LOADS}"),
            samples.median(),
        )
        .bound(Bound::AtMost(800.0)),
        millis(
            format!("agents on the screen, CPU {SLOWER}× slower, slowest"),
            samples.largest(),
        ),
    ])
}

async fn load(bench: &Bench, server: HttpAddress) -> Result<f64> {
    let open = async |page: &mut Page| {
        let rate = json!({ "rate": SLOWER });
        page.cdp("Emulation.setCPUThrottlingRate", rate).await?;
        page.open_session(server, ID).await
    };
    bench.with_page(open).await
}

//! How long a viewer with a slow CPU waits for a session's agents.

use anyhow::Result;
use serde_json::json;

use crate::browser::{Page, Seen};
use crate::setup::Bench;
use harness::http::HttpAddress;
use harness::report::{Bound, Measurement, Unit};
use harness::statistics::Samples;

const ID: &str = "session-cold-agents";
const LOADS: usize = 5;
/// Chromium's CPU throttling: it lets the page have the main thread for one of so many moments.
const SLOWER: u32 = 4;

/// From the navigation's start until the agents' states are on the screen, and until the whole page
/// is; each load in a new browser that has come to rest.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let server = bench.server().await?;
    server.api().await?.start_running(ID).await?;
    // The page is to be cold, not the disk that the browser itself comes from.
    load(bench, server.address()).await?;
    let (mut states, mut pages) = (Vec::new(), Vec::new());
    for _ in 0..LOADS {
        let seen = load(bench, server.address()).await?;
        states.push(seen.states_at);
        pages.push(seen.agents_at);
    }
    let (states, pages) = (Samples::new(states), Samples::new(pages));
    let millis = |what: String, value| Measurement::new(what, value, Unit::Milliseconds);
    Ok(vec![
        millis(
            format!("agents' states on the screen, CPU {SLOWER}× slower, median of {LOADS}"),
            states.median(),
        )
        .bound(Bound::AtMost(800.0)),
        millis(
            format!("agents' states on the screen, CPU {SLOWER}× slower, slowest"),
            states.largest(),
        ),
        millis(
            format!("the whole page, CPU {SLOWER}× slower, median of {LOADS}"),
            pages.median(),
        ),
    ])
}

async fn load(bench: &Bench, server: HttpAddress) -> Result<Seen> {
    let open = async |page: &mut Page| {
        let rate = json!({ "rate": SLOWER });
        page.cdp("Emulation.setCPUThrottlingRate", rate).await?;
        page.open_session(server, ID).await
    };
    bench.with_page(open).await
}

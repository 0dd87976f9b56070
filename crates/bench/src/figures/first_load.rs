//! What comes over the wire when a session's page is opened for the first time, and in which
//! order.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;
use tokio::time::sleep;

use crate::browser::Page;
use crate::setup::Bench;
use harness::report::{Bound, Measurement, Unit};

const ID: &str = "session-first-load";
/// What arrives so soon after the agents are seen still belongs to the load.
const AFTERWARDS: Duration = Duration::from_secs(2);

/// The line: without one, all would arrive in the same few milliseconds and say nothing of an
/// order. It is that of an office behind a VPN.
const MEGABITS: u32 = 10;
const ROUND_TRIP_MILLIS: u32 = 40;

/// The page's bytes, and its skeleton and first request before the WebAssembly.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let server = bench.server().await?;
    let mut api = server.api().await?;
    api.start_running(ID).await?;
    let mut load = bench
        .with_page(async |page: &mut Page| {
            let bytes_a_second = f64::from(MEGABITS) * 1e6 / 8.0;
            let line = json!({
                "offline": false,
                "latency": ROUND_TRIP_MILLIS,
                "downloadThroughput": bytes_a_second,
                "uploadThroughput": bytes_a_second,
            });
            page.cdp("Network.enable", json!({})).await?;
            page.cdp("Network.emulateNetworkConditions", line).await?;
            page.open_session(server.address(), ID).await?;
            sleep(AFTERWARDS).await;
            let load = page.evaluate(SCRIPT, json!([])).await?;
            serde_json::from_value::<Load>(load).context("the browser's record is not as expected")
        })
        .await?;
    for transfer in &mut load.transfers {
        // The browser tells of bodies only.
        let path = transfer.name.strip_prefix(&server.address().to_string());
        let path = path.with_context(|| format!("{} is not the server's", transfer.name))?;
        transfer.head_size = bytes(api.head_length(path).await?);
    }
    load.measurements()
}

#[expect(clippy::cast_precision_loss, reason = "far less than 2^53 bytes")]
const fn bytes(length: usize) -> f64 {
    length as f64
}

const SCRIPT: &str = r#"
    const transfer = ({ name, encodedBodySize, decodedBodySize, requestStart, responseEnd }) =>
        ({ name, encodedBodySize, decodedBodySize, requestStart, responseEnd });
    const entries = ["navigation", "resource"].flatMap((type) => performance.getEntriesByType(type));
    return {
        transfers: entries.map(transfer),
        isAnswerInPage: Boolean(document.getElementById("given-status")),
        firstContentfulPaint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
        compiledAt: bench.compiledAt,
        statesAt: bench.statesAt,
        agentsAt: bench.agentsAt,
    };
"#;

/// What the browser has recorded; times in milliseconds since the navigation began.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Load {
    transfers: Vec<Transfer>,
    /// Has the page brought its first answer along?
    is_answer_in_page: bool,
    first_contentful_paint: f64,
    compiled_at: f64,
    states_at: f64,
    agents_at: f64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Transfer {
    name: String,
    #[serde(skip)]
    head_size: f64,
    encoded_body_size: f64,
    decoded_body_size: f64,
    request_start: f64,
    response_end: f64,
}

impl Load {
    fn measurements(&self) -> Result<Vec<Measurement>> {
        let wasm = self
            .transfers
            .iter()
            .find(|transfer| transfer.name.ends_with("_bg.wasm"))
            .context("the page has loaded no .wasm")?;
        // The first request that a status is the answer to, and where that stands.
        let (status, what) = if self.is_answer_in_page {
            (self.transfers.first(), "the page's own")
        } else {
            let mut transfers = self.transfers.iter();
            let status = transfers.find(|transfer| transfer.name.ends_with("/status"));
            (status, "one of its own")
        };
        let status = status.context("the page has asked for no status")?;
        let sum = |size: fn(&Transfer) -> f64| self.transfers.iter().map(size).sum::<f64>();
        let millis = |what: &str, value| Measurement::new(what, value, Unit::Milliseconds);
        Ok(vec![
            Measurement::new(
                format!("over the wire, {} answers", self.transfers.len()),
                sum(|transfer| transfer.head_size + transfer.encoded_body_size),
                Unit::Bytes,
            )
            .bound(Bound::AtMost(200e3)),
            Measurement::new(
                "the WebAssembly of this",
                wasm.encoded_body_size,
                Unit::Bytes,
            ),
            Measurement::new(
                "compressed over uncompressed size",
                sum(|t| t.encoded_body_size) / sum(|t| t.decoded_body_size),
                Unit::Ratio,
            ),
            millis(
                &format!("skeleton painted ({MEGABITS} Mbit/s, {ROUND_TRIP_MILLIS} ms)"),
                self.first_contentful_paint,
            ),
            millis(
                "skeleton painted before the WebAssembly is there by",
                wasm.response_end - self.first_contentful_paint,
            )
            .bound(Bound::AtLeast(0.0)),
            millis(
                &format!("first status request under way ({what})"),
                status.request_start,
            ),
            millis(
                "status request before the WebAssembly is there by",
                wasm.response_end - status.request_start,
            ),
            millis(
                "status request before the WebAssembly has compiled by",
                self.compiled_at - status.request_start,
            )
            .bound(Bound::AtLeast(0.0)),
            millis("agents' states on the screen", self.states_at),
            millis("the whole page on the screen", self.agents_at),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn transfer(name: &str, size: f64, request_start: f64, response_end: f64) -> Transfer {
        Transfer {
            name: name.to_owned(),
            head_size: 300.0,
            encoded_body_size: size,
            decoded_body_size: size * 4.0,
            request_start,
            response_end,
        }
    }

    fn load(status: &str) -> Load {
        Load {
            is_answer_in_page: false,
            transfers: vec![
                transfer("http://h/sessions/s", 5_000.0, 0.0, 60.0),
                transfer("http://h/a_bg.wasm", 120_000.0, 60.0, 250.0),
                transfer(status, 700.0, 110.0, 160.0),
            ],
            first_contentful_paint: 100.0,
            compiled_at: 300.0,
            states_at: 280.0,
            agents_at: 350.0,
        }
    }

    #[test]
    fn all_bytes_count_and_the_order_is_judged() {
        let measurements = load("http://h/api/workflow/s/status")
            .measurements()
            .unwrap();
        let bounded: Vec<(f64, bool)> = measurements
            .iter()
            .filter_map(|m| Some((m.value, m.is_met()?)))
            .collect();
        assert_eq!(bounded, [(126_600.0, true), (150.0, true), (190.0, true)]);
    }

    #[test]
    fn a_page_that_brings_its_first_answer_asks_for_it_when_it_is_asked_for_itself() {
        let load = Load {
            is_answer_in_page: true,
            ..load("http://h/config.json")
        };
        let measurements = load.measurements().unwrap();
        let compiled = measurements.iter().rfind(|m| m.is_met().is_some());
        assert_eq!(compiled.map(|m| m.value), Some(300.0));
    }

    #[test]
    fn a_page_that_asks_for_no_status_is_not_measured() {
        assert!(load("http://h/config.json").measurements().is_err());
    }
}

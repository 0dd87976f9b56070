//! Lighthouse's score for speed on a phone.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

use crate::browser::Page;
use crate::figures::{Figure, say};
use crate::setup::Bench;
use harness::report::{Bound, Measurement, Unit};
use harness::statistics::Samples;

const ID: &str = "session-lighthouse";
/// A score is as noisy as the machine; the one in the middle is told.
const RUNS: usize = 5;
const LEAST: f64 = 99.0;
/// How often a run is tried that Lighthouse does not bring to its end.
const TRIES: u32 = 3;

/// The scores of home and of a completed session's page, with the network and the CPU that
/// Lighthouse takes a phone's to be.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let server = bench.server().await?;
    let mut api = server.api().await?;
    api.start_running(ID).await?;
    let done = json!({ "status": "success" });
    for agent in ["tradeExtraction", "tradeMatching"] {
        api.report(ID, agent, &done).await?;
    }
    api.finalize(ID, "completed").await?;

    let mut measurements = Vec::new();
    for (page, path) in [
        ("home", "/".to_owned()),
        ("session", format!("/sessions/{ID}")),
    ] {
        let url = format!("{}{path}", server.address());
        let mut scores = Vec::new();
        for _ in 0..RUNS {
            let score = score_of(bench, &url).await?;
            say(Figure::Lighthouse, &format!("{page}: {score:.0}"));
            scores.push(score);
        }
        let what = format!("mobile performance of the {page} page, median of {RUNS} runs");
        let score = Measurement::new(what, Samples::new(scores).median(), Unit::Count);
        measurements.push(score.bound(Bound::AtLeast(LEAST)));
    }
    Ok(measurements)
}

/// A page's score. Lighthouse now and then loses its browser or the navigation's start; such a run
/// says nothing of the page.
async fn score_of(bench: &Bench, url: &str) -> Result<f64> {
    let mut tries = 1;
    loop {
        let report = bench
            .with_page(async |page: &mut Page| look(bench, page.debugger(), url).await)
            .await;
        match report.and_then(|report| score(&report)) {
            Err(error) if tries < TRIES => {
                say(Figure::Lighthouse, &format!("{error:#}; once more"));
                tries += 1;
            }
            result => return result,
        }
    }
}

/// Lighthouse's report on a page that it opens in this browser.
async fn look(bench: &Bench, debugger: &str, url: &str) -> Result<Value> {
    let (host, port) = debugger
        .rsplit_once(':')
        .context("the browser's address has no port")?;
    let report = bench.directory().join("lighthouse.json");
    let mut lighthouse = bench.lighthouse()?;
    lighthouse
        .arg(url)
        .args([
            "--quiet",
            "--output=json",
            "--no-enable-error-reporting",
            "--only-categories=performance",
            // It waits for a page's network to be quiet, and a live page always asks.
            "--max-wait-for-load=8000",
        ])
        .arg(format!("--hostname={host}"))
        .arg(format!("--port={port}"))
        .arg(format!("--output-path={}", report.display()));
    let output = lighthouse
        .output()
        .await
        .context("Lighthouse does not start")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("Lighthouse failed ({}): {}", output.status, said.trim());
    }
    read(&report)
}

fn read(report: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(report)
        .with_context(|| format!("cannot read {}", report.display()))?;
    serde_json::from_str(&text).context("Lighthouse's report is no JSON")
}

/// 0 to 100.
fn score(report: &Value) -> Result<f64> {
    if let Some(error) = report["runtimeError"]["message"].as_str() {
        bail!("Lighthouse could not look at the page: {error}");
    }
    let score = report["categories"]["performance"]["score"].as_f64();
    Ok(score.context("Lighthouse's report has no score")? * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_of_100_and_a_page_that_was_not_seen_has_none() {
        let report = json!({ "categories": { "performance": { "score": 0.99 } } });
        assert!((score(&report).unwrap() - 99.0).abs() < 1e-9);
        assert!(score(&json!({ "runtimeError": { "message": "no document" } })).is_err());
        assert!(score(&json!({ "categories": { "performance": { "score": null } } })).is_err());
    }
}

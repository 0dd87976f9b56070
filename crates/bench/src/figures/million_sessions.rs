//! What a store of a million sessions costs.

mod generation;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use status_model::Timestamp;
use status_store::Cursor;
use tokio::time::{Instant, sleep};

use crate::figures::{Figure, say};
use crate::population::{Population, mixed};
use crate::setup::Bench;
use harness::api::{Api, recent_path, status_path};
use harness::report::{Bound, Measurement, Unit};
use harness::server::Server;
use harness::statistics::Samples;

/// So many sessions are in the store.
const SESSIONS: u64 = 1_000_000;
const PAGE: u64 = 50;

/// Requests of the mix, and connections that they come over.
const MIX: u64 = 4_000;
const MIXERS: usize = 8;
/// Samples of each latency.
const SAMPLES: u64 = 40;
/// Longer than the server gives the same answer without asking the store.
const PAUSE: Duration = Duration::from_millis(600);
const NEWEST_SAMPLES: u32 = 20;

/// Memory, and the time of listings, searches and a session's status.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let store = generation::store(bench).await?;
    let server = bench.server_with(&store).await?;
    let started = server.usage()?.memory;
    let mut api = server.api().await?;
    let population = population(&mut api).await?;

    say(
        Figure::MillionSessions,
        &format!("{MIX} requests of all kinds"),
    );
    mix(&server, population).await?;
    let used = server.usage()?;

    say(Figure::MillionSessions, "listings, searches, status");
    let newest = newest(&mut api).await?;
    let deep = latency(&mut api, |number| {
        deep_page(population, SESSIONS / PAGE - number)
    });
    let deep = deep.await?;
    let search = |text: fn(u64) -> String, length: usize| {
        move |number| {
            let text = text(mixed(number) % SESSIONS);
            Ok(recent_path(&format!("q={}", start(text, length))))
        }
    };
    // The start of a session id with 3 and of a correlation id with 4 of its hexadecimal digits,
    // a document id whole.
    let by_session = latency(&mut api, search(Population::id, 11)).await?;
    let by_correlation = latency(&mut api, search(Population::correlation_id, 9)).await?;
    let by_document = latency(&mut api, search(Population::document_id, 12)).await?;
    let status = latency(&mut api, |number| {
        Ok(status_path(&Population::id(mixed(!number) % SESSIONS)))
    });
    let status = status.await?;
    let peak = server.usage()?.peak_memory;

    let bytes = |what: &str, value| Measurement::new(what, value, Unit::Bytes);
    let millis = |what: String, value| Measurement::new(what, value, Unit::Milliseconds);
    Ok(vec![
        bytes("server memory at most", peak.max(used.memory)).bound(Bound::Below(150e6)),
        bytes("server memory after its start", started),
        bytes("server memory after all kinds of requests", used.memory),
        millis(
            format!("listing the newest {PAGE}, median of {}", newest.count()),
            newest.median(),
        )
        .bound(Bound::Below(5.0)),
        millis(
            format!("listing the newest {PAGE}, slowest"),
            newest.largest(),
        ),
        millis(
            format!("page {} by cursor, median", SESSIONS / PAGE),
            deep.median(),
        ),
        millis(
            "search by session id, median".to_owned(),
            by_session.median(),
        ),
        millis(
            "search by correlation id, median".to_owned(),
            by_correlation.median(),
        ),
        millis(
            "search by document id, median".to_owned(),
            by_document.median(),
        ),
        millis("status of a session, median".to_owned(), status.median()),
    ])
}

/// The sessions in the server's store, told by the newest one.
async fn population(api: &mut Api) -> Result<Population> {
    let answer = api.get(&recent_path("limit=1")).await?;
    let rows: Value = serde_json::from_slice(answer.body)?;
    let newest = &rows[0];
    if newest["sessionId"] != Population::id(0) {
        bail!("the store is not the one that was kept");
    }
    let created_at = newest["createdAt"]
        .as_str()
        .context("it has no createdAt")?;
    let newest: Timestamp = created_at.parse()?;
    Ok(Population { newest })
}

/// The page with this number, from 2 on, found by the last row of the page before.
fn deep_page(population: Population, number: u64) -> Result<String> {
    let last = (number - 1) * PAGE - 1;
    let cursor = Cursor {
        time: Some(population.started_at(last)),
        session_id: Population::id(last).parse()?,
    };
    Ok(recent_path(&format!("cursor={cursor}")))
}

/// Milliseconds of the first page, read from the table each time.
async fn newest(api: &mut Api) -> Result<Samples> {
    let path = recent_path("limit=50");
    let before = api.metrics().await?.store_calls("list");
    let mut samples = Vec::new();
    for _ in 0..NEWEST_SAMPLES {
        sleep(PAUSE).await;
        let start = Instant::now();
        api.get(&path).await?;
        samples.push(start.elapsed().as_secs_f64() * 1e3);
    }
    let reads = api.metrics().await?.store_calls("list") - before;
    if reads < f64::from(NEWEST_SAMPLES) {
        bail!("only {reads} of {NEWEST_SAMPLES} listings were read from the table");
    }
    Ok(Samples::new(samples))
}

/// Milliseconds of requests that are all different.
async fn latency(api: &mut Api, path: impl Fn(u64) -> Result<String>) -> Result<Samples> {
    let mut samples = Vec::new();
    for number in 0..SAMPLES {
        let path = path(number)?;
        let start = Instant::now();
        api.get(&path).await?;
        samples.push(start.elapsed().as_secs_f64() * 1e3);
    }
    Ok(Samples::new(samples))
}

/// All kinds of requests, over several connections at once.
async fn mix(server: &Server, population: Population) -> Result<()> {
    let mut mixers = Vec::new();
    for mixer in 0..MIXERS {
        let mut api = server.api().await?;
        mixers.push(tokio::spawn(async move {
            for number in (0..MIX).skip(mixer).step_by(MIXERS) {
                api.get(&any_path(population, number)?).await?;
            }
            anyhow::Ok(())
        }));
    }
    for mixer in mixers {
        mixer.await??;
    }
    Ok(())
}

fn any_path(population: Population, number: u64) -> Result<String> {
    let session = mixed(number) % SESSIONS;
    Ok(match number % 10 {
        0 => recent_path(&format!("q={}", start(Population::id(session), 10))),
        1 => recent_path(&format!("q={}", start(Population::document_id(session), 8))),
        2 => recent_path(&format!(
            "q={}&status=failed",
            start(Population::correlation_id(session), 7)
        )),
        3 => deep_page(population, 2 + session / PAGE)?,
        4 => recent_path(&format!("status=failed&limit={}", 1 + session % PAGE)),
        5 => recent_path(&format!("sourceType=BANK&limit={}", 1 + session % PAGE)),
        6 => match number % 3 {
            0 => "/api/workflow/overview",
            1 => "/api/workflow/matching-status",
            _ => "/api/workflow/usual-durations",
        }
        .to_owned(),
        _ => status_path(&Population::id(session)),
    })
}

fn start(mut text: String, length: usize) -> String {
    text.truncate(length);
    text
}

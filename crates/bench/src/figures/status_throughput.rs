//! How many requests for one session's status the server answers, and what they cost it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use tokio::task::{JoinSet, spawn_blocking};

use crate::figures::{Figure, say};
use crate::setup::Bench;
use harness::api::status_path;
use harness::http::{self, Connection, HttpAddress};
use harness::report::{Bound, Measurement, Unit};
use harness::server::Server;

const ID: &str = "session-status-throughput";
const CONNECTIONS: usize = 32;
const WARM_UP: Duration = Duration::from_secs(1);
/// Whole answers and 304s take turns, so that a busier moment of the machine meets both.
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(4);

/// Requests in a second and server CPU a request, with a whole answer and with a 304.
pub async fn measure(bench: &Bench) -> Result<Vec<Measurement>> {
    let server = bench.server().await?;
    let mut api = server.api().await?;
    api.start_running(ID).await?;
    let etag = api.etag(ID).await?;
    let request = |headers: &[(&str, &str)]| {
        http::request(server.address(), "GET", &status_path(ID), headers, "")
    };
    let whole = (request(&[]), 200);
    let unchanged = (request(&[("If-None-Match", &etag)]), 304);

    load(server.address(), &whole, WARM_UP).await?;
    let (mut of_whole, mut of_unchanged) = (Cost::default(), Cost::default());
    for round in 1..=ROUNDS {
        say(
            Figure::StatusThroughput,
            &format!("{CONNECTIONS} connections, round {round} of {ROUNDS}"),
        );
        of_whole.add(&server, &whole).await?;
        of_unchanged.add(&server, &unchanged).await?;
    }

    let cpu =
        |what: &str, cost: &Cost| Measurement::new(what, cost.cpu_a_request(), Unit::Microseconds);
    let cpu_of_whole = cpu("server CPU a request, status 200", &of_whole).bound(Bound::Below(60.0));
    Ok(vec![
        Measurement::new(
            format!("requests, status 200, {CONNECTIONS} connections"),
            of_whole.rate(),
            Unit::PerSecond,
        )
        .bound(Bound::AtLeast(20_000.0))
        .or(&cpu_of_whole),
        cpu_of_whole,
        Measurement::new("requests, status 304", of_unchanged.rate(), Unit::PerSecond),
        cpu("server CPU a request, status 304", &of_unchanged),
        Measurement::new(
            "CPU of a 304 over that of a 200",
            of_unchanged.cpu_a_request() / of_whole.cpu_a_request(),
            Unit::Ratio,
        )
        .bound(Bound::Below(1.0)),
    ])
}

/// A request and the status that it is to be answered with.
type Expected = (Vec<u8>, u16);

/// What a number of requests took.
#[derive(Default)]
struct Cost {
    requests: f64,
    seconds: f64,
    cpu: f64,
}

impl Cost {
    async fn add(&mut self, server: &Server, request: &Expected) -> Result<()> {
        let before = server.usage()?.cpu;
        let start = Instant::now();
        self.requests += load(server.address(), request, ROUND).await?;
        self.seconds += start.elapsed().as_secs_f64();
        self.cpu += server.usage()?.cpu - before;
        Ok(())
    }

    fn rate(&self) -> f64 {
        self.requests / self.seconds
    }

    /// In microseconds.
    fn cpu_a_request(&self) -> f64 {
        self.cpu * 1e6 / self.requests
    }
}

/// Sends the request over and over, on one thread, so that the other CPUs are the server's;
/// answers how often.
async fn load(address: HttpAddress, request: &Expected, time: Duration) -> Result<f64> {
    let request = request.clone();
    let load = spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .context("the load generator does not start")?;
        runtime.block_on(async {
            let mut clients = JoinSet::new();
            for _ in 0..CONNECTIONS {
                clients.spawn(client(address, request.clone(), Instant::now() + time));
            }
            let mut requests = 0;
            while let Some(client) = clients.join_next().await {
                requests += client??;
            }
            Ok(f64::from(requests))
        })
    });
    load.await?
}

async fn client(address: HttpAddress, request: Expected, end: Instant) -> Result<u32> {
    let (request, expected) = request;
    let mut connection = Connection::open(address).await?;
    let mut requests = 0;
    while Instant::now() < end {
        let status = connection.exchange(&request).await?.status;
        if status != expected {
            bail!("the status is answered with {status} instead of {expected}");
        }
        requests += 1;
    }
    Ok(requests)
}

//! A table on `DynamoDB` Local behind a meter: what is asked of it, what that would cost, and what
//! if it is away.
//!
//! The meter is a proxy that has each call tell the units that it costs, of the table and of each
//! index. `DynamoDB` Local counts them as the service does.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Result, ensure};
use status_store::{DynamoStore, dynamodb::Connection};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::setup::Bench;
use harness::http::HttpAddress;
use harness::server::Launch;

mod units;
mod wire;

pub use units::Used;

/// Where the tables are said to be.
const REGION: &str = "eu-central-1";

/// The table, until it is dropped; it stays in `DynamoDB` Local, which keeps nothing.
pub struct MeteredTable {
    name: String,
    address: HttpAddress,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    behind: SocketAddr,
    is_on: watch::Sender<bool>,
    used: Mutex<Used>,
}

impl MeteredTable {
    /// A new one, made with `trade-status table deploy`.
    pub async fn new(bench: &Bench) -> Result<Self> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = HttpAddress(listener.local_addr()?);
        let shared = Arc::new(Shared {
            behind: bench.dynamodb()?.0,
            is_on: watch::Sender::new(true),
            used: Mutex::default(),
        });
        let table = Self {
            name: format!("bench-{}-{number}", std::process::id()),
            address,
            serving: tokio::spawn(serve(listener, Arc::clone(&shared))),
            shared,
        };
        let made = bench
            .command()
            .args(["table", "deploy", "--yes", "--table", &table.name])
            .args(["--region", REGION, "--endpoint", &address.to_string()])
            .stdin(Stdio::null())
            .output()
            .await?;
        let said = String::from_utf8_lossy(&made.stderr);
        ensure!(made.status.success(), "the table can't be made: {said}");
        Ok(table)
    }

    /// How a server is started on it, with its log in this file.
    pub fn launch(&self, program: &Path, log: &Path) -> Launch {
        let store = format!("dynamodb:{}", self.name);
        let endpoint = self.address.to_string();
        let place = ["--region", REGION, "--endpoint", &endpoint];
        Launch::new(program, &store, log).arguments(&place)
    }

    /// The store on it.
    pub async fn store(&self) -> Arc<DynamoStore> {
        let connection = Connection {
            table: self.name.clone(),
            region: Some(REGION.to_owned()),
            endpoint: Some(self.address.to_string()),
            ..Connection::default()
        };
        Arc::new(DynamoStore::new(connection, rand::random::<f64>).await)
    }

    /// What has been used since this was last asked.
    pub fn take_used(&self) -> Used {
        std::mem::take(&mut self.shared.used())
    }

    /// Switches it off, or on again. Off it gives no answer, as a machine that is cut off gives
    /// none; what was asked meanwhile is not answered afterwards either.
    pub fn switch(&self, on: bool) {
        self.shared.is_on.send_replace(on);
    }
}

impl Drop for MeteredTable {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Shared {
    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    // It ends with its listener, and that with the bench.
    while let Ok((client, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        tokio::spawn(async move {
            // Whoever ends the connection has had enough of it.
            let _ = pass(client, &shared).await;
        });
    }
}

async fn pass(mut client: TcpStream, shared: &Shared) -> io::Result<()> {
    let mut server = TcpStream::connect(shared.behind).await?;
    let mut is_on = shared.is_on.subscribe();
    loop {
        let request = wire::request(&mut client).await?;
        if !*is_on.borrow() {
            // It is never answered: the connection ends when the table is back.
            let _ = is_on.wait_for(|on| *on).await;
            return Ok(());
        }
        let asked = units::asking(request);
        wire::send(&mut server, &asked.head, &asked.body).await?;
        let answer = wire::answer(&mut server).await?;
        shared.used().add(&asked.action, &answer.body);
        if !*is_on.borrow() {
            // It is done, and nobody hears of it.
            let _ = is_on.wait_for(|on| *on).await;
            return Ok(());
        }
        wire::send(&mut client, &answer.head, &answer.body).await?;
    }
}

//! The server's program, and a front that can be busy.

use std::{
    env,
    io::{BufRead, BufReader},
    path::Path,
    process::{self, Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use reqwest::Client;
use serde_json::Value;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// `trade-status serve`, until it is dropped.
pub struct Server {
    child: Child,
    url: String,
    // Removed after the server has ended.
    _directory: TempDir,
}

/// Where a server keeps its sessions.
#[derive(Clone, Copy, Debug)]
pub enum Store {
    File,
    Table,
}

impl Store {
    pub const ALL: [Self; 2] = [Self::File, Self::Table];

    /// The options that name a new one, still empty.
    fn options(self, directory: &Path) -> Vec<String> {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        if matches!(self, Self::File) {
            let file = directory.join("status.db");
            return vec!["--store".to_owned(), format!("sqlite:{}", file.display())];
        }
        let endpoint = env::var("DYNAMODB_LOCAL").expect(
            "DYNAMODB_LOCAL names no DynamoDB Local: `cargo xtask test native` starts one and runs \
             these tests",
        );
        let n = COUNT.fetch_add(1, Ordering::Relaxed);
        let table = format!("examples-{}-{n}", process::id());
        let place = ["--region", "eu-central-1", "--endpoint", &endpoint];
        let made = program()
            .args(["table", "deploy", "--yes", "--table", &table])
            .args(place)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "{said}");
        let store = format!("dynamodb:{table}");
        let options = [["--store", &store].as_slice(), &place].concat();
        options.into_iter().map(str::to_owned).collect()
    }
}

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_trade-status"))
}

impl Server {
    /// With a new store of that kind.
    pub fn start(store: Store) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let mut child = program()
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(store.options(directory.path()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let url = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_else(|| panic!("{line:?} names no address"));
        Self {
            url: url.trim_end_matches('/').to_owned(),
            child,
            _directory: directory,
        }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// What the API says of a session.
    pub async fn status(&self, id: &str) -> Value {
        let url = format!("{}/api/workflow/{id}/status", self.url);
        let answer = client().get(url).send().await.unwrap();
        answer.error_for_status().unwrap().json().await.unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A front that passes requests on, but for three: the first report and the last are turned away
/// when they come for the first time, and of one in between the answer is lost.
pub struct Front {
    url: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    behind: String,
    client: Client,
    requests: AtomicUsize,
    turned_away: AtomicUsize,
}

/// The first request, and the one that is to end the session, where one before it comes twice.
const TURNED_AWAY: [usize; 2] = [0, 9];
/// The beginning of trade extraction.
const LOST: usize = 4;

impl Front {
    pub async fn start(behind: String) -> Self {
        let shared = Arc::new(Shared {
            behind,
            client: client(),
            requests: AtomicUsize::new(0),
            turned_away: AtomicUsize::new(0),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .fallback(pass_on)
            .with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Self {
            url,
            shared,
            serving,
        }
    }

    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// So many requests were not answered as they should have been.
    pub fn turned_away(&self) -> usize {
        self.shared.turned_away.load(Ordering::SeqCst)
    }
}

impl Drop for Front {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn pass_on(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let number = shared.requests.fetch_add(1, Ordering::SeqCst);
    let busy = || {
        shared.turned_away.fetch_add(1, Ordering::SeqCst);
        (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")]).into_response()
    };
    if TURNED_AWAY.contains(&number) {
        return busy();
    }
    let url = format!("{}{}", shared.behind, request.uri());
    let (parts, body) = request.into_parts();
    let body: Bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
    let sent = shared
        .client
        .request(parts.method, url)
        .header("content-type", &parts.headers["content-type"])
        .body(body);
    let answer = sent.send().await.unwrap();
    if number == LOST {
        return busy();
    }
    (answer.status(), Body::from(answer.bytes().await.unwrap())).into_response()
}

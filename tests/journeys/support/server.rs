//! The real server with the real store, and all the ways to write to it.

use std::{
    fs,
    net::SocketAddr,
    path::PathBuf,
    sync::Arc,
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use reqwest::{Client, Method};
use serde_json::{Value, json};
use status_model::Timestamp;
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::{
    eventually,
    identity_provider::CLIENT,
    program::{self, Program},
    store::Store,
};

/// A server with a store of its own.
pub struct Server {
    program: Option<Program>,
    address: SocketAddr,
    options: Vec<String>,
    store: Arc<Store>,
    /// Who gets in, where not everybody does.
    access: Option<Access>,
    directory: TempDir,
    client: Client,
}

impl Server {
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// Lets pages of this origin call.
    pub fn allowing(origin: &str) -> Self {
        Self::with(&["--allow-origin", origin])
    }

    fn with(options: &[&str]) -> Self {
        Self::guarded(None, options)
    }

    /// Lets in only who has signed in with this identity provider, or has a token or a link: the
    /// groups `viewers` and `operators` give roles.
    pub fn signing_in(issuer: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let secret = directory.path().join("client-secret");
        fs::write(&secret, CLIENT.1).unwrap();
        let access = Access::new(directory);
        let file = access.file();
        let secret = secret.display().to_string();
        let options = [
            ["--access", &file],
            ["--oidc-issuer", issuer],
            ["--oidc-client-id", CLIENT.0],
            ["--oidc-client-secret-file", &secret],
            ["--oidc-role", "viewers=viewer"],
            ["--oidc-role", "operators=operator"],
        ];
        Self::guarded(Some(access), options.as_flattened())
    }

    fn guarded(access: Option<Access>, options: &[&str]) -> Self {
        // What connects to 127.0.0.1 comes from there too, so nobody takes a port of 127.0.0.2
        // while a server is down that is to come back.
        let address = SocketAddr::from(([127, 0, 0, 2], 0));
        let directory = tempfile::tempdir().unwrap();
        let mut server = Self {
            program: None,
            address,
            options: options.iter().map(ToString::to_string).collect(),
            store: Arc::new(Store::new(directory.path())),
            access,
            directory,
            client: Client::builder().no_proxy().build().unwrap(),
        };
        server.start_again();
        server
    }

    /// Ends it as the system does: what waits is answered.
    pub fn stop(&mut self) {
        self.program.take().unwrap().stop();
    }

    /// Ends it as a power cut does.
    pub fn kill(&mut self) {
        drop(self.program.take());
    }

    /// Starts it where it was, with the same store.
    pub fn start_again(&mut self) {
        let address = self.address.to_string();
        let mut arguments = self.store.with(&["serve", "--listen", &address]);
        arguments.extend(self.options.iter().map(String::as_str));
        let program = Program::start(&arguments, &self.log());
        self.address = program.address;
        self.program = Some(program);
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn url(&self, path: &str) -> String {
        self.origin() + path
    }

    /// So many attempts and as many steps a session in its store may have, at the least.
    pub fn most_attempts(&self) -> u64 {
        self.store.most_attempts
    }

    fn log(&self) -> PathBuf {
        self.directory.path().join("server.log")
    }

    /// Starts a session of a bank's document.
    pub async fn begin(&self, id: &str, document: &str) {
        let body = json!({
            "documentId": document, "correlationId": format!("corr_{id}"), "sourceType": "BANK",
        });
        self.send(Method::PUT, id, "", body).await;
    }

    /// Reports on an agent.
    pub async fn report(&self, id: &str, agent: &str, report: Value) {
        let path = format!("/agents/{agent}");
        self.send(Method::PATCH, id, &path, report).await;
    }

    /// Ends a session.
    pub async fn finalize(&self, id: &str, status: &str) {
        let body = json!({ "overallStatus": status });
        self.send(Method::POST, id, "/finalize", body).await;
    }

    async fn send(&self, method: Method, id: &str, path: &str, body: Value) {
        let url = self.url(&format!("/api/workflow/{id}{path}"));
        let request = self.client.request(method, &url).json(&body);
        let request = match &self.access {
            Some(access) => request.bearer_auth(&access.token),
            None => request,
        };
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{url}: {status}: {text}");
    }

    /// The link by which a display of this name signs in, once the server knows it.
    pub async fn display_link(&self, name: &str) -> String {
        let access = self.access.as_ref().unwrap();
        let origin = self.origin();
        let made = access.create(&["--role", "display", "--name", name, "--public-url", &origin]);
        let link = made["link"].as_str().unwrap().to_owned();
        let opens = async || {
            let answer = self.client.get(&link).send().await.unwrap();
            answer.status().is_success().then_some(())
        };
        eventually(opens, async || format!("the link {link} opens")).await;
        link
    }

    /// What the API answers.
    pub async fn get(&self, path: &str) -> Value {
        let answer = self.client.get(self.url(path)).send().await.unwrap();
        answer.error_for_status().unwrap().json().await.unwrap()
    }

    /// Loads items of an existing table, in DynamoDB's typed JSON, with `trade-status import`.
    pub async fn import(&self, items: &[Value]) {
        let store = Arc::clone(&self.store);
        let lines = lines(items);
        let imported = spawn_blocking(move || program::run(&store.with(&["import", "-"]), &lines));
        let output = imported.await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", output.status);
    }

    /// Takes documents through agents with `trade-status run`, beside the server.
    pub async fn run(&self, documents: &[Value], agents: &Agents) {
        let store = Arc::clone(&self.store);
        let agents = agents.url();
        let lines = lines(documents);
        let ran = spawn_blocking(move || {
            program::run(&store.with(&["run", "--agents", &agents, "-"]), &lines)
        });
        let output = ran.await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", output.status);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if thread::panicking() {
            let log = fs::read_to_string(self.log()).unwrap_or_default();
            println!("What the server said:\n{log}");
        }
    }
}

/// Who gets in: an access file, and the token that the tests report with.
struct Access {
    directory: TempDir,
    token: String,
}

impl Access {
    fn new(directory: TempDir) -> Self {
        let mut access = Self {
            directory,
            token: String::new(),
        };
        let made = access.create(&["--role", "writer", "--name", "tests"]);
        access.token = made["token"].as_str().unwrap().to_owned();
        access
    }

    fn file(&self) -> String {
        self.directory
            .path()
            .join("access.db")
            .display()
            .to_string()
    }

    /// Makes a token, and answers what is printed of it.
    fn create(&self, arguments: &[&str]) -> Value {
        let file = self.file();
        let create = ["token", "create", "--json", "--access", &file];
        let output = program::run(&[create.as_slice(), arguments].concat(), "");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {said}", output.status);
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

/// The simulated agents.
pub struct Agents {
    program: Program,
    _directory: TempDir,
}

impl Agents {
    /// So many times faster than real ones.
    pub fn start(speed: u32) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let speed = speed.to_string();
        let arguments = ["simulate", "--listen", "127.0.0.1:0", "--speed", &speed];
        Self {
            program: Program::start(&arguments, &directory.path().join("agents.log")),
            _directory: directory,
        }
    }

    fn url(&self) -> String {
        format!("http://{}", self.program.address)
    }
}

fn lines(values: &[Value]) -> String {
    let lines: Vec<String> = values.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// The time now.
pub fn now() -> Timestamp {
    let passed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_unix_millis(i64::try_from(passed.as_millis()).unwrap())
}

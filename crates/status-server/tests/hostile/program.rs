//! The server as a process, its log in a file.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use reqwest::{Client, Method, Response};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::raw::{self, Answer};

/// All that can be logged without what others log.
const LOG: &str = "info,status_server=debug,status_store=debug";

/// A server with a store of its own; it ends and goes with this.
pub struct Server {
    child: Child,
    pub address: String,
    client: Client,
    directory: TempDir,
}

/// What a command that has ended left.
pub struct Ended {
    pub code: Option<i32>,
    pub notes: String,
}

impl Server {
    /// Starts one whose log is written like this.
    pub fn start(log_format: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let log = File::create(directory.path().join("log")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_trade-status"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--store",
                "sqlite:status.db",
            ])
            .args(["--log-format", log_format])
            .current_dir(directory.path())
            .env("RUST_LOG", LOG)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let address = line.split_once("http://").unwrap().1;
        Self {
            address: address.trim_end().trim_end_matches('/').to_owned(),
            child,
            client: Client::builder().no_proxy().build().unwrap(),
            directory,
        }
    }

    /// The file of its store.
    pub fn store(&self) -> PathBuf {
        self.directory.path().join("status.db")
    }

    /// Loads a file into its store.
    pub fn import(&self, log_format: &str, file: &[u8]) -> Ended {
        let mut child = Command::new(env!("CARGO_BIN_EXE_trade-status"))
            .args(["import", "--store", "sqlite:status.db", "-"])
            .args(["--log-format", log_format])
            .current_dir(self.directory.path())
            .env("RUST_LOG", LOG)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // It is read whole before much is said of it.
        let mut input = child.stdin.take().unwrap();
        let file = file.to_owned();
        let writing = std::thread::spawn(move || input.write_all(&file).unwrap());
        let ended = child.wait_with_output().unwrap();
        writing.join().unwrap();
        Ended {
            code: ended.status.code(),
            notes: String::from_utf8(ended.stderr).unwrap(),
        }
    }

    pub async fn get(&self, path: &str) -> Response {
        let url = format!("http://{}{path}", self.address);
        self.client.get(url).send().await.unwrap()
    }

    /// Sends JSON, which has to be taken.
    pub async fn send(&self, method: Method, path: &str, body: &Value) {
        let url = format!("http://{}{path}", self.address);
        let request = self.client.request(method, url).json(body);
        let answer = request.send().await.unwrap();
        let status = answer.status();
        let text = answer.text().await.unwrap();
        assert!(status.is_success(), "{path} {body}: {status} {text}");
    }

    /// The page that stands for every address of the portal; one that says so where the program was
    /// built without it.
    pub async fn page(&self) -> Answer {
        raw::exchange(&self.address, &raw::get("/", &[])).await
    }

    /// Ends it; answers its log.
    pub fn end(mut self) -> String {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        assert!(self.child.wait().unwrap().success());
        std::fs::read_to_string(self.directory.path().join("log")).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It has ended already unless its test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

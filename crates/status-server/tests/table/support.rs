//! What the tests share.

mod aws;
mod proxy;

pub use aws::Aws;
pub use proxy::{Proxy, denied, error};

use std::{
    process::{Child, Command, Output, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// A table's name that no other test has, nor an earlier run.
pub fn fresh_name() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed);
    format!("test-{}-{number}", std::process::id())
}

/// The access key for a table, so that each table is in a database of its own: DynamoDB Local
/// makes one for each access key. It has ten threads for each, and a table whose items expire keeps
/// one of them for ever; without any left it builds no index.
fn access_key(table: &str) -> String {
    table.replace('-', "x")
}

/// What a call of the program left.
pub struct Ended {
    pub code: Option<i32>,
    pub output: String,
    pub notes: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            output: String::from_utf8(output.stdout).unwrap(),
            notes: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    pub fn json(&self) -> Value {
        assert_eq!(self.output.lines().count(), 1, "{}", self.output);
        serde_json::from_str(&self.output).unwrap()
    }
}

/// The program with credentials that are good for nothing.
pub fn command(table: &str, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trade-status"));
    command
        .arg("table")
        .args(words)
        .env("AWS_ACCESS_KEY_ID", access_key(table))
        .envs([
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("AWS_REGION", "us-east-1"),
            ("AWS_EC2_METADATA_DISABLED", "true"),
            ("AWS_CONFIG_FILE", "/dev/null"),
            ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
        ])
        .env_remove("AWS_PROFILE")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// For so long a call may take before something is wrong.
const DEADLINE: Duration = Duration::from_mins(2);

/// Waits for the end of what has begun.
pub async fn ended(child: Child) -> Ended {
    let id = Pid::from_child(&child);
    let output = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap());
    if let Ok(output) = tokio::time::timeout(DEADLINE, output).await {
        output.unwrap().into()
    } else {
        kill_process(id, Signal::KILL).unwrap();
        panic!("the program has not ended in {DEADLINE:?}");
    }
}

/// Runs it on a table there.
pub async fn on(endpoint: &str, table: &str, words: &[&str]) -> Ended {
    let (action, rest) = words.split_first().unwrap();
    let place = [action, "--endpoint", endpoint, "--table", table];
    let child = command(table, &[&place, rest].concat()).spawn();
    ended(child.unwrap()).await
}

/// Begins such a run.
pub fn begin(endpoint: &str, table: &str, action: &str) -> Child {
    let words = [action, "--endpoint", endpoint, "--table", table];
    command(table, &words).spawn().unwrap()
}

/// What the checks of `validate --json` say, by their names.
pub fn result<'a>(report: &'a Value, check: &str) -> &'a str {
    let checks = report["checks"].as_array().unwrap();
    let found = checks.iter().find(|found| found["check"] == check);
    found.unwrap_or_else(|| panic!("no check {check}"))["result"]
        .as_str()
        .unwrap()
}

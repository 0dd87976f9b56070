//! A `trade-status serve` of one's own.

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::api::Api;
use crate::http::HttpAddress;

/// How long it may take to start.
const START: Duration = Duration::from_secs(30);
/// How long it may take to end after SIGTERM.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server, ended when this is dropped.
pub struct Server {
    child: Child,
    address: HttpAddress,
    store: PathBuf,
    // Removed after the server has ended.
    _directory: Option<TempDir>,
}

/// What a process has used so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Usage {
    /// Seconds of CPU time, of the program and of the system for it.
    pub cpu: f64,
    /// Bytes of memory that it has now (`VmRSS`).
    pub memory: f64,
    /// The most that it ever had (`VmHWM`).
    pub peak_memory: f64,
}

impl Server {
    /// With an empty store in a directory of its own below `parent`.
    pub async fn start_empty(program: &Path, parent: &Path) -> Result<Self> {
        let directory = TempDir::with_prefix_in("store-", parent)
            .with_context(|| format!("cannot write in {}", parent.display()))?;
        let store = directory.path().join("sessions.db");
        Self::start_in(program, &store, &in_file(&store), Some(directory)).await
    }

    /// With the store in this file; the log goes beside it.
    pub async fn start(program: &Path, store: &Path) -> Result<Self> {
        Self::start_in(program, store, &in_file(store), None).await
    }

    /// With the store that these options name; the log goes to a directory of its own below
    /// `parent`.
    pub async fn start_on(program: &Path, parent: &Path, store: &[String]) -> Result<Self> {
        let directory = TempDir::with_prefix_in("server-", parent)
            .with_context(|| format!("cannot write in {}", parent.display()))?;
        let log = directory.path().join("table");
        Self::start_in(program, &log, store, Some(directory)).await
    }

    async fn start_in(
        program: &Path,
        store: &Path,
        options: &[String],
        directory: Option<TempDir>,
    ) -> Result<Self> {
        let log = store.with_extension("log");
        let mut command = Command::new(program);
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).with_context(|| format!("cannot write {}", log.display()))?);
        // What is measured is the server as it comes.
        for (name, _) in env::vars_os() {
            let configures = name
                .to_str()
                .is_some_and(|name| name.starts_with("TRADE_STATUS_") || name == "RUST_LOG");
            if configures {
                command.env_remove(name);
            }
        }
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let output = child.stdout.take();
        // From here on it is ended whatever happens.
        let mut server = Self {
            child,
            address: HttpAddress(([127, 0, 0, 1], 0).into()),
            store: store.to_path_buf(),
            _directory: directory,
        };
        let line = spawn_blocking(|| {
            let mut line = String::new();
            if let Some(output) = output {
                BufReader::new(output).read_line(&mut line)?;
            }
            io::Result::Ok(line)
        });
        let line = timeout(START, line).await.with_context(|| {
            format!("the server does not start within {} s", START.as_secs())
        })???;
        server.address = address(&line).ok_or_else(|| {
            let log = fs::read_to_string(&log).unwrap_or_default();
            anyhow!("the server does not start: {log}{line}")
        })?;
        server.api().await?.get("/readyz").await?;
        Ok(server)
    }

    /// Where it listens.
    pub fn address(&self) -> HttpAddress {
        self.address
    }

    /// The file that it keeps its sessions in.
    pub fn store(&self) -> &Path {
        &self.store
    }

    /// A new connection to it.
    pub async fn api(&self) -> Result<Api> {
        Api::connect(self.address).await
    }

    /// What it has used so far.
    pub fn usage(&self) -> Result<Usage> {
        let directory = PathBuf::from(format!("/proc/{}", self.child.id()));
        let read = |name| {
            let path = directory.join(name);
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
        };
        usage(&read("stat")?, &read("status")?)
            .context("the system does not say what the server uses")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        // It may have ended by itself in between; waiting finds that out.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        // Nothing is left to be done about a child that can't even be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The options of a store in a file.
fn in_file(store: &Path) -> [String; 2] {
    ["--store".to_owned(), format!("sqlite:{}", store.display())]
}

/// The address in the line that the server greets with.
fn address(line: &str) -> Option<HttpAddress> {
    let start = line.find("http://")?;
    line[start..].trim().parse().ok()
}

/// What stands in a process's `stat` and `status`.
#[expect(
    clippy::cast_precision_loss,
    reason = "far less than 2^53 ticks and bytes"
)]
fn usage(stat: &str, status: &str) -> Option<Usage> {
    // The program's name, in parentheses, may contain anything.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let mut ticks = || fields.next()?.parse::<u64>().ok();
    let ticks = ticks()? + ticks()?;
    let bytes = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name))?;
        let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kib as f64 * 1024.0)
    };
    Some(Usage {
        cpu: ticks as f64 / clock_ticks_per_second() as f64,
        memory: bytes("VmRSS:")?,
        peak_memory: bytes("VmHWM:")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_stands_in_the_greeting() {
        assert_eq!(
            address("trade-status is at http://127.0.0.1:8080/\n"),
            "http://127.0.0.1:8080".parse().ok()
        );
        assert_eq!(address(""), None);
    }

    #[test]
    fn cpu_time_and_memory_are_read() {
        let stat = "42 (a) b) S 1 42 42 0 -1 4194304 1 0 0 0 250 50 0 0 20 0 5 0 100 1 1";
        let status = "Name:\ta\nVmHWM:\t    2000 kB\nVmRSS:\t    1000 kB\n";
        #[expect(clippy::cast_precision_loss, reason = "a hundred or so")]
        let ticks = clock_ticks_per_second() as f64;
        let expected = Usage {
            cpu: 300.0 / ticks,
            memory: 1_024_000.0,
            peak_memory: 2_048_000.0,
        };
        assert_eq!(usage(stat, status), Some(expected));
        assert_eq!(usage("", status), None);
    }
}

//! A `trade-status serve` of one's own.

use std::env;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::api::Api;
use crate::http::HttpAddress;
use crate::process::{self, Usage};

/// How long it may take to start, or to end what is in flight.
const START: Duration = Duration::from_secs(30);
/// How long it may take to end after SIGTERM.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a server is started.
pub struct Launch {
    program: PathBuf,
    store: String,
    file: Option<PathBuf>,
    log: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    wrapper: Vec<String>,
}

impl Launch {
    /// This program, with a store as its `--store` names it, and its log in this file.
    #[must_use]
    pub fn new(program: &Path, store: &str, log: &Path) -> Self {
        Self {
            program: program.to_path_buf(),
            store: store.to_owned(),
            file: None,
            log: log.to_path_buf(),
            arguments: Vec::new(),
            environment: Vec::new(),
            wrapper: Vec::new(),
        }
    }

    /// With the store in this `SQLite` file; the log goes beside it.
    #[must_use]
    pub fn on_file(program: &Path, store: &Path) -> Self {
        let name = format!("sqlite:{}", store.display());
        let mut launch = Self::new(program, &name, &store.with_extension("log"));
        launch.file = Some(store.to_path_buf());
        launch
    }

    /// With further options.
    #[must_use]
    pub fn arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments
            .extend(arguments.iter().map(|word| (*word).to_owned()));
        self
    }

    /// With further variables.
    #[must_use]
    pub fn environment(mut self, variables: &[(&str, &str)]) -> Self {
        let variables = variables.iter();
        self.environment
            .extend(variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self
    }

    /// Through a command that becomes the program in the end, as `exec` does.
    #[must_use]
    pub fn through(mut self, words: &[&str]) -> Self {
        self.wrapper = words.iter().map(|word| (*word).to_owned()).collect();
        self
    }

    fn command(&self) -> Result<Command> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(&self.log)
            .with_context(|| format!("cannot write {}", self.log.display()))?;
        let mut command = match self.wrapper.split_first() {
            Some((first, rest)) => {
                let mut command = Command::new(first);
                command.args(rest).arg(&self.program);
                command
            }
            None => Command::new(&self.program),
        };
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--store", &self.store])
            .args(&self.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        // What is looked at is the server as it comes.
        for (name, _) in env::vars_os() {
            let configures = name
                .to_str()
                .is_some_and(|name| name.starts_with("TRADE_STATUS_") || name == "RUST_LOG");
            if configures {
                command.env_remove(name);
            }
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        Ok(command)
    }

    /// Starts it, and waits until it says where it is.
    ///
    /// # Errors
    /// Where it does not; its log is in the error.
    pub async fn start(&self) -> Result<Server> {
        let mut child = self
            .command()?
            .spawn()
            .with_context(|| format!("cannot start {}", self.program.display()))?;
        let output = child.stdout.take();
        // From here on it is ended whatever happens.
        let mut server = Server {
            child,
            address: HttpAddress(([127, 0, 0, 1], 0).into()),
            file: self.file.clone(),
            directory: None,
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
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            anyhow!("the server does not start: {log}{line}")
        })?;
        Ok(server)
    }
}

/// A server, ended when this is dropped.
pub struct Server {
    child: Child,
    address: HttpAddress,
    file: Option<PathBuf>,
    // Removed after the server has ended.
    directory: Option<TempDir>,
}

impl Server {
    /// With an empty store in a directory of its own below `parent`, and ready.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start_empty(program: &Path, parent: &Path) -> Result<Self> {
        let directory = TempDir::with_prefix_in("store-", parent)
            .with_context(|| format!("cannot write in {}", parent.display()))?;
        let mut server = Self::start(program, &directory.path().join("sessions.db")).await?;
        server.directory = Some(directory);
        Ok(server)
    }

    /// With the store in this file, and ready; the log goes beside it.
    ///
    /// # Errors
    /// Where it does not start.
    pub async fn start(program: &Path, store: &Path) -> Result<Self> {
        let server = Launch::on_file(program, store).start().await?;
        server.api().await?.get("/readyz").await?;
        Ok(server)
    }

    /// The number of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Kills it, as `kill -9` does: it has no time for anything.
    ///
    /// # Errors
    /// Where the system does not let us.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill().context("the server can't be killed")?;
        self.child.wait().context("the server does not end")?;
        Ok(())
    }

    /// Tells it to end, with SIGTERM, and waits until it has; answers whether it says that all went
    /// well. Blocks.
    ///
    /// # Errors
    /// Where the system does not let us, or it does not end.
    pub fn terminate(mut self) -> Result<bool> {
        kill_process(Pid::from_child(&self.child), Signal::TERM)
            .context("the server can't be told to end")?;
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            if let Some(exit) = self.child.try_wait()? {
                return Ok(exit.success());
            }
            thread::sleep(Duration::from_millis(2));
        }
        bail!("the server does not end within {} s", START.as_secs());
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> HttpAddress {
        self.address
    }

    /// The file that it keeps its sessions in, if it is one.
    #[must_use]
    pub fn store(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// A new connection to it.
    ///
    /// # Errors
    /// Where it takes none.
    pub async fn api(&self) -> Result<Api> {
        Api::connect(self.address).await
    }

    /// What it has used so far.
    ///
    /// # Errors
    /// Where the system does not say.
    pub fn usage(&self) -> Result<Usage> {
        process::usage(self.child.id())
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

/// The address in the line that the server greets with.
fn address(line: &str) -> Option<HttpAddress> {
    let start = line.find("http://")?;
    line[start..].trim().parse().ok()
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
}

//! Where the programs are that are tried, and where they may write.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use harness::server::Launch;
use serde_json::Value;
use tempfile::TempDir;
use tokio::process::Command;

use crate::trials::Trial;

/// A line of progress, beside the report.
pub fn say(trial: Trial, text: &str) {
    eprintln!("{trial}: {text}");
}

/// What every trial needs.
pub struct Stage {
    program: PathBuf,
    directory: PathBuf,
    dynamodb: Option<String>,
    /// Is everything to be shorter and smaller?
    pub is_short: bool,
}

impl Stage {
    /// Checks that the program is there, and makes the directory.
    pub fn new(
        program: &Path,
        directory: &Path,
        dynamodb: Option<String>,
        is_short: bool,
    ) -> Result<Self> {
        let program = program.canonicalize().with_context(|| {
            format!(
                "there is no program {}; `cargo xtask dist` makes it",
                program.display()
            )
        })?;
        fs::create_dir_all(directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        Ok(Self {
            program,
            directory: directory.canonicalize()?,
            dynamodb,
            is_short,
        })
    }

    /// One of two values: for the whole trial, and for its short form.
    pub fn pick<T>(&self, whole: T, short: T) -> T {
        if self.is_short { short } else { whole }
    }

    /// One of two numbers of seconds.
    pub fn seconds(&self, whole: u64, short: u64) -> Duration {
        Duration::from_secs(self.pick(whole, short))
    }

    /// The program.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// A new directory, gone when it is dropped.
    pub fn directory(&self) -> Result<TempDir> {
        TempDir::with_prefix_in("trial-", &self.directory)
            .with_context(|| format!("cannot write in {}", self.directory.display()))
    }

    /// A token for somebody, in this access file.
    pub async fn token(&self, access: &Path, name: &str, role: &str) -> Result<String> {
        let mut create = Command::new(&self.program);
        create
            .args(["token", "create", "--json", "--name", name, "--role", role])
            .arg("--access")
            .arg(access)
            .kill_on_drop(true);
        let done = create.output().await.context("cannot make a token")?;
        let made: Value = serde_json::from_slice(&done.stdout).unwrap_or_default();
        let token = made["token"].as_str().with_context(|| {
            let error = String::from_utf8_lossy(&done.stderr).into_owned();
            format!("no token for {name}: {}", error.trim())
        })?;
        Ok(token.to_owned())
    }

    /// Where `DynamoDB` Local is.
    pub fn dynamodb(&self) -> Result<&str> {
        self.dynamodb.as_deref().context(
            "this needs DynamoDB Local: name a running one with --dynamodb, or call `cargo xtask \
             chaos`, which starts one",
        )
    }

    /// A new table on `DynamoDB` Local, and a server's options for it by another address.
    pub async fn table(&self, name: &str, address: &str, log: &Path) -> Result<Launch> {
        let place = ["--region", "eu-central-1", "--endpoint"];
        let mut deploy = Command::new(&self.program);
        deploy
            .args(["table", "deploy", "--yes", "--table", name])
            .args(place)
            .arg(self.dynamodb()?)
            .envs(CREDENTIALS)
            .kill_on_drop(true);
        let done = deploy.output().await.context("cannot create the table")?;
        if !done.status.success() {
            bail!(
                "cannot create the table: {}",
                String::from_utf8_lossy(&done.stderr).trim()
            );
        }
        Ok(Launch::new(&self.program, &format!("dynamodb:{name}"), log)
            .arguments(&place)
            .arguments(&[address])
            .environment(&CREDENTIALS))
    }
}

/// Good for nothing but `DynamoDB` Local: no trial may ever reach the real AWS.
const CREDENTIALS: [(&str, &str); 5] = [
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("AWS_CONFIG_FILE", "/dev/null"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
];

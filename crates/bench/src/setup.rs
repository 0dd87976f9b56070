//! Where the programs are that are measured, and where they may write.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tokio::process::Command;

use crate::browser::{Page, WebDriver};
use crate::metered_table::MeteredTable;
use harness::http::HttpAddress;
use harness::server::Server;

/// What every figure needs.
pub struct Bench {
    program: PathBuf,
    directory: PathBuf,
    webdriver: Option<WebDriver>,
    lighthouse: Option<PathBuf>,
    dynamodb: Option<HttpAddress>,
}

impl Bench {
    /// Checks that the program is there, and makes the directory.
    pub fn new(
        program: &Path,
        directory: &Path,
        webdriver: Option<WebDriver>,
        lighthouse: Option<PathBuf>,
        dynamodb: Option<HttpAddress>,
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
            directory: directory.to_path_buf(),
            webdriver,
            lighthouse,
            dynamodb,
        })
    }

    /// The program that is measured, to be called with a command.
    pub fn command(&self) -> Command {
        Command::new(&self.program)
    }

    /// Where `DynamoDB` Local is.
    pub fn dynamodb(&self) -> Result<HttpAddress> {
        self.dynamodb.context(
            "this needs DynamoDB Local: name a running one with --dynamodb, or call \
             `cargo xtask bench`, which starts one",
        )
    }

    /// A server with an empty store, both gone when it is dropped.
    pub async fn server(&self) -> Result<Server> {
        Server::start_empty(&self.program, &self.directory).await
    }

    /// A server with the store in this file.
    pub async fn server_with(&self, store: &Path) -> Result<Server> {
        Server::start(&self.program, store).await
    }

    /// Acts in a browser that has never seen anything, and ends it.
    pub async fn with_page<T>(&self, act: impl AsyncFnOnce(&mut Page) -> Result<T>) -> Result<T> {
        let webdriver = self.webdriver.as_ref().context(
            "this needs Chromium: name a running ChromeDriver with --webdriver, or call \
             `cargo xtask bench`, which starts one",
        )?;
        let mut page = webdriver.open().await?;
        let result = act(&mut page).await;
        let closed = page.close().await;
        let value = result?;
        closed?;
        Ok(value)
    }

    /// Lighthouse, to be told what to look at; it ends when it is dropped.
    pub fn lighthouse(&self) -> Result<Command> {
        let program = self.lighthouse.as_ref().context(
            "this needs Lighthouse: name it with --lighthouse, or call `cargo xtask bench`, which \
             brings it",
        )?;
        let mut lighthouse = Command::new(program);
        lighthouse.kill_on_drop(true);
        Ok(lighthouse)
    }

    /// A server whose store is this table.
    pub async fn server_on(&self, table: &MeteredTable) -> Result<Server> {
        let log = self.directory.join("server-on-table.log");
        table.launch(&self.program, &log).start().await
    }

    /// What is kept for the next run.
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

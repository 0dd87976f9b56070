//! A server with sessions of every kind, for what looks at the portal's pages.

mod sessions;

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result};
use status_model::Timestamp;

use crate::http;
use crate::process::{self, Background};
use crate::project::Project;

pub use sessions::{COMPLETED, FAILED, RUNNING};

/// The server, until it is dropped.
pub struct Stage {
    port: u16,
    _server: Background,
}

impl Stage {
    /// Starts `program` with a store of its own in `target/stage`, filled as of now.
    pub fn set(project: &Project, program: &Path, now: Timestamp) -> Result<Self> {
        let directory = project.output("stage");
        if directory.exists() {
            fs::remove_dir_all(&directory)
                .with_context(|| format!("cannot remove {}", directory.display()))?;
        }
        let items = directory.join("items.jsonl");
        fs::create_dir_all(&directory)
            .and_then(|()| fs::write(&items, sessions::lines(now)))
            .with_context(|| format!("cannot write {}", items.display()))?;
        let store = format!("sqlite:{}", directory.join("stage.db").display());

        let mut import = project.command(program);
        import.args(["import", "--store", &store]).arg(&items);
        let log = directory.join("import.log");
        process::run_logged(&mut import, project.interrupt(), &log)?;

        let port = http::free_port()?;
        let address = format!("127.0.0.1:{port}");
        let mut serve = project.command(program);
        serve
            .args(["serve", "--listen", &address, "--store", &store])
            .stdin(Stdio::null());
        let log = directory.join("server.log");
        let mut server = Background::start("server", &mut serve, &log)?;
        http::wait_until_ready(&mut server, port, "/readyz", project.interrupt())?;
        Ok(Self {
            port,
            _server: server,
        })
    }

    /// A page's address.
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

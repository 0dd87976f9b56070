//! A disk that can be filled: one of a few megabytes in memory, where the system lets us mount one,
//! else a limit on how long the server's files may be. Both fail the server's writes.

use std::fmt;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use harness::server::{Launch, Server};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit};
use tokio::process::Command;
use tokio::task::spawn_blocking;

/// Room for the store and what is written to it before the disk is filled.
const SIZE: &str = "size=64m";
/// In a namespace of its own the server sees a disk where others see an empty directory.
const MOUNT: &str = "mount -t tmpfs -o \"$0\" tmpfs \"$1\" && shift && exec \"$@\"";
/// A write beyond the limit is to fail, and not to end the server.
const LIMIT: &str = "trap '' XFSZ; exec \"$@\"";

/// The disk.
pub struct Disk {
    directory: PathBuf,
    kind: Kind,
    server: Option<Pid>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Memory,
    Limit,
}

impl fmt::Display for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            Kind::Memory => "one of 64 MB in memory",
            Kind::Limit => "this one, with a limit on the length of files",
        })
    }
}

impl Disk {
    /// One below this directory.
    pub async fn new(parent: &Path) -> Result<Self> {
        let directory = parent.join("disk");
        fs::create_dir_all(&directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        let can_mount = Command::new("unshare")
            .args(["-rm", "sh", "-c", MOUNT, SIZE])
            .arg(&directory)
            .arg("true")
            .output()
            .await
            .is_ok_and(|output| output.status.success());
        Ok(Self {
            directory,
            kind: if can_mount { Kind::Memory } else { Kind::Limit },
            server: None,
        })
    }

    /// The one that is there, which can stop taking writes: to `SQLite` that is what a disk is that
    /// has become read-only while its files were open.
    pub fn that_may_refuse(parent: &Path) -> Result<Self> {
        let directory = parent.join("disk");
        fs::create_dir_all(&directory)
            .with_context(|| format!("cannot create {}", directory.display()))?;
        Ok(Self {
            directory,
            kind: Kind::Limit,
            server: None,
        })
    }

    /// A server whose store is on the disk; its log is not.
    pub fn launch(&self, program: &Path) -> Launch {
        let store = format!("sqlite:{}", self.directory.join("sessions.db").display());
        let log = self.directory.with_extension("log");
        let launch = Launch::new(program, &store, &log);
        let directory = self.directory.display().to_string();
        match self.kind {
            Kind::Memory => {
                launch.through(&["unshare", "-rm", "sh", "-c", MOUNT, SIZE, &directory])
            }
            Kind::Limit => launch.through(&["sh", "-c", LIMIT, "server"]),
        }
    }

    /// This is the server.
    pub fn is_in(&mut self, server: &Server) {
        self.server = i32::try_from(server.id()).ok().and_then(Pid::from_raw);
    }

    /// The store's file, as it is reached from here.
    pub fn store(&self) -> PathBuf {
        self.seen_by_server().join("sessions.db")
    }

    fn seen_by_server(&self) -> PathBuf {
        match (self.kind, self.server) {
            (Kind::Memory, Some(server)) => {
                let root = format!("/proc/{}/root", server.as_raw_nonzero());
                let inside = self.directory.strip_prefix("/").unwrap_or(&self.directory);
                Path::new(&root).join(inside)
            }
            _ => self.directory.clone(),
        }
    }

    /// From now on nothing more can be written.
    pub async fn fill(&self) -> Result<()> {
        match self.kind {
            Kind::Memory => {
                let path = self.ballast();
                spawn_blocking(move || fill(&path)).await?
            }
            Kind::Limit => self.limit(Some(0)),
        }
    }

    /// There is room again.
    pub async fn free(&self) -> Result<()> {
        match self.kind {
            Kind::Memory => {
                let path = self.ballast();
                spawn_blocking(move || fs::remove_file(path))
                    .await?
                    .context("no room is made")
            }
            Kind::Limit => self.limit(getrlimit(Resource::Fsize).maximum),
        }
    }

    fn ballast(&self) -> PathBuf {
        self.seen_by_server().join("ballast")
    }

    fn limit(&self, current: Option<u64>) -> Result<()> {
        let maximum = getrlimit(Resource::Fsize).maximum;
        let limit = Rlimit { current, maximum };
        prlimit(self.server, Resource::Fsize, limit).context("the limit can't be set")?;
        Ok(())
    }
}

/// Writes until there is no room left.
fn fill(path: &Path) -> Result<()> {
    let mut file = fs::File::create(path).context("the disk can't be filled")?;
    for size in [1 << 20, 1 << 12, 1] {
        loop {
            match file.write_all(&vec![0; size]) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::StorageFull => break,
                Err(error) => return Err(error).context("the disk can't be filled"),
            }
        }
    }
    Ok(())
}

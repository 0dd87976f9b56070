//! A copy of a store while others write to it.
//!
//! One read transaction spans the whole copy, so it is the store as it was at one moment: all that
//! was acknowledged before is in it, and nothing comes in by halves, however much is written
//! meanwhile. The copy is made in a directory of its own beside the target, checked, put on the
//! disk, and only then given its name: a file of that name is always a whole backup.

mod error;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, backup::StepResult};
use tempfile::{TempDir, TempPath};

use super::connection;
pub use error::BackupError;

/// So many pages are copied between two looks at whether to stop, some 1 MB.
const PAGES: i32 = 256;
/// So many steps of `SQLite`'s machine lie between two such looks while the copy is checked.
const CHECK_STEPS: i32 = 1_000_000;
/// While somebody has the copy's file locked, a virus scanner perhaps.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// What is backed up, and to where.
#[derive(Clone, Debug)]
pub struct Backup {
    /// The store's file.
    pub source: PathBuf,
    /// The file that becomes the backup.
    pub target: PathBuf,
    /// May it take the place of a file that is there?
    pub replaces: bool,
}

/// What a backup came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done {
    /// Sessions in it, expired ones among them.
    pub sessions: u64,
    /// Its size.
    pub bytes: u64,
}

impl Backup {
    /// Makes it, and tells after each part how many bytes of how many are copied. Blocks for as
    /// long as that takes; soon after `stop` is true it ends without a trace.
    ///
    /// # Errors
    /// The texts are for the person who named the files. What stood at the target stands there
    /// still.
    pub fn make(
        &self,
        stop: &Arc<AtomicBool>,
        progress: impl FnMut(u64, u64),
    ) -> Result<Done, BackupError> {
        self.check()?;
        let directory = self.directory();
        // Nobody else looks into it, so the copy is as safe from others as it will be at its end.
        let workplace = tempfile::Builder::new()
            .prefix(".trade-status-backup-")
            .tempdir_in(&directory)
            .map_err(|error| self.unwritable(error))?;
        let copy = workplace.path().join("copy.db");
        let sessions = self.copy(&copy, stop, progress)?;
        let bytes = self.keep(workplace, copy, &directory)?;
        Ok(Done { sessions, bytes })
    }

    /// Is there something to back up, and a place for it?
    fn check(&self) -> Result<(), BackupError> {
        let target = self.target.clone();
        let Ok(source) = self.source.canonicalize() else {
            return Err(BackupError::NoStore {
                path: self.source.clone(),
            });
        };
        if self.target.is_dir() || self.target.file_name().is_none() {
            return Err(BackupError::NoFileName { target });
        }
        if self.target.canonicalize().is_ok_and(|path| path == source) {
            return Err(BackupError::SameFile { target });
        }
        // What SQLite finds there it takes for a part of the file between them.
        for suffix in ["-wal", "-journal"] {
            let mut beside = self.target.clone().into_os_string();
            beside.push(suffix);
            if Path::new(&beside).exists() {
                return Err(BackupError::InUse {
                    target,
                    beside: beside.into(),
                });
            }
        }
        if self.target.exists() && !self.replaces {
            return Err(BackupError::Exists { target });
        }
        Ok(())
    }

    fn directory(&self) -> PathBuf {
        let parent = self.target.parent().filter(|d| !d.as_os_str().is_empty());
        parent.unwrap_or(Path::new(".")).to_owned()
    }

    fn copy(
        &self,
        copy: &Path,
        stop: &Arc<AtomicBool>,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<u64, BackupError> {
        let source = connection::copier(&self.source).map_err(|error| self.unreadable(error))?;
        // The first read of the transaction fixes the moment.
        let moment = source
            .unchecked_transaction()
            .map_err(|error| self.unreadable(error))?;
        let sessions = count(&moment).map_err(|error| self.unreadable(error))?;
        let page_size = page_size(&moment).map_err(|error| self.unreadable(error))?;

        let unwritable = |error: rusqlite::Error| self.unwritable(io::Error::other(error));
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut target = Connection::open_with_flags(copy, flags).map_err(unwritable)?;
        // It is put on the disk as a whole, and thrown away where anything fails before.
        target
            .pragma_update(None, "synchronous", "OFF")
            .map_err(unwritable)?;
        {
            let backup = rusqlite::backup::Backup::new(&moment, &mut target).map_err(unwritable)?;
            loop {
                if stop.load(Ordering::Relaxed) {
                    return Err(BackupError::Stopped);
                }
                let part = backup.step(PAGES);
                let part = part.map_err(|error| self.broken_off(&error))?;
                let at = backup.progress();
                let bytes = |pages: i32| u64::from(pages.unsigned_abs()) * page_size;
                let total = bytes(at.pagecount);
                progress(total - bytes(at.remaining).min(total), total);
                match part {
                    StepResult::Done => break,
                    StepResult::More => {}
                    _ => thread::sleep(LOOK_AGAIN),
                }
            }
        }
        drop(moment);
        self.verify(&target, sessions, stop)?;
        Ok(sessions)
    }

    /// Is the copy whole? Then it becomes a file that stands for itself.
    fn verify(
        &self,
        target: &Connection,
        sessions: u64,
        stop: &Arc<AtomicBool>,
    ) -> Result<(), BackupError> {
        let damaged = |what: String| BackupError::Damaged {
            path: self.source.clone(),
            what,
        };
        let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(ErrorCode::OperationInterrupted) => BackupError::Stopped,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                damaged(error.to_string())
            }
            _ => self.broken_off(&error),
        };
        // No log beside it: what is copied elsewhere is one file.
        let mode =
            |mode: &str| target.pragma_update_and_check(None, "journal_mode", mode, |_| Ok(()));
        mode("DELETE").map_err(failed)?;
        let stop = Arc::clone(stop);
        target
            .progress_handler(CHECK_STEPS, Some(move || stop.load(Ordering::Relaxed)))
            .map_err(failed)?;
        let found: String = target
            .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
            .map_err(failed)?;
        if found != "ok" {
            return Err(damaged(found));
        }
        match count(target).map_err(failed)? {
            copied if copied == sessions => Ok(()),
            copied => Err(damaged(format!("{copied} of {sessions} sessions"))),
        }
    }

    /// Puts it on the disk and gives it its name.
    fn keep(
        &self,
        workplace: TempDir,
        copy: PathBuf,
        directory: &Path,
    ) -> Result<u64, BackupError> {
        let unwritable = |error| self.unwritable(error);
        let bytes = {
            let file = File::open(&copy).map_err(unwritable)?;
            // Whoever may not read the store may not read its backup.
            if let Ok(source) = fs::metadata(&self.source) {
                file.set_permissions(source.permissions())
                    .map_err(unwritable)?;
            }
            file.sync_all().map_err(unwritable)?;
            file.metadata().map_err(unwritable)?.len()
        };
        let copy = TempPath::try_from_path(copy).map_err(unwritable)?;
        let kept = if self.replaces {
            copy.persist(&self.target)
        } else {
            copy.persist_noclobber(&self.target)
        };
        kept.map_err(|error| match error.error.kind() {
            io::ErrorKind::AlreadyExists => BackupError::Exists {
                target: self.target.clone(),
            },
            _ => self.unwritable(error.error),
        })?;
        // The name lasts once its directory is on the disk.
        File::open(directory)
            .and_then(|directory| directory.sync_all())
            .map_err(unwritable)?;
        workplace.close().map_err(unwritable)?;
        Ok(bytes)
    }

    fn unreadable(&self, error: rusqlite::Error) -> BackupError {
        let path = self.source.clone();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt) => BackupError::Damaged {
                path,
                what: error.to_string(),
            },
            Some(ErrorCode::NotADatabase) => BackupError::NoStore { path },
            _ if error.to_string().contains("no such table") => BackupError::NoStore { path },
            _ => BackupError::Source {
                path,
                source: error,
            },
        }
    }

    fn unwritable(&self, source: io::Error) -> BackupError {
        BackupError::Target {
            target: self.target.clone(),
            source,
        }
    }

    /// On the way the two sides can't be told apart by much.
    fn broken_off(&self, error: &rusqlite::Error) -> BackupError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt) => BackupError::Damaged {
                path: self.source.clone(),
                what: error.to_string(),
            },
            _ => self.unwritable(io::Error::other(error.to_string())),
        }
    }
}

fn count(connection: &Connection) -> rusqlite::Result<u64> {
    connection.query_row("SELECT count(*) FROM session", [], |row| row.get(0))
}

fn page_size(connection: &Connection) -> rusqlite::Result<u64> {
    connection.pragma_query_value(None, "page_size", |row| row.get(0))
}

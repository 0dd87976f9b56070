//! Why a backup was not made.

use std::{io, path::PathBuf};

/// Why a backup was not made. The texts are for the person who named the files.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is nothing to back up.
    #[error(
        "there is no store at {}. Name the file that the server was started with",
        path.display()
    )]
    NoStore {
        /// The file.
        path: PathBuf,
    },
    /// The store can't be read.
    #[error(
        "can't read the store {}: {source}. Check that this user may read the file and its \
         directory",
        path.display()
    )]
    Source {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rusqlite::Error,
    },
    /// The target names no file.
    #[error("{} is a directory. Name the file that is to be the backup", target.display())]
    NoFileName {
        /// The target.
        target: PathBuf,
    },
    /// The target is the store.
    #[error("{} is the store itself. Name another file", target.display())]
    SameFile {
        /// The target.
        target: PathBuf,
    },
    /// The target is there already.
    #[error("{} is there already. Name another file, or replace it with --force", target.display())]
    Exists {
        /// The target.
        target: PathBuf,
    },
    /// What is beside the target would be taken for a part of the backup.
    #[error(
        "a program has {} open, or had it when it was killed: {} is beside it, and would be taken \
         for a part of the backup. End that program, move both away, or name another file",
        target.display(),
        beside.display()
    )]
    InUse {
        /// The target.
        target: PathBuf,
        /// The file beside it.
        beside: PathBuf,
    },
    /// The target can't be written.
    #[error(
        "can't write {}: {source}. Check that its directory is there, that this user may write to \
         it, and that the disk has room for the whole store",
        target.display()
    )]
    Target {
        /// The target.
        target: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The store is damaged, so its copy is.
    #[error(
        "the store {} is damaged: {what}. No backup was made of it; keep those that you have",
        path.display()
    )]
    Damaged {
        /// The store's file.
        path: PathBuf,
        /// What `SQLite` found.
        what: String,
    },
    /// It was told to stop.
    #[error("stopped before the end; nothing was left")]
    Stopped,
}

//! What went wrong, in the store's terms.

use std::{io, path::PathBuf};

use rusqlite::ErrorCode;

use crate::StoreError;

/// Why a store can't be opened. The texts are for the person who named the path.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory is missing and can't be created.
    #[error(
        "can't create the directory {} for the store: {source}. Create it, or name another file",
        path.display()
    )]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The file can't be opened, created or set up.
    #[error(
        "can't open the store {}: {source}. Check that this user may read and write the file and \
         its directory, and that no other program keeps it locked",
        path.display()
    )]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: rusqlite::Error,
    },
    /// It is a file of another kind.
    #[error(
        "{} is not a store: it is no SQLite database. Name another file, or move this one away",
        path.display()
    )]
    NotAStore {
        /// The file.
        path: PathBuf,
    },
    /// A later version of the program has changed its schema.
    #[error(
        "the store {} was written by a newer version of this program. Use that version, or name \
         another file",
        path.display()
    )]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// The file system has no shared memory, which several processes on one file need.
    #[error(
        "the store {} is where SQLite can't keep a write-ahead log, as on many network drives. \
         Put it on a local disk",
        path.display()
    )]
    NoWriteAheadLog {
        /// The file.
        path: PathBuf,
    },
    /// Another server has claimed it.
    #[error(
        "the store {} has a server already, {by}, and each file has one. End that one, or name \
         another file; import, run, token and backup work beside it",
        path.display()
    )]
    Served {
        /// The file.
        path: PathBuf,
        /// Who has it, in words.
        by: String,
    },
    /// The file can't be claimed.
    #[error(
        "can't lock the store {} against a second server: {source}. Check that this user may \
         write to its directory, and put it on a local disk",
        path.display()
    )]
    Lock {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// The system gives no thread.
    #[error("can't start the thread that writes to the store: {0}. Free some memory or processes")]
    Thread(#[source] io::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&rusqlite::Error> for StoreError {
    fn from(error: &rusqlite::Error) -> Self {
        let text = error.to_string();
        if text.contains("no such table") {
            return Self::MissingTable(text);
        }
        match error.sqlite_error_code() {
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory
                | ErrorCode::SystemIoFailure
                | ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::PermissionDenied
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::SchemaChanged
                | ErrorCode::OperationInterrupted,
            ) => Self::Unavailable(text),
            _ => Self::Refused(text),
        }
    }
}

//! Opening the file: directories, pragmas, migrations.

use std::{
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use rusqlite_migration::{M, Migrations};

use super::OpenError;

/// What makes the schema, in order. One that has been released is never changed again.
const STEPS: &[M<'static>] = &[
    M::up(include_str!("../../migrations/1-session.sql")),
    M::up(include_str!("../../migrations/2-overview-by-source.sql")),
];
const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// How often somebody who waits for a lock looks again. `SQLite`'s own handler soon looks only
/// ten times a second and would starve beside a writer that hardly pauses.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
/// So many looks, five seconds, and the file counts as locked for good.
const MAX_LOOKS: i32 = 5_000;

/// The caches bound the memory that a store of any size needs: 16 MB and four times 4 MB.
const WRITER_CACHE_KIB: i64 = 16 * 1024;
const READER_CACHE_KIB: i64 = 4 * 1024;
/// A log that has grown beyond this is cut when it is started over.
const LOG_LIMIT_BYTES: i64 = 64 * 1024 * 1024;

/// The connection that writes, to a file that is there and has the newest schema.
pub(super) fn open(path: &Path) -> Result<Connection, OpenError> {
    create_directory(path)?;
    let start = Instant::now();
    let patience = LOOK_AGAIN * MAX_LOOKS.unsigned_abs();
    loop {
        match writer(path) {
            // Several processes set up the same new file at once: the busy handler is not
            // asked for the change to the write-ahead log.
            Err(OpenError::File { source, .. })
                if source.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && start.elapsed() < patience =>
            {
                thread::sleep(LOOK_AGAIN);
            }
            opened => return opened,
        }
    }
}

/// Creates the directories above the file that are missing.
pub(super) fn create_directory(path: &Path) -> Result<(), OpenError> {
    match path.parent().filter(|d| !d.as_os_str().is_empty()) {
        Some(directory) => fs::create_dir_all(directory).map_err(|source| OpenError::Directory {
            path: directory.to_owned(),
            source,
        }),
        None => Ok(()),
    }
}

fn writer(path: &Path) -> Result<Connection, OpenError> {
    let failed = |source: rusqlite::Error| match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotAStore {
            path: path.to_owned(),
        },
        _ => OpenError::File {
            path: path.to_owned(),
            source,
        },
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
    let mut connection = connect(path, flags, WRITER_CACHE_KIB).map_err(failed)?;
    let mode: String = connection
        .pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))
        .map_err(failed)?;
    if !mode.eq_ignore_ascii_case("wal") {
        return Err(OpenError::NoWriteAheadLog {
            path: path.to_owned(),
        });
    }
    durable(&connection).map_err(failed)?;
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    migrate(&mut connection, path, failed)?;
    Ok(connection)
}

/// What is acknowledged survives the loss of power: each transaction is synced.
fn durable(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Without this, macOS takes a sync for done while the data is in the drive's cache.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update_and_check(None, "journal_size_limit", LOG_LIMIT_BYTES, |_| Ok(()))
}

fn migrate(
    connection: &mut Connection,
    path: &Path,
    failed: impl Fn(rusqlite::Error) -> OpenError,
) -> Result<(), OpenError> {
    use rusqlite_migration::Error;

    match MIGRATIONS.to_latest(connection) {
        Ok(()) => Ok(()),
        // Somebody else has done the same in the meantime.
        Err(_) if MIGRATIONS.pending_migrations(connection) == Ok(0) => Ok(()),
        Err(Error::RusqliteError { err, .. }) => Err(failed(err)),
        Err(_) => Err(OpenError::Newer {
            path: path.to_owned(),
        }),
    }
}

/// A connection that reads.
pub(super) fn reader(path: &Path) -> rusqlite::Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER_CACHE_KIB)
}

/// A connection that reads and, unlike those that can do nothing else, leaves no empty log behind
/// where nobody else has the file open.
pub(super) fn copier(path: &Path) -> rusqlite::Result<Connection> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE, READER_CACHE_KIB)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags, cache_kib: i64) -> rusqlite::Result<Connection> {
    // No URIs: a path is a path. No mutex of its own: a connection is with one thread at a time.
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_handler(Some(wait_a_moment))?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn wait_a_moment(looks: i32) -> bool {
    thread::sleep(LOOK_AGAIN);
    looks < MAX_LOOKS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pragma(connection: &Connection, name: &str) -> i64 {
        connection
            .pragma_query_value(None, name, |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn acknowledged_means_synced() {
        const FULL: i64 = 2;
        let directory = tempfile::tempdir().unwrap();
        let writer = open(&directory.path().join("store.db")).unwrap();
        assert_eq!(pragma(&writer, "synchronous"), FULL);
        assert_eq!(pragma(&writer, "fullfsync"), 1);
    }

    #[test]
    fn a_reader_reads_and_nothing_else_within_bounded_memory() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("store.db");
        let writer = open(&path).unwrap();
        let reader = reader(&path).unwrap();
        assert!(reader.execute("DELETE FROM session", []).is_err());
        for connection in [&writer, &reader] {
            // Negative where it counts KiB.
            let cache = pragma(connection, "cache_size");
            assert!((-16 * 1024..0).contains(&cache), "{cache}");
            assert_eq!(pragma(connection, "mmap_size"), 0);
        }
    }
}

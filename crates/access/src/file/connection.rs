//! Opening the file: its mode, pragmas, migrations.

use std::{
    fs::{self, OpenOptions},
    io::ErrorKind,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
    time::Duration,
};

use rand::CryptoRng;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use rusqlite_migration::{M, Migrations};

use super::OpenError;
use crate::SigningKey;

/// What makes the schema, in order. One that has been released is never changed again.
const STEPS: &[M<'static>] = &[M::up(include_str!("../../migrations/1-access.sql"))];
const MIGRATIONS: Migrations<'static> = Migrations::from_slice(STEPS);

/// Says that a file is one of these: "tsac" in ASCII.
const APPLICATION_ID: i64 = 0x7473_6163;
/// Its owner reads and writes it, and nobody else.
const MODE: u32 = 0o600;
/// Longer than any write here takes.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn open(path: &Path, random: &mut impl CryptoRng) -> Result<Connection, OpenError> {
    create(path)?;
    check_mode(path)?;
    let failed = |source: rusqlite::Error| match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => other(path),
        _ => OpenError::File {
            path: path.to_owned(),
            source,
        },
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    connection.set_transaction_behavior(TransactionBehavior::Immediate);
    check_kind(&connection, path, failed)?;
    set_up(&connection).map_err(failed)?;
    migrate(&mut connection, path, failed)?;
    keep_key(&connection, random).map_err(failed)?;
    Ok(connection)
}

/// Before `SQLite` would, which makes a file for everybody. Its log gets the same mode.
fn create(path: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::Create {
        path: path.to_owned(),
        source,
    };
    if let Some(directory) = path.parent().filter(|d| !d.as_os_str().is_empty()) {
        fs::create_dir_all(directory).map_err(failed)?;
    }
    let mut options = OpenOptions::new();
    let made = options.write(true).create_new(true).mode(MODE).open(path);
    match made {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed(error)),
        _ => Ok(()),
    }
}

fn check_mode(path: &Path) -> Result<(), OpenError> {
    let found = fs::metadata(path).map_err(|source| OpenError::Create {
        path: path.to_owned(),
        source,
    })?;
    let mode = found.permissions().mode() & 0o777;
    if mode & !MODE == 0 {
        return Ok(());
    }
    Err(OpenError::Exposed {
        path: path.to_owned(),
        mode,
    })
}

fn other(path: &Path) -> OpenError {
    OpenError::Other {
        path: path.to_owned(),
    }
}

/// A new file is empty; any other says what it is.
fn check_kind(
    connection: &Connection,
    path: &Path,
    failed: impl Fn(rusqlite::Error) -> OpenError,
) -> Result<(), OpenError> {
    let count = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = connection
        .query_row(count, (), |row| row.get(0))
        .map_err(&failed)?;
    let id: i64 = connection
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .map_err(&failed)?;
    if tables == 0 || id == APPLICATION_ID {
        Ok(())
    } else {
        Err(other(path))
    }
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    // A revocation that was acknowledged survives the loss of power.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)
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

/// Makes a key where there is none yet.
fn keep_key(connection: &Connection, random: &mut impl CryptoRng) -> rusqlite::Result<()> {
    let sql = "INSERT INTO signing_key (only, key) VALUES (1, ?1) ON CONFLICT DO NOTHING";
    connection.execute(sql, [SigningKey::new(random).bytes()])?;
    Ok(())
}

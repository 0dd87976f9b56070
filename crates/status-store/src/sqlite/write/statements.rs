//! The statements that write.

use rusqlite::{Connection, params, params_from_iter};

use super::Replaces;
use crate::sqlite::row::{COLUMNS, NO_TIME, Row};

/// Removes what has expired, up to a limit; answers how much.
const PURGE: &str = "
    DELETE FROM session WHERE rowid IN (
        SELECT rowid FROM session INDEXED BY session_expiry WHERE expires_at <= ?1 LIMIT ?2
    )";

/// The statements that name every column.
pub(in crate::sqlite) struct Statements {
    insert: String,
    replace: String,
    put: String,
}

impl Default for Statements {
    fn default() -> Self {
        let columns = COLUMNS.join(", ");
        let values: Vec<_> = (1..=COLUMNS.len()).map(|n| format!("?{n}")).collect();
        let insert = format!(
            "INSERT INTO session ({columns}) VALUES ({}) ON CONFLICT (id)",
            values.join(", ")
        );
        let set = |value: fn(usize, &str) -> String| {
            let assignments = COLUMNS.iter().enumerate().skip(1);
            let assignments = assignments.map(|(index, column)| {
                let value = value(index, column);
                format!("{column} = {value}")
            });
            assignments.collect::<Vec<_>>().join(", ")
        };
        Self {
            replace: format!(
                "UPDATE session SET {} WHERE id = ?1 AND version IS ?{}",
                set(|index, _| format!("?{}", index + 1)),
                COLUMNS.len() + 1
            ),
            // A version counts more than none, a later last progress more than an earlier one.
            put: format!(
                "{insert} DO UPDATE SET {} WHERE CASE
                    WHEN session.version IS NULL AND excluded.version IS NULL THEN
                        coalesce(excluded.progress_at, {NO_TIME})
                            >= coalesce(session.progress_at, {NO_TIME})
                    ELSE coalesce(excluded.version, -1) > coalesce(session.version, -1)
                END",
                set(|_, column| format!("excluded.{column}")),
            ),
            insert: format!("{insert} DO NOTHING"),
        }
    }
}

impl Statements {
    /// Puts a row in the place of what it replaces, if that stands there.
    pub(in crate::sqlite) fn commit(
        &self,
        connection: &Connection,
        row: &Row,
        replaces: Replaces,
    ) -> rusqlite::Result<bool> {
        let changed = match replaces {
            Replaces::Nothing => connection
                .prepare_cached(&self.insert)?
                .execute(row.values().as_slice())?,
            Replaces::Version(version) => {
                connection
                    .prepare_cached(&self.replace)?
                    .execute(params_from_iter(
                        row.values().into_iter().chain([&version as _]),
                    ))?
            }
        };
        Ok(changed == 1)
    }

    /// Puts a row, unless what stands there is as new or newer.
    pub(in crate::sqlite) fn put(
        &self,
        connection: &Connection,
        row: &Row,
    ) -> rusqlite::Result<bool> {
        let mut statement = connection.prepare_cached(&self.put)?;
        Ok(statement.execute(row.values().as_slice())? == 1)
    }
}

/// Removes up to `limit` sessions that have expired at `now`, in Unix seconds.
pub(in crate::sqlite) fn purge(
    connection: &Connection,
    now: i64,
    limit: u64,
) -> rusqlite::Result<u64> {
    let purged = connection
        .prepare_cached(PURGE)?
        .execute(params![now, limit])?;
    Ok(purged as u64)
}

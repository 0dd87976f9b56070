//! Walking an index of sessions from a place on: what narrows it, and the keys that it gives.

use rusqlite::{ToSql, named_params};
use status_model::Timestamp;

use super::{
    read::Reader,
    row::{self, NEVER, NO_TIME},
};
use crate::{ListQuery, StoreError};

/// A row's place in a listing, from last to first, and where its item is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) sort_time: i64,
    pub(super) id: String,
    pub(super) rowid: i64,
}

impl TryFrom<&rusqlite::Row<'_>> for Key {
    type Error = rusqlite::Error;

    /// From the columns `rowid, sort_time, id`.
    fn try_from(row: &rusqlite::Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            rowid: row.get(0)?,
            sort_time: row.get(1)?,
            id: row.get(2)?,
        })
    }
}

/// What narrows a listing, as the statements take it.
///
/// Its end is no condition of its own: it is the [place](Place::first) that a walk begins at.
pub(super) struct Filter {
    /// Each with the name of its parameter.
    statuses: Vec<(String, String)>,
    source_type: Option<String>,
    /// No row below this time is in it.
    since: i64,
    /// Unix seconds.
    now: i64,
}

impl Filter {
    pub(super) fn new(query: &ListQuery, now: Timestamp) -> Self {
        let since = match (query.since, query.until) {
            (Some(since), _) => row::sort_key(Some(since)),
            // A range of times has no place for what has none.
            (None, Some(_)) => NO_TIME + 1,
            (None, None) => NO_TIME,
        };
        let statuses = query.statuses.iter().enumerate();
        Self {
            statuses: statuses
                .map(|(n, status)| (format!(":status_{n}"), status.to_string()))
                .collect(),
            source_type: query.source_type.as_ref().map(ToString::to_string),
            since,
            now: now.unix_seconds(),
        }
    }

    /// Does it name a state or a source?
    pub(super) fn is_narrow(&self) -> bool {
        !self.statuses.is_empty() || self.source_type.is_some()
    }

    /// The conditions, behind others, of the rows that lie behind a place.
    pub(super) fn conditions(&self) -> String {
        let mut sql = self.common_conditions();
        if !self.statuses.is_empty() {
            let names: Vec<_> = self
                .statuses
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            sql += " AND status IN (";
            sql += &names.join(", ");
            sql += ")";
        }
        sql
    }

    /// The rows behind a place, in order: `rowid, sort_time, id` and more columns of each.
    ///
    /// An index has the rows of one state in order. Those of several states come from as many
    /// walks, which `SQLite` merges as it goes.
    pub(super) fn walk(&self, columns: &str) -> String {
        let conditions = self.common_conditions();
        let index = match (self.statuses.is_empty(), &self.source_type) {
            (true, None) => "session_time",
            (false, None) => "session_status",
            (true, Some(_)) => "session_source",
            (false, Some(_)) => "session_status_source",
        };
        let walk = format!(
            "SELECT rowid, sort_time, id{columns} FROM session INDEXED BY {index} WHERE {conditions}"
        );
        let walks = if self.statuses.is_empty() {
            walk
        } else {
            let walks = self.statuses.iter();
            let walks = walks.map(|(name, _)| format!("{walk} AND status = {name}"));
            walks.collect::<Vec<_>>().join(" UNION ALL ")
        };
        format!("{walks} ORDER BY sort_time DESC, id DESC")
    }

    fn common_conditions(&self) -> String {
        let mut sql =
            "(sort_time, id) < (:time, :id) AND sort_time >= :since AND expires_at > :now"
                .to_owned();
        if self.source_type.is_some() {
            sql += " AND source_type = :source_type";
        }
        sql
    }

    /// What the conditions' parameters stand for.
    pub(super) fn parameters<'a>(&'a self, place: &'a Place) -> Vec<(&'a str, &'a dyn ToSql)> {
        let mut parameters: Vec<(&str, &dyn ToSql)> = named_params! {
            ":time": place.time, ":id": place.id, ":since": self.since, ":now": self.now,
        }
        .to_vec();
        for (name, status) in &self.statuses {
            parameters.push((name, status));
        }
        if let Some(source_type) = &self.source_type {
            parameters.push((":source_type", source_type));
        }
        parameters
    }
}

/// A place in a listing; rows behind it have a lower time or, at the same time, a lower id.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    time: i64,
    id: String,
}

impl Place {
    /// Where the rows that a query asks for begin: behind its cursor, and before its end.
    pub(super) fn first(query: &ListQuery) -> Self {
        let cursor = query.after.as_ref().map(|cursor| Self {
            time: row::sort_key(cursor.time),
            id: cursor.session_id.to_string(),
        });
        // No id is below the empty one: no row of this very time is behind.
        let end = Self {
            time: query
                .until
                .map_or(NEVER, |until| row::sort_key(Some(until))),
            id: String::new(),
        };
        match cursor {
            Some(cursor) => cursor.min(end),
            None => end,
        }
    }
}

impl From<Key> for Place {
    fn from(key: Key) -> Self {
        Self {
            time: key.sort_time,
            id: key.id,
        }
    }
}

/// The first keys behind a place.
pub(super) fn keys(
    reader: &Reader,
    filter: &Filter,
    place: &Place,
    wanted: usize,
) -> Result<Vec<Key>, StoreError> {
    let mut statement = reader.prepare(&filter.walk(""))?;
    let mut rows = statement.query(filter.parameters(place).as_slice())?;
    let mut keys = Vec::with_capacity(wanted);
    while keys.len() < wanted
        && let Some(row) = rows.next()?
    {
        keys.push(Key::try_from(row)?);
    }
    Ok(keys)
}

//! Walking an index of sessions from a place on: what narrows it, and the keys that it gives.

use rusqlite::{ToSql, named_params};
use status_model::Timestamp;

use super::{
    read::Reader,
    row::{self, NEVER},
};
use crate::{Cursor, ListQuery, StoreError};

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
pub(super) struct Filter {
    status: Option<String>,
    source_type: Option<String>,
    /// Unix seconds.
    now: i64,
}

impl Filter {
    pub(super) fn new(query: &ListQuery, now: Timestamp) -> Self {
        Self {
            status: query.status.as_ref().map(ToString::to_string),
            source_type: query.source_type.as_ref().map(ToString::to_string),
            now: now.unix_seconds(),
        }
    }

    /// Does it leave any sessions out, but for the expired?
    pub(super) fn is_narrow(&self) -> bool {
        self.status.is_some() || self.source_type.is_some()
    }

    /// The index that has exactly these rows in order.
    pub(super) fn index(&self) -> &'static str {
        match (&self.status, &self.source_type) {
            (None, None) => "session_time",
            (Some(_), None) => "session_status",
            (None, Some(_)) => "session_source",
            (Some(_), Some(_)) => "session_status_source",
        }
    }

    /// The conditions, behind others, of the rows that lie behind a place.
    pub(super) fn conditions(&self) -> String {
        let mut sql = "(sort_time, id) < (:time, :id) AND expires_at > :now".to_owned();
        if self.status.is_some() {
            sql += " AND status = :status";
        }
        if self.source_type.is_some() {
            sql += " AND source_type = :source_type";
        }
        sql
    }

    /// What the conditions' parameters stand for.
    pub(super) fn parameters<'a>(&'a self, place: &'a Place) -> Vec<(&'static str, &'a dyn ToSql)> {
        let mut parameters = named_params! {
            ":time": place.time, ":id": place.id, ":now": self.now,
        }
        .to_vec();
        if let Some(status) = &self.status {
            parameters.push((":status", status));
        }
        if let Some(source_type) = &self.source_type {
            parameters.push((":source_type", source_type));
        }
        parameters
    }
}

/// A place in a listing; rows behind it have a lower time or, at the same time, a lower id.
pub(super) struct Place {
    time: i64,
    id: String,
}

impl From<Key> for Place {
    fn from(key: Key) -> Self {
        Self {
            time: key.sort_time,
            id: key.id,
        }
    }
}

impl From<Option<&Cursor>> for Place {
    fn from(cursor: Option<&Cursor>) -> Self {
        match cursor {
            None => Self {
                time: NEVER,
                id: String::new(),
            },
            Some(cursor) => Self {
                time: row::sort_key(cursor.time),
                id: cursor.session_id.to_string(),
            },
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
    let mut statement = reader.prepare(&walk_statement(filter))?;
    let mut rows = statement.query(filter.parameters(place).as_slice())?;
    let mut keys = Vec::with_capacity(wanted);
    while keys.len() < wanted
        && let Some(row) = rows.next()?
    {
        keys.push(Key::try_from(row)?);
    }
    Ok(keys)
}

pub(super) fn walk_statement(filter: &Filter) -> String {
    format!(
        "SELECT rowid, sort_time, id FROM session INDEXED BY {} WHERE {}
         ORDER BY sort_time DESC, id DESC",
        filter.index(),
        filter.conditions()
    )
}

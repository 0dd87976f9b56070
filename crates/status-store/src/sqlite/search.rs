//! Pages of the sessions of which some id starts with a text, newest first.
//!
//! No index has the rows that start with a text in the order of their time: one has them by
//! text, another by time. How many rows start so is not known before, so it is tried, and
//! each try is bounded:
//!
//! 1. Few rows start so: read them all from the indexes by text, up to [`Bounds::matches`], and
//!    sort. The whole of an id ends here.
//! 2. Many do: walk the listing by time, up to [`Bounds::steps`] rows. Where a text is common,
//!    as `session-` is, a page is full after a few.
//! 3. Many do, and few of them are among the newest of the listing: read them all as in 1,
//!    without a bound, and keep only the newest. That takes as long as there are rows that
//!    start so (a fifth of a second for a million), and as little memory as a page.

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use rusqlite::{ToSql, types::Value};

use super::{
    read::Reader,
    walk::{Filter, Key, Place},
};
use crate::StoreError;

/// How much is tried before something else is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Entries that are read from the indexes by text.
    pub(super) matches: usize,
    /// Rows that are walked by time.
    pub(super) steps: usize,
}

impl Bounds {
    /// Each try stays within a few milliseconds. A walk through a narrowed listing looks at the
    /// rows themselves, a walk through the whole one at its index alone.
    pub(super) fn usual(filter: &Filter) -> Self {
        Self {
            matches: 2_000,
            steps: if filter.is_narrow() { 1_000 } else { 5_000 },
        }
    }
}

/// The columns that are searched, each with its index.
const SEARCHED: [(&str, &str); 3] = [
    ("id", "session_id"),
    ("document_id", "session_document"),
    ("correlation_id", "session_correlation"),
];

/// The first keys behind a place of the sessions that start with the text.
pub(super) fn newest(
    reader: &Reader,
    text: &str,
    filter: &Filter,
    place: &Place,
    wanted: usize,
    bounds: Bounds,
) -> Result<Vec<Key>, StoreError> {
    let search = Search {
        reader,
        range: Range::of(text),
        filter,
        place,
        wanted,
    };
    if let Some(keys) = search.by_text(bounds.matches)? {
        return Ok(keys);
    }
    if let Some(keys) = search.by_time(bounds.steps)? {
        return Ok(keys);
    }
    Ok(search.by_text(usize::MAX)?.unwrap_or_default())
}

/// The texts that start with a text: those from `low` on and below `high`.
struct Range {
    low: String,
    high: Value,
}

impl Range {
    fn of(text: &str) -> Self {
        Self {
            low: text.to_owned(),
            // In SQLite a blob is above every text.
            high: behind(text).map_or(Value::Blob(Vec::new()), Value::Text),
        }
    }
}

/// The first text, by code points, behind all that start with this one.
fn behind(text: &str) -> Option<String> {
    let mut chars: Vec<char> = text.chars().collect();
    while let Some(last) = chars.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            chars.push(next);
            return Some(chars.into_iter().collect());
        }
    }
    None
}

struct Search<'a> {
    reader: &'a Reader<'a>,
    range: Range,
    filter: &'a Filter,
    place: &'a Place,
    wanted: usize,
}

impl Search<'_> {
    /// All that start so, of which the newest that fit are kept; nothing where they are more
    /// than that, whether they fit or not.
    fn by_text(&self, max_matches: usize) -> Result<Option<Vec<Key>>, StoreError> {
        let mut matches = 0;
        // By place: a session that several of its ids lead to is there once.
        let mut newest = BTreeSet::new();
        for (column, index) in SEARCHED {
            let sql = by_text_statement(column, index, self.filter);
            let mut statement = self.reader.prepare(&sql)?;
            let mut rows = statement.query(self.parameters().as_slice())?;
            while let Some(row) = rows.next()? {
                matches += 1;
                if matches > max_matches {
                    return Ok(None);
                }
                if is_true(row, 3)? {
                    newest.insert(Key::try_from(row)?);
                    if newest.len() > self.wanted {
                        newest.pop_first();
                    }
                }
            }
        }
        Ok(Some(newest.into_iter().rev().collect()))
    }

    /// Those that start so on a walk through the listing; nothing where it gets too long.
    fn by_time(&self, max_steps: usize) -> Result<Option<Vec<Key>>, StoreError> {
        let mut keys = Vec::with_capacity(self.wanted);
        let mut statement = self.reader.prepare(&by_time_statement(self.filter))?;
        let mut rows = statement.query(self.parameters().as_slice())?;
        let mut steps = 0;
        while let Some(row) = rows.next()? {
            steps += 1;
            if steps > max_steps {
                return Ok(None);
            }
            if is_true(row, 3)? {
                keys.push(Key::try_from(row)?);
                if keys.len() == self.wanted {
                    break;
                }
            }
        }
        Ok(Some(keys))
    }

    fn parameters(&self) -> Vec<(&str, &dyn ToSql)> {
        let mut parameters = self.filter.parameters(self.place);
        parameters.push((":low", &self.range.low));
        parameters.push((":high", &self.range.high));
        parameters
    }
}

/// A condition's value; a comparison with NULL has none, and does not hold.
fn is_true(row: &rusqlite::Row, column: usize) -> rusqlite::Result<bool> {
    Ok(row.get::<_, Option<bool>>(column)?.unwrap_or(false))
}

fn by_text_statement(column: &str, index: &str, filter: &Filter) -> String {
    format!(
        "SELECT rowid, sort_time, id, {} FROM session INDEXED BY {index}
         WHERE {column} >= :low AND {column} < :high",
        filter.conditions()
    )
}

fn by_time_statement(filter: &Filter) -> String {
    let starts_so = SEARCHED.map(|(column, _)| format!("{column} >= :low AND {column} < :high"));
    filter.walk(&format!(", {}", starts_so.join(" OR ")))
}

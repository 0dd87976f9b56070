//! What a listing asks for and what it answers.

use std::{collections::BTreeSet, fmt, str::FromStr};

use status_model::{OverallStatus, SessionId, SourceType, Timestamp, api::SessionRow};

/// The most rows in a page.
pub const MAX_LIMIT: usize = 50;

/// Which sessions, and where to go on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ListQuery {
    /// At most so many rows; 1 to [`MAX_LIMIT`].
    pub limit: usize,
    /// Only sessions in one of these states; all where none is named.
    pub statuses: BTreeSet<OverallStatus>,
    /// Only documents of this side.
    pub source_type: Option<SourceType>,
    /// Only sessions whose session, document or correlation id starts so.
    pub starts_with: Option<String>,
    /// Only sessions of this time or later, by the time that the listing is ordered by. Those
    /// without any are left out.
    pub since: Option<Timestamp>,
    /// Only sessions of before this time. Those without any are left out.
    pub until: Option<Timestamp>,
    /// Go on behind this row.
    pub after: Option<Cursor>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self {
            limit: MAX_LIMIT,
            statuses: BTreeSet::new(),
            source_type: None,
            starts_with: None,
            since: None,
            until: None,
            after: None,
        }
    }
}

/// One page of rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Newest first.
    pub rows: Vec<SessionRow>,
    /// Where the next page goes on; nothing at the end.
    pub next: Option<Cursor>,
}

/// A place in a listing: the sort time and the id of the last row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// The row's time; rows without any come last.
    pub time: Option<Timestamp>,
    /// The row's id, which orders rows of the same time.
    pub session_id: SessionId,
}

/// The text is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor: take it from the Link header of the page before")]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    /// As in `1763799119737~session-1`, or `~session-1` without a time.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(time) = self.time {
            write!(f, "{}", time.unix_millis())?;
        }
        write!(f, "~{}", self.session_id)
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (time, session_id) = text.split_once('~').ok_or(InvalidCursor)?;
        let time = match time {
            "" => None,
            millis => Some(Timestamp::from_unix_millis(
                millis.parse().map_err(|_| InvalidCursor)?,
            )),
        };
        Ok(Self {
            time,
            session_id: session_id.parse().map_err(|_| InvalidCursor)?,
        })
    }
}

//! Counts and tiles.

use rusqlite::{Params, named_params};
use status_model::{
    OverallStatus, Session, SourceType, Timestamp, TokenUsage, TotalTokenUsage,
    api::{
        MatchingCounts, Overview, SessionRow, Tally, UsualDurations,
        overview::{MAX_TILES, OVERVIEW_WINDOW, STUCK_AFTER},
    },
};

use super::{
    read::Reader,
    walk::{self, Filter, Place},
};
use crate::{ListQuery, StoreError};

/// Usual durations are taken over so many sessions, the newest that completed.
const USUAL_OVER: usize = 200;

/// A session that is not final is `silent` from its last progress at this time on; one whose
/// progress has no time never is.
pub(super) const OPEN: &str = "
    SELECT coalesce(progress_at <= :silent, FALSE) FROM session INDEXED BY session_open
    WHERE open_since IS NOT NULL AND (:source IS NULL OR source_type = :source)
      AND expires_at > :now";
pub(super) const STUCK_FIRST_STARTED: &str = "
    SELECT rowid FROM session INDEXED BY session_open
    WHERE open_since IS NOT NULL AND (:source IS NULL OR source_type = :source)
      AND expires_at > :now AND progress_at <= :silent
    ORDER BY open_since, id";
pub(super) const RUNNING_FIRST_STARTED: &str = "
    SELECT rowid FROM session INDEXED BY session_open
    WHERE open_since IS NOT NULL AND (:source IS NULL OR source_type = :source)
      AND expires_at > :now
      AND coalesce(progress_at > :silent, TRUE)
    ORDER BY open_since, id";
pub(super) const ENDED: &str = "
    SELECT input_tokens, output_tokens, tokens_partial FROM session INDEXED BY session_ended
    WHERE status = :status AND ended_at >= :from AND (:source IS NULL OR source_type = :source)
      AND expires_at > :now";
pub(super) const ENDED_NEWEST: &str = "
    SELECT rowid FROM session INDEXED BY session_ended
    WHERE status = :status AND ended_at >= :from AND (:source IS NULL OR source_type = :source)
      AND expires_at > :now
    ORDER BY ended_at DESC, id DESC";
pub(super) const MATCHING: &str = "
    SELECT count(*) FILTER (WHERE matched),
           count(*) FILTER (WHERE status = 'completed' AND NOT matched),
           count(*) FILTER (WHERE status NOT IN ('completed', 'failed')),
           count(*) FILTER (WHERE has_error)
    FROM session INDEXED BY session_time
    WHERE sort_time >= :since AND expires_at > :now";

/// What a wall display needs.
///
/// Everything is judged by the start of the minute, expiry too, so that nothing changes by the
/// mere passing of a second; but the window has no end, so that what ends within the minute is
/// there at once.
pub(super) fn overview(
    reader: &Reader,
    source: Option<&SourceType>,
    now: Timestamp,
) -> Result<Overview, StoreError> {
    let _snapshot = reader.snapshot()?;
    let wall = Wall {
        reader,
        source: source.map(SourceType::as_str),
        now: now.floor_to_minute(),
    };
    let mut tally = Tally::default();
    wall.count_open(&mut tally)?;
    tally.completed = wall.count_ended(&OverallStatus::Completed, &mut tally.tokens)?;
    tally.failed = wall.count_ended(&OverallStatus::Failed, &mut tally.tokens)?;
    Ok(Overview {
        as_of: wall.now,
        window: OVERVIEW_WINDOW,
        tally,
        oldest_running: wall.running(1)?.pop(),
        usual_durations: usual_durations_in(reader, wall.now)?,
        tiles: wall.tiles()?,
    })
}

struct Wall<'a> {
    reader: &'a Reader<'a>,
    /// The side whose documents count; nothing: all.
    source: Option<&'a str>,
    /// The start of the minute.
    now: Timestamp,
}

impl Wall<'_> {
    fn window_start(&self) -> i64 {
        self.now.before(OVERVIEW_WINDOW).unix_millis()
    }

    fn silent(&self) -> i64 {
        self.now.before(STUCK_AFTER).unix_millis()
    }

    fn count_open(&self, tally: &mut Tally) -> Result<(), StoreError> {
        let mut statement = self.reader.prepare(OPEN)?;
        let mut rows = statement.query(named_params! {
            ":silent": self.silent(),
            ":source": self.source,
            ":now": self.now.unix_seconds(),
        })?;
        while let Some(row) = rows.next()? {
            if row.get(0)? {
                tally.stuck += 1;
            } else {
                tally.running += 1;
            }
        }
        Ok(())
    }

    /// Summed here and not by `SQLite`, for which a sum beyond 64 bits is an error.
    fn count_ended(
        &self,
        status: &OverallStatus,
        tokens: &mut TotalTokenUsage,
    ) -> Result<u64, StoreError> {
        let mut count = 0;
        let mut statement = self.reader.prepare(ENDED)?;
        let mut rows = statement.query(named_params! {
            ":status": status.as_str(),
            ":from": self.window_start(),
            ":source": self.source,
            ":now": self.now.unix_seconds(),
        })?;
        while let Some(row) = rows.next()? {
            count += 1;
            tokens.known = tokens.known
                + TokenUsage {
                    input: row.get(0)?,
                    output: row.get(1)?,
                };
            tokens.partial |= row.get::<_, bool>(2)?;
        }
        Ok(count)
    }

    /// The worst first.
    fn tiles(&self) -> Result<Vec<SessionRow>, StoreError> {
        let mut tiles = self.ended(&OverallStatus::Failed, MAX_TILES)?;
        tiles.extend(self.stuck(MAX_TILES - tiles.len())?);
        tiles.extend(self.running(MAX_TILES - tiles.len())?);
        tiles.extend(self.ended(&OverallStatus::Completed, MAX_TILES - tiles.len())?);
        Ok(tiles)
    }

    fn stuck(&self, limit: usize) -> Result<Vec<SessionRow>, StoreError> {
        let silent = self.silent();
        let now = self.now.unix_seconds();
        let parameters = named_params! { ":silent": silent, ":source": self.source, ":now": now };
        rows(self.reader, STUCK_FIRST_STARTED, parameters, limit)
    }

    fn running(&self, limit: usize) -> Result<Vec<SessionRow>, StoreError> {
        let silent = self.silent();
        let now = self.now.unix_seconds();
        let parameters = named_params! { ":silent": silent, ":source": self.source, ":now": now };
        rows(self.reader, RUNNING_FIRST_STARTED, parameters, limit)
    }

    fn ended(&self, status: &OverallStatus, limit: usize) -> Result<Vec<SessionRow>, StoreError> {
        let from = self.window_start();
        let now = self.now.unix_seconds();
        let parameters = named_params! {
            ":status": status.as_str(), ":from": from, ":source": self.source, ":now": now,
        };
        rows(self.reader, ENDED_NEWEST, parameters, limit)
    }
}

/// The first rows of a statement that can be read.
fn rows(
    reader: &Reader,
    sql: &str,
    parameters: impl Params,
    limit: usize,
) -> Result<Vec<SessionRow>, StoreError> {
    let mut statement = reader.prepare(sql)?;
    let mut rows = statement.query(parameters)?;
    let mut loaded = Vec::new();
    while loaded.len() < limit
        && let Some(row) = rows.next()?
    {
        let session = reader.load(row.get(0)?)?;
        loaded.extend(session.as_ref().map(SessionRow::from));
    }
    Ok(loaded)
}

/// How matching is going among the sessions since then.
pub(super) fn matching_counts(
    reader: &Reader,
    since: Timestamp,
    now: Timestamp,
) -> Result<MatchingCounts, StoreError> {
    let parameters = named_params! { ":since": since.unix_millis(), ":now": now.unix_seconds() };
    let mut statement = reader.prepare(MATCHING)?;
    Ok(statement.query_row(parameters, |row| {
        Ok(MatchingCounts {
            matched: row.get(0)?,
            unmatched: row.get(1)?,
            pending: row.get(2)?,
            exceptions: row.get(3)?,
        })
    })?)
}

/// What agents usually take.
pub(super) fn usual_durations(
    reader: &Reader,
    now: Timestamp,
) -> Result<UsualDurations, StoreError> {
    let _snapshot = reader.snapshot()?;
    usual_durations_in(reader, now)
}

fn usual_durations_in(reader: &Reader, now: Timestamp) -> Result<UsualDurations, StoreError> {
    let completed = ListQuery {
        statuses: [OverallStatus::Completed].into(),
        ..ListQuery::default()
    };
    let filter = Filter::new(&completed, now);
    let keys = walk::keys(reader, &filter, &Place::first(&completed), USUAL_OVER)?;
    let mut sessions: Vec<Session> = Vec::with_capacity(keys.len());
    for key in keys {
        sessions.extend(reader.load(key.rowid)?);
    }
    Ok(UsualDurations::over(&sessions))
}

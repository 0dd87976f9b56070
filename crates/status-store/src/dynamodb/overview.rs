//! Counts and tiles: the sessions that they are about, read through the indexes, and what follows
//! from them.

use status_model::{
    OverallStatus, Session, SessionId, SourceType, Timestamp,
    api::{
        MatchingCounts, Overview, SessionRow, Tally, UsualDurations,
        overview::{MAX_TILES, OVERVIEW_WINDOW, is_matched, is_stuck},
    },
    truth,
};

use super::{
    Index,
    place::{Place, Range},
    table::Table,
    walk::{self, Walk},
};
use crate::{ListQuery, StoreError};

/// Usual durations are taken over so many sessions, the newest that completed.
const USUAL_OVER: usize = 200;

impl Table {
    /// What a wall display needs.
    pub(super) async fn overview(
        &self,
        source: Option<&SourceType>,
        now: Timestamp,
    ) -> Result<Overview, StoreError> {
        let now = now.floor_to_minute();
        let (open, ended, usual_durations) = tokio::try_join!(
            self.open(),
            self.ended(now.before(OVERVIEW_WINDOW)),
            self.usual_durations(now),
        )?;
        let is_asked_for = |session: &Session| {
            !session.is_expired(now) && (source.is_none() || session.source_type.as_ref() == source)
        };
        let sessions = open.into_iter().chain(ended).filter(is_asked_for);
        Ok(overview(sessions.collect(), usual_durations, now))
    }

    /// All that are not final.
    async fn open(&self) -> Result<Vec<Session>, StoreError> {
        let statuses = walk::open_statuses();
        let everything = Range::within(None, None, None);
        let walk = Walk::new(self, Index::Created, statuses.clone(), everything.clone());
        let (places, changes) = tokio::try_join!(walk.rest(), self.changes(&statuses, everything))?;
        let open = self
            .sessions_since(&ids(places), &changes)
            .await?
            .into_iter();
        // An index may be a moment behind; what ended is among those that did.
        Ok(open.filter(|s| !s.overall_status.is_final()).collect())
    }

    /// Those that ended since then. Whoever ends a session writes when it did, so its last change
    /// is no earlier.
    async fn ended(&self, since: Timestamp) -> Result<Vec<Session>, StoreError> {
        let statuses = [OverallStatus::Completed, OverallStatus::Failed];
        let statuses = statuses.map(|status| status.to_string());
        let changes = self.changes(&statuses, Range::since(since)).await?;
        let ids: Vec<_> = changes.keys().cloned().collect();
        let ended = self.sessions_since(&ids, &changes).await?.into_iter();
        Ok(ended.filter(|s| truth::end(s) >= Some(since)).collect())
    }

    /// How matching is going among the sessions since then.
    pub(super) async fn matching_counts(
        &self,
        since: Timestamp,
        now: Timestamp,
    ) -> Result<MatchingCounts, StoreError> {
        let statuses = walk::statuses(&ListQuery::default());
        let walk = Walk::since(self, Index::Created, statuses.clone(), since);
        // Nobody changes a session before it is there.
        let (places, changes) =
            tokio::try_join!(walk.rest(), self.changes(&statuses, Range::since(since)))?;
        let sessions = self
            .sessions_since(&ids(places), &changes)
            .await?
            .into_iter();
        Ok(matching(sessions.filter(|s| !s.is_expired(now))))
    }

    /// What agents usually take.
    pub(super) async fn usual_durations(
        &self,
        now: Timestamp,
    ) -> Result<UsualDurations, StoreError> {
        let completed = ListQuery {
            statuses: [OverallStatus::Completed].into(),
            ..ListQuery::default()
        };
        let statuses = walk::statuses(&completed);
        let mut walk = Walk::listing(self, &completed);
        let mut sessions = Vec::new();
        while sessions.len() < USUAL_OVER {
            let wanted = USUAL_OVER - sessions.len();
            let places = walk.take(wanted).await?;
            let is_end = places.len() < wanted;
            let oldest = places.last().and_then(|place| place.time);
            let since = oldest.map_or_else(|| Range::within(None, None, None), Range::since);
            let changes = self.changes(&statuses, since).await?;
            let found = self
                .sessions_since(&ids(places), &changes)
                .await?
                .into_iter();
            sessions.extend(found.filter(|s| !s.is_expired(now)));
            if is_end {
                break;
            }
        }
        Ok(UsualDurations::over(&sessions))
    }
}

fn ids(places: Vec<Place>) -> Vec<SessionId> {
    places.into_iter().map(|place| place.id).collect()
}

fn matching(sessions: impl Iterator<Item = Session>) -> MatchingCounts {
    let mut counts = MatchingCounts::default();
    for session in sessions {
        if is_matched(&session) {
            counts.matched += 1;
        } else if session.overall_status == OverallStatus::Completed {
            counts.unmatched += 1;
        }
        counts.pending += u64::from(!session.overall_status.is_final());
        counts.exceptions += u64::from(session.agents.first_failed().is_some());
    }
    counts
}

/// The wall of these sessions, at the start of a minute.
fn overview(sessions: Vec<Session>, usual_durations: UsualDurations, now: Timestamp) -> Overview {
    let (ended, open): (Vec<_>, Vec<_>) =
        (sessions.into_iter()).partition(|s| s.overall_status.is_final());
    let (mut failed, mut completed): (Vec<_>, Vec<_>) =
        (ended.into_iter()).partition(|s| s.overall_status == OverallStatus::Failed);
    let (mut stuck, mut running): (Vec<_>, Vec<_>) =
        open.into_iter().partition(|session| is_stuck(session, now));

    let mut tally = Tally {
        running: count(&running),
        stuck: count(&stuck),
        completed: count(&completed),
        failed: count(&failed),
        ..Tally::default()
    };
    for session in completed.iter().chain(&failed) {
        let tokens = truth::total_token_usage(session);
        tally.tokens.known = tally.tokens.known + tokens.known;
        tally.tokens.partial |= tokens.partial;
    }

    for open in [&mut stuck, &mut running] {
        open.sort_by_cached_key(first_started);
    }
    for ended in [&mut failed, &mut completed] {
        ended.sort_by_cached_key(|s| std::cmp::Reverse((truth::end(s), s.session_id.clone())));
    }
    Overview {
        as_of: now,
        window: OVERVIEW_WINDOW,
        tally,
        oldest_running: running.first().map(SessionRow::from),
        usual_durations,
        tiles: [failed, stuck, running, completed]
            .iter()
            .flatten()
            .take(MAX_TILES)
            .map(SessionRow::from)
            .collect(),
    }
}

/// The first that started before the others; of which nobody knows when behind them.
fn first_started(session: &Session) -> (bool, Option<Timestamp>, String) {
    let start = truth::start(session);
    (start.is_none(), start, session.session_id.to_string())
}

fn count(sessions: &[Session]) -> u64 {
    u64::try_from(sessions.len()).unwrap_or(u64::MAX)
}

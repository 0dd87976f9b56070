//! Pages of the sessions of which some id starts with a text, newest first.
//!
//! No index has those that start with a text in the order of their time, and how many there are is
//! not known before. So, in this order:
//!
//! 1. Gather the keys of those that start so, up to [`MAX_MATCHES`] of an index. Few: read them all
//!    and sort. The whole of an id ends here.
//! 2. Too many to gather: read the listing from its newest on, up to [`MAX_READ`] items. Where a
//!    text is common, as `session-` is, a page is full after a few.
//! 3. Else gather them all, and take those that the listing has first. This reads keys alone.

use std::collections::HashSet;

use futures_util::future::try_join_all;
use status_model::{Session, SessionId, Timestamp};

use super::{
    Index,
    entries::Entries,
    known::Changes,
    listing::{Rows, is_listed},
    place::{self, Place},
    table::Table,
    walk::{Bounds, Walk, statuses},
};
use crate::{ListQuery, Page, StoreError};

/// The indexes that are searched.
const SEARCHED: [Index; 3] = [Index::Session, Index::Document, Index::Correlation];
/// So many that start so are gathered from an index, for one state, before something else is tried.
const MAX_MATCHES: usize = 500;
/// So many items are read to be sorted here, or to be looked through.
const MAX_READ: usize = 300;
/// So many keys are read at a time.
const PAGE: i32 = 1_000;
/// No text of an index is longer.
const MAX_BYTES: usize = 1_024;

/// Does one of its ids start so?
pub(super) fn starts_with(session: &Session, text: &str) -> bool {
    let ids = [
        session.document_id.as_deref(),
        session.correlation_id.as_deref(),
    ];
    let mut ids = ids
        .into_iter()
        .flatten()
        .chain([session.session_id.as_str()]);
    ids.any(|id| id.starts_with(text))
}

/// A search for a page.
pub(super) struct Search<'a> {
    table: &'a Table,
    query: &'a ListQuery,
    text: &'a str,
    now: Timestamp,
}

impl<'a> Search<'a> {
    pub(super) fn new(
        table: &'a Table,
        query: &'a ListQuery,
        text: &'a str,
        now: Timestamp,
    ) -> Self {
        Self {
            table,
            query,
            text,
            now,
        }
    }

    pub(super) async fn page(&self, limit: usize) -> Result<Page, StoreError> {
        if self.text.len() > MAX_BYTES {
            return Ok(Page::default());
        }
        let few = self.gather(MAX_MATCHES).await?;
        if let Some(ids) = &few
            && ids.len() <= MAX_READ
        {
            return self.sorted(ids, limit).await;
        }
        if few.is_none()
            && let Some(page) = self.newest(limit).await?
        {
            return Ok(page);
        }
        let ids = match few {
            Some(ids) => ids,
            None => self.gather(usize::MAX).await?.unwrap_or_default(),
        };
        self.among(&ids, limit).await
    }

    /// The keys of all that start so; nothing where an index has more than that of a state.
    async fn gather(&self, max: usize) -> Result<Option<HashSet<SessionId>>, StoreError> {
        let statuses = statuses(self.query);
        let parts = SEARCHED.into_iter().flat_map(|index| {
            let statuses = statuses.iter();
            statuses.map(move |status| self.gather_from(index, status, max))
        });
        let parts: Option<Vec<_>> = try_join_all(parts).await?.into_iter().collect();
        Ok(parts.map(|parts| parts.into_iter().flatten().collect()))
    }

    async fn gather_from(
        &self,
        index: Index,
        status: &str,
        max: usize,
    ) -> Result<Option<Vec<SessionId>>, StoreError> {
        let entries = Entries::StartingWith(self.text.to_owned());
        // One more says that there are too many.
        let limit = i32::try_from(max.saturating_add(1))
            .unwrap_or(PAGE)
            .min(PAGE);
        let mut ids = Vec::new();
        let mut start = None;
        loop {
            let page = self
                .table
                .entries(index, status, &entries, limit, start.as_ref());
            let page = page.await?;
            ids.extend(page.entries.into_iter().map(|(_, id)| id));
            if ids.len() > max {
                return Ok(None);
            }
            start = page.next;
            if start.is_none() {
                return Ok(Some(ids));
            }
        }
    }

    /// A page of these, of which the items are read to know their times.
    async fn sorted(&self, ids: &HashSet<SessionId>, limit: usize) -> Result<Page, StoreError> {
        let ids: Vec<_> = ids.iter().cloned().collect();
        let bounds = Bounds::of(self.query);
        let sessions = self.table.sessions(&ids).await?.into_iter();
        let mut found: Vec<_> = sessions
            .map(|session| (place_of(&session), session))
            .filter(|(place, _)| bounds.has(place))
            .collect();
        found.sort_unstable_by(|(a, _), (b, _)| b.cmp(a));
        let mut rows = Rows::new(limit);
        self.add(&mut rows, found);
        Ok(rows.page())
    }

    /// A page from the newest of the listing; nothing where it is not full so soon.
    async fn newest(&self, limit: usize) -> Result<Option<Page>, StoreError> {
        let mut walk = Walk::listing(self.table, self.query);
        let mut rows = Rows::new(limit);
        let mut read = 0;
        while rows.is_wanted() {
            if read >= MAX_READ {
                return Ok(None);
            }
            let wanted = limit + 1;
            let places = walk.take(wanted).await?;
            rows.is_end = places.len() < wanted;
            read += places.len();
            let found = self.table.at(places, &Changes::new()).await?;
            self.add(&mut rows, found);
        }
        Ok(Some(rows.page()))
    }

    /// A page of the listing, of these alone.
    async fn among(&self, ids: &HashSet<SessionId>, limit: usize) -> Result<Page, StoreError> {
        let mut walk = Walk::listing(self.table, self.query);
        let mut rows = Rows::new(limit);
        while rows.is_wanted() {
            let wanted = rows.missing();
            let mut places = Vec::with_capacity(wanted);
            while places.len() < wanted && !rows.is_end {
                let next = walk.take(usize::try_from(PAGE).unwrap_or_default()).await?;
                rows.is_end = next.is_empty();
                places.extend(next.into_iter().filter(|place| ids.contains(&place.id)));
            }
            let found = self.table.at(places, &Changes::new()).await?;
            self.add(&mut rows, found);
        }
        Ok(rows.page())
    }

    fn add(&self, rows: &mut Rows, found: Vec<(Place, Session)>) {
        rows.add(found, |session| is_listed(session, self.query, self.now));
    }
}

/// Where the listing has a session, as far as the session tells it.
fn place_of(session: &Session) -> Place {
    let text = place::substitute(session);
    let text = text.or_else(|| session.created_at.map(|time| time.to_string()));
    Place {
        time: text.and_then(|text| place::time_of(&text)),
        id: session.session_id.clone(),
    }
}

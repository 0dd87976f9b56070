//! Pages of sessions, newest first.
//!
//! A page is made in two steps: the indexes give the keys of its rows, then the rows' items are
//! read, and what the query leaves out is left out.

use status_model::{Session, Timestamp, api::SessionRow};

use super::{
    known::Changes,
    place::{Place, Range},
    search::{self, Search},
    table::Table,
    walk::{self, Walk},
};
use crate::{ListQuery, Page, StoreError, query::MAX_LIMIT};

/// So many items are read at a time where a page needs fewer: what the query leaves out is then
/// made up for at once.
const MIN_READ: usize = 10;

impl Table {
    /// A page of the sessions that the query asks for.
    pub(super) async fn page(&self, query: &ListQuery, now: Timestamp) -> Result<Page, StoreError> {
        let limit = query.limit.clamp(1, MAX_LIMIT);
        match query.starts_with.as_deref().filter(|text| !text.is_empty()) {
            None => {
                let mut walk = Walk::listing(self, query);
                let mut rows = Rows::new(limit);
                while rows.is_wanted() {
                    let wanted = rows.missing().max(MIN_READ);
                    let places = walk.take(wanted).await?;
                    rows.is_end = places.len() < wanted;
                    let changes = self.changes_of(&places, query).await?;
                    let found = self.at(places, &changes).await?;
                    rows.add(found, |session| is_listed(session, query, now));
                }
                Ok(rows.page())
            }
            Some(text) => Search::new(self, query, text, now).page(limit).await,
        }
    }

    /// The last changes of what is at these places, where they are the newest of the listing, at
    /// which somebody may be looking all the time. Further back, they would be among too many.
    async fn changes_of(&self, places: &[Place], query: &ListQuery) -> Result<Changes, StoreError> {
        let oldest = places.last().and_then(|place| place.time);
        match oldest {
            Some(oldest) if query.after.is_none() && query.until.is_none() => {
                self.changes(&walk::statuses(query), Range::since(oldest))
                    .await
            }
            _ => Ok(Changes::new()),
        }
    }

    /// The sessions at these places, but for those that are gone or can't be read.
    pub(super) async fn at(
        &self,
        places: Vec<Place>,
        changes: &Changes,
    ) -> Result<Vec<(Place, Session)>, StoreError> {
        let ids: Vec<_> = places.iter().map(|place| place.id.clone()).collect();
        let sessions = self.sessions_since(&ids, changes).await?;
        let mut sessions = sessions.into_iter().peekable();
        let found = places.into_iter().filter_map(|place| {
            let session = sessions.next_if(|session| session.session_id == place.id)?;
            Some((place, session))
        });
        Ok(found.collect())
    }
}

/// Is it one of those that the query asks for, its place and its text apart?
pub(super) fn is_listed(session: &Session, query: &ListQuery, now: Timestamp) -> bool {
    // An index may be a moment behind.
    let has_status = query.statuses.is_empty() || query.statuses.contains(&session.overall_status);
    let has_source = query.source_type.is_none() || query.source_type == session.source_type;
    let starts_so = query.starts_with.as_deref();
    has_status
        && has_source
        && !session.is_expired(now)
        && starts_so.is_none_or(|text| search::starts_with(session, text))
}

/// The rows of a page, as they are found.
pub(super) struct Rows {
    limit: usize,
    page: Page,
    /// Has a row been found that the next page begins with?
    has_more: bool,
    /// Is there nothing more to be found?
    pub(super) is_end: bool,
}

impl Rows {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            page: Page::default(),
            has_more: false,
            is_end: false,
        }
    }

    pub(super) const fn is_wanted(&self) -> bool {
        !self.has_more && !self.is_end
    }

    /// One more than fits says whether there is a next page.
    pub(super) fn missing(&self) -> usize {
        self.limit + 1 - self.page.rows.len()
    }

    pub(super) fn add(
        &mut self,
        found: Vec<(Place, Session)>,
        is_listed: impl Fn(&Session) -> bool,
    ) {
        for (place, session) in found {
            if !is_listed(&session) {
                continue;
            }
            if self.page.rows.len() == self.limit {
                self.has_more = true;
                return;
            }
            self.page.rows.push(SessionRow::from(&session));
            self.page.next = Some(place.into());
        }
    }

    pub(super) fn page(mut self) -> Page {
        if !self.has_more {
            self.page.next = None;
        }
        self.page
    }
}

//! Pages of sessions, newest first.
//!
//! A page is made in two steps: an index alone gives the keys of its rows, then the rows'
//! items are loaded. So what is left out on the way, by a filter or by its expiry, costs an
//! entry of an index and no more.

use status_model::{Timestamp, api::SessionRow};

use super::{
    read::Reader,
    row,
    search::{self, Bounds},
    walk::{self, Filter, Place},
};
use crate::{Cursor, ListQuery, Page, StoreError, query::MAX_LIMIT};

/// A page of the sessions that the query asks for.
pub(super) fn page(reader: &Reader, query: &ListQuery, now: Timestamp) -> Result<Page, StoreError> {
    let _snapshot = reader.snapshot()?;
    let filter = Filter::new(query, now);
    let starts_with = query.starts_with.as_deref().filter(|text| !text.is_empty());
    let bounds = Bounds::usual(&filter);
    let limit = query.limit.clamp(1, MAX_LIMIT);
    let mut place = Place::first(query);
    let mut page = Page::default();
    loop {
        // One more than fits says whether there is a next page.
        let wanted = limit + 1 - page.rows.len();
        let keys = match starts_with {
            None => walk::keys(reader, &filter, &place, wanted)?,
            Some(text) => search::newest(reader, text, &filter, &place, wanted, bounds)?,
        };
        let is_end = keys.len() < wanted;
        for key in keys {
            if let Some(session) = reader.load(key.rowid)? {
                if page.rows.len() == limit {
                    return Ok(page);
                }
                page.next = Some(Cursor {
                    time: row::sort_time(key.sort_time),
                    session_id: session.session_id.clone(),
                });
                page.rows.push(SessionRow::from(&session));
            }
            place = Place::from(key);
        }
        if is_end {
            page.next = None;
            return Ok(page);
        }
        // Some could not be read: others take their places.
    }
}

//! The sessions of several states as one list, newest first: a walk through the same index for
//! each state, merged a second at a time.

use std::collections::{BTreeSet, VecDeque};

use futures_util::future::try_join_all;
use status_model::{OverallStatus, SessionId, Timestamp};

use super::{
    Index,
    entries::{Entries, MAX_PAGE},
    place::{self, Place, Range},
    table::Table,
    value::Item,
};
use crate::{ListQuery, StoreError};

/// Every word for an overall status that a known writer has ever written.
///
/// An index is divided by the status, and there is no list of those that occur in it: a session
/// with a word of which nobody here knows is found by its id alone, unless that word is asked for.
const KNOWN_STATUSES: [&str; 5] = [
    "initializing",
    "processing",
    "completed",
    "failed",
    "pending",
];

/// The states that a listing has, where it names none.
pub(super) fn statuses(query: &ListQuery) -> Vec<String> {
    if query.statuses.is_empty() {
        KNOWN_STATUSES.map(str::to_owned).into()
    } else {
        query.statuses.iter().map(ToString::to_string).collect()
    }
}

/// The known states that are not final.
pub(super) fn open_statuses() -> Vec<String> {
    let open = |word: &String| !OverallStatus::from(word.clone()).is_final();
    KNOWN_STATUSES
        .map(str::to_owned)
        .into_iter()
        .filter(open)
        .collect()
}

/// One index, one state.
struct Stream {
    status: String,
    read: VecDeque<(String, SessionId)>,
    next: Next,
}

enum Next {
    Start,
    Behind(Item),
    End,
}

/// A walk through the places of a listing, newest first.
pub(super) struct Walk<'a> {
    table: &'a Table,
    index: Index,
    range: Range,
    bounds: Bounds,
    streams: Vec<Stream>,
    /// Of the second that is being given out.
    ready: VecDeque<Place>,
    page: usize,
    /// How many entries have been read.
    pub(super) steps: usize,
}

/// What of a second at either end of a walk is in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Bounds {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    after: Option<Place>,
}

impl Bounds {
    /// Those of a listing.
    pub(super) fn of(query: &ListQuery) -> Self {
        Self {
            since: query.since,
            until: query.until,
            after: query.after.clone().map(|after| Place {
                time: after.time,
                id: after.session_id,
            }),
        }
    }

    pub(super) fn has(&self, place: &Place) -> bool {
        let time = place.time;
        self.since.is_none_or(|since| time >= Some(since))
            && self
                .until
                .is_none_or(|until| time.is_some_and(|time| time < until))
            && self.after.as_ref().is_none_or(|after| place < after)
    }
}

impl<'a> Walk<'a> {
    /// Through the listing that the query asks for.
    pub(super) fn listing(table: &'a Table, query: &ListQuery) -> Self {
        let range = Range::within(query.since, query.until, query.after.as_ref());
        let mut walk = Self::new(table, Index::Created, statuses(query), range);
        walk.bounds = Bounds::of(query);
        walk
    }

    /// Through an index from a time on.
    pub(super) fn since(
        table: &'a Table,
        index: Index,
        statuses: Vec<String>,
        time: Timestamp,
    ) -> Self {
        let mut walk = Self::new(table, index, statuses, Range::since(time));
        walk.bounds.since = Some(time);
        walk
    }

    pub(super) fn new(table: &'a Table, index: Index, statuses: Vec<String>, range: Range) -> Self {
        let next = || {
            if range.is_empty() {
                Next::End
            } else {
                Next::Start
            }
        };
        let streams = statuses.into_iter().map(|status| Stream {
            status,
            read: VecDeque::new(),
            next: next(),
        });
        Self {
            table,
            index,
            streams: streams.collect(),
            range,
            bounds: Bounds::default(),
            ready: VecDeque::new(),
            page: 64,
            steps: 0,
        }
    }

    /// The next places; fewer than are wanted at the end alone.
    pub(super) async fn take(&mut self, wanted: usize) -> Result<Vec<Place>, StoreError> {
        self.page = self.page.max(wanted).min(MAX_PAGE);
        let mut places = Vec::with_capacity(wanted);
        while places.len() < wanted {
            match self.ready.pop_front() {
                Some(place) => places.push(place),
                None if self.next_second().await? => {}
                None => break,
            }
        }
        Ok(places)
    }

    /// All places that are left.
    pub(super) async fn rest(mut self) -> Result<Vec<Place>, StoreError> {
        self.page = MAX_PAGE;
        let mut places = Vec::new();
        while self.next_second().await? {
            places.extend(self.ready.drain(..));
        }
        Ok(places)
    }

    /// Makes the places of the next second ready; is there any more?
    async fn next_second(&mut self) -> Result<bool, StoreError> {
        self.fill().await?;
        let heads = self.streams.iter().filter_map(|s| s.read.front());
        let Some(newest) = heads.map(|(text, _)| place::second_of(text)).max() else {
            return Ok(false);
        };
        let newest = newest.to_owned();
        // By place, since a session may be there twice while it goes from one state to the next.
        let mut second = BTreeSet::new();
        loop {
            let of_this = |read: &VecDeque<(String, SessionId)>| {
                read.iter()
                    .take_while(|(text, _)| place::second_of(text) == newest)
                    .count()
            };
            for stream in &mut self.streams {
                let count = of_this(&stream.read);
                let places = stream.read.drain(..count).map(|(text, id)| Place {
                    time: place::time_of(&text),
                    id,
                });
                second.extend(places.filter(|place| self.bounds.has(place)));
            }
            // The rest of it may be on the next page.
            if self.fill().await? == 0 {
                break;
            }
        }
        self.ready.extend(second.into_iter().rev());
        Ok(true)
    }

    /// Reads on where a stream has run dry; answers how many had.
    async fn fill(&mut self) -> Result<usize, StoreError> {
        let (table, index) = (self.table, self.index);
        let limit = i32::try_from(self.page).unwrap_or(i32::MAX);
        let entries = Entries::Within(self.range.clone());
        let dry = self.streams.iter_mut();
        let dry = dry.filter(|s| s.read.is_empty() && !matches!(s.next, Next::End));
        let filled =
            try_join_all(dry.map(|stream| fill(stream, table, index, &entries, limit))).await?;
        self.steps += filled.iter().sum::<usize>();
        // Further pages are larger: who walks so far walks on.
        if !filled.is_empty() {
            self.page = (self.page * 2).min(MAX_PAGE);
        }
        Ok(filled.len())
    }
}

async fn fill(
    stream: &mut Stream,
    table: &Table,
    index: Index,
    entries: &Entries,
    limit: i32,
) -> Result<usize, StoreError> {
    let start = match &stream.next {
        Next::Behind(item) => Some(item),
        Next::Start | Next::End => None,
    };
    let page = table
        .entries(index, &stream.status, entries, limit, start)
        .await?;
    let count = page.entries.len();
    stream.read.extend(page.entries);
    stream.next = page.next.map_or(Next::End, Next::Behind);
    Ok(count)
}

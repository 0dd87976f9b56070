//! Where a session stands in a listing, told by the text that the index is sorted by.
//!
//! The index sorts texts. Those of the known writers are in UTC and differ only behind the second
//! (`.737Z`, `.737315+00:00Z`, `+00:00`, nothing), so the texts of one second stand together, in
//! no certain order, and all seconds in theirs. A walk therefore takes a second at a time and
//! sorts it by what the texts say.

use std::cmp::Ordering;

use status_model::{Session, SessionId, Timestamp};

use crate::Cursor;

/// What stands in the place of `createdAt` where a session has none and an older change tells
/// where it belongs.
const CHANGED: &str = " (lastUpdated)";
/// The same, where no time at all is known; the id behind it gives the order. In the index this
/// comes before every digit.
const UNKNOWN: &str = "(unknown) ";
/// Behind every text of a second, before every text of the next.
const END: &str = "~";
/// Behind every text that begins with a digit, before those that begin with a letter.
const BEHIND_DIGITS: &str = ":";
/// As long as `2026-11-22T08:31:59`.
const SECOND: usize = 19;

/// A place in a listing, from last to first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) time: Option<Timestamp>,
    pub(super) id: SessionId,
}

impl From<Place> for Cursor {
    fn from(place: Place) -> Self {
        Self {
            time: place.time,
            session_id: place.id,
        }
    }
}

/// What is written as `createdAt` for a session without: so it stands in the index of listings.
pub(super) fn substitute(session: &Session) -> Option<String> {
    if session.created_at.is_some() {
        return None;
    }
    Some(match session.last_updated {
        Some(time) => format!("{time}{CHANGED}"),
        None => format!("{UNKNOWN}{}", session.session_id),
    })
}

/// Is this `createdAt` none?
pub(super) fn is_substitute(text: &str) -> bool {
    text.ends_with(CHANGED) || text.starts_with(UNKNOWN)
}

/// The time that a text of the index stands for; nothing where it is none, which lists last.
pub(super) fn time_of(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix(CHANGED).unwrap_or(text);
    let second = text.get(..SECOND)?.parse::<Timestamp>().ok()?;
    // A time with another offset stands in the index where its text says.
    let time = text.parse::<Timestamp>().ok();
    let is_within = |time: &Timestamp| time.unix_seconds() == second.unix_seconds();
    Some(time.filter(is_within).unwrap_or(second))
}

/// What texts that stand together have in common, in the order of the index.
pub(super) fn second_of(text: &str) -> &str {
    if text.starts_with(UNKNOWN) {
        text
    } else {
        text.get(..SECOND).unwrap_or(text)
    }
}

/// The texts of an index from `low` to `high`, both within.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) low: String,
    pub(super) high: String,
}

impl Range {
    /// All from this time on.
    pub(super) fn since(time: Timestamp) -> Self {
        Self::within(Some(time), None, None)
    }

    /// The texts of a listing from `since` to `until` behind a cursor. Those without a time are in
    /// it where no time is asked for.
    pub(super) fn within(
        since: Option<Timestamp>,
        until: Option<Timestamp>,
        after: Option<&Cursor>,
    ) -> Self {
        let low = match (since, until) {
            (Some(since), _) => second(since),
            (None, Some(_)) => "0".to_owned(),
            (None, None) => UNKNOWN.to_owned(),
        };
        let ends = [
            until.map(|until| second(until) + END),
            after.map(|after| match after.time {
                Some(time) => second(time) + END,
                None => format!("{UNKNOWN}{}", after.session_id),
            }),
        ];
        let high = ends.into_iter().flatten().min();
        Self {
            low,
            high: high.unwrap_or_else(|| BEHIND_DIGITS.to_owned()),
        }
    }

    /// Can there be anything?
    pub(super) fn is_empty(&self) -> bool {
        self.low.as_str().cmp(&self.high) == Ordering::Greater
    }
}

fn second(time: Timestamp) -> String {
    let mut text = time.to_string();
    text.truncate(SECOND);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn every_known_writers_text_stands_within_its_second() {
        let [before, behind] = ["2026-11-22T08:31:58.999999+00:00Z", "2026-11-22T08:32:00"];
        let time = at("2026-11-22T08:31:59.737Z");
        for text in [
            "2026-11-22T08:31:59.737Z",
            "2026-11-22T08:31:59.737+00:00",
            "2026-11-22T08:31:59.737315+00:00Z",
            "2026-11-22T08:31:59.737315",
            "2026-11-22T08:31:59.737Z (lastUpdated)",
        ] {
            assert_eq!(time_of(text), Some(time), "{text}");
            assert_eq!(second_of(text), "2026-11-22T08:31:59");
            assert!(before < text && text < behind);
            let range = Range::within(Some(time), Some(time), None);
            assert!(range.low.as_str() <= text && text <= range.high.as_str());
        }
        // Without a fraction, as Python writes a whole second.
        let whole = "2026-11-22T08:31:59+00:00";
        assert_eq!(time_of(whole), Some(at("2026-11-22T08:31:59.000Z")));
    }

    #[test]
    fn a_time_with_another_offset_stands_where_its_text_does() {
        let text = "2026-11-22T08:31:59.5+01:00";
        assert_eq!(time_of(text), Some(at("2026-11-22T08:31:59.000Z")));
    }

    #[test]
    fn sessions_without_any_time_stand_last_in_the_order_of_their_ids() {
        let [a, b] = ["a", "b"].map(|id| substitute(&Session::new(id.parse().unwrap())).unwrap());
        assert!(a < b && b.as_str() < "0000-01-01T00:00:00.000Z");
        assert_eq!((time_of(&a), second_of(&a)), (None, a.as_str()));
        assert!(is_substitute(&a));

        let everything = Range::within(None, None, None);
        assert!(everything.low < a && b < everything.high);
        let after = Cursor {
            time: None,
            session_id: "a".parse().unwrap(),
        };
        let behind = Range::within(None, None, Some(&after));
        assert!(behind.low < a && a <= behind.high && behind.high < b);
        assert!(Range::within(Some(at("2026-11-22T08:00:00Z")), None, Some(&after)).is_empty());
    }
}

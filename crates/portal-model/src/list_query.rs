//! Which sessions a list shows: its search, filters and page, as they stand in the address.

use status_model::{SourceType, Timestamp};

use crate::{find::percent_decoded, format::Zone, words};

/// A list's search, filters and page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// The beginning of an id.
    pub search: Option<String>,
    /// Only sessions in this state.
    pub status: Option<StatusFilter>,
    /// Only documents of this side.
    pub source: Option<SourceType>,
    /// Only sessions that started then or later.
    pub since: Option<Timestamp>,
    /// Only sessions that started before.
    pub until: Option<Timestamp>,
    /// Where the page goes on, as the page before said.
    pub cursor: Option<String>,
}

/// The states that a list can be narrowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusFilter {
    /// Not ended.
    Running,
    /// Ended well.
    Completed,
    /// Ended with a failure.
    Failed,
}

impl StatusFilter {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Running, Self::Completed, Self::Failed];

    /// Its name in the portal's address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The states that the status API is asked for.
    const fn wire(self) -> &'static str {
        match self {
            Self::Running => "initializing,processing,pending",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }
}

const SEARCH: &str = "q";
const STATUS: &str = "status";
const SOURCE: &str = "source";
const SINCE: &str = "since";
const UNTIL: &str = "until";
const CURSOR: &str = "cursor";

/// A parameter of an address: its name and its value, not yet encoded.
pub type Parameter = (&'static str, String);

impl ListQuery {
    /// Reads an address' parameters; one that nobody understands is left aside.
    #[must_use]
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Self {
        let text = |name| get(name).filter(|value| !value.is_empty());
        let time = |name| text(name)?.parse().ok();
        Self {
            search: text(SEARCH),
            status: text(STATUS).and_then(|name| {
                StatusFilter::ALL
                    .into_iter()
                    .find(|status| status.name() == name)
            }),
            source: text(SOURCE).as_deref().and_then(source),
            since: time(SINCE),
            until: time(UNTIL),
            cursor: text(CURSOR),
        }
    }

    /// As parameters of the portal's own address.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        self.with(SOURCE, StatusFilter::name)
    }

    /// As parameters of the status API.
    #[must_use]
    pub fn api_parameters(&self, limit: usize) -> Vec<Parameter> {
        let mut parameters = vec![("limit", limit.to_string())];
        parameters.extend(self.with("sourceType", StatusFilter::wire));
        parameters
    }

    fn with(
        &self,
        source: &'static str,
        status: fn(StatusFilter) -> &'static str,
    ) -> Vec<Parameter> {
        let parameters = [
            (SEARCH, self.search.clone()),
            (STATUS, self.status.map(|filter| status(filter).to_owned())),
            (source, self.source.as_ref().map(ToString::to_string)),
            (SINCE, self.since.map(|time| time.to_string())),
            (UNTIL, self.until.map(|time| time.to_string())),
            (CURSOR, self.cursor.clone()),
        ];
        parameters
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }

    /// The same list from its first page on.
    #[must_use]
    pub fn first_page(&self) -> Self {
        Self {
            cursor: None,
            ..self.clone()
        }
    }

    /// The search alone, without what narrows it.
    #[must_use]
    pub fn unfiltered(&self) -> Self {
        Self {
            search: self.search.clone(),
            ..Self::default()
        }
    }

    /// Is it narrowed to less than its search?
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.status.is_some()
            || self.source.is_some()
            || self.since.is_some()
            || self.until.is_some()
    }

    /// What the list is narrowed to in time, in words; nothing where it is not.
    #[must_use]
    pub fn time_words(&self, zone: Zone, now: Timestamp) -> Option<String> {
        // It is said once, and a time told from now would soon be another.
        let zone = match zone {
            Zone::Relative => Zone::Utc,
            zone => zone,
        };
        let at = |time| zone.short(time, now);
        match (self.since, self.until) {
            (Some(since), Some(until)) => Some(format!("{} to {}", at(since), at(until))),
            (Some(since), None) => Some(format!("Since {}", at(since))),
            (None, Some(until)) => Some(format!("Before {}", at(until))),
            (None, None) => None,
        }
    }

    /// What the list shows, as a title.
    #[must_use]
    pub fn title(&self) -> String {
        match (&self.search, self.status) {
            (Some(search), _) => format!("Found for “{search}”"),
            (None, Some(status)) => format!("{} sessions", words::status_filter(status)),
            (None, None) => "Recent sessions".to_owned(),
        }
    }
}

/// A side whose documents a list can be narrowed to.
fn source(name: &str) -> Option<SourceType> {
    [SourceType::Bank, SourceType::Counterparty]
        .into_iter()
        .find(|source| source.to_string() == name)
}

/// The cursor of the next page in a `Link` header.
#[must_use]
pub fn next_cursor(link: &str) -> Option<String> {
    let next = link
        .split(", <")
        .find(|link| link.contains("rel=\"next\""))?;
    let address = next.split('>').next()?;
    let (_, query) = address.split_once('?')?;
    let cursor = query
        .split('&')
        .find_map(|parameter| parameter.strip_prefix("cursor="))?;
    Some(percent_decoded(cursor))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> ListQuery {
        ListQuery::read(&|name| {
            let found = query.iter().find(|(key, _)| *key == name)?;
            Some(found.1.to_owned())
        })
    }

    #[test]
    fn what_stands_in_the_address_is_read_back() {
        let query = read(&[
            ("q", "FAB_1"),
            ("status", "running"),
            ("source", "BANK"),
            ("since", "2026-11-22T11:00:00Z"),
            ("until", "2026-11-22T12:00:00.000Z"),
            ("cursor", "1763799119737~s-1"),
        ]);
        assert_eq!(query.status, Some(StatusFilter::Running));
        let parameters = query.parameters();
        let pairs: Vec<_> = parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(pairs.len(), 6);
        assert_eq!(read(&pairs), query);
    }

    #[test]
    fn what_nobody_understands_is_left_aside() {
        let query = read(&[
            ("status", "lost"),
            ("source", "bank"),
            ("since", "yesterday"),
            ("q", ""),
        ]);
        assert_eq!(query, ListQuery::default());
        assert_eq!(query.parameters(), []);
    }

    #[test]
    fn the_status_api_is_asked_in_its_own_words() {
        let query = read(&[("status", "running"), ("source", "COUNTERPARTY")]);
        let parameters = query.api_parameters(50);
        assert_eq!(
            parameters,
            [
                ("limit", "50".to_owned()),
                ("status", "initializing,processing,pending".to_owned()),
                ("sourceType", "COUNTERPARTY".to_owned()),
            ]
        );
    }

    #[test]
    fn the_next_page_is_found_in_the_link_header() {
        for (link, cursor) in [
            (
                "</api/workflow/recent?limit=50&cursor=1~a%40b>; rel=\"next\"",
                Some("1~a@b"),
            ),
            (
                "</api/workflow/recent>; rel=\"first\", </r?cursor=2~s&limit=50>; rel=\"next\"",
                Some("2~s"),
            ),
            ("</r?cursor=2~s>; rel=\"prev\"", None),
            ("", None),
        ] {
            assert_eq!(next_cursor(link).as_deref(), cursor, "{link}");
        }
    }

    #[test]
    fn a_stretch_of_time_is_said_with_its_zone() {
        let now = "2026-11-22T12:30:00Z".parse().unwrap();
        let query = read(&[
            ("since", "2026-11-22T11:00:00Z"),
            ("until", "2026-11-22T12:00:00Z"),
        ]);
        assert_eq!(
            query.time_words(Zone::Utc, now).as_deref(),
            Some("11:00:00 UTC to 12:00:00 UTC")
        );
        assert_eq!(
            query.time_words(Zone::Relative, now).as_deref(),
            Some("11:00:00 UTC to 12:00:00 UTC")
        );
        assert_eq!(ListQuery::default().time_words(Zone::Utc, now), None);
    }
}

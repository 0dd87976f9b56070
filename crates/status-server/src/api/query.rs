//! What the query asks for: strictly, so that a misspelt filter is not silently none.

use std::num::IntErrorKind;

use axum::extract::{FromRequestParts, Query};
use http::{Uri, request::Parts};
use status_model::{
    OverallStatus, Seconds, SessionId, SourceType, Timestamp, identity::InvalidSessionId,
    time::InvalidTimestamp,
};
use status_store::{ListQuery, query::MAX_LIMIT};

use super::ApiError;
use crate::export::Format;

/// The longest text that is searched for; no id is longer.
const MAX_SEARCH_CHARS: usize = 256;
/// The window of the matching counts, unless they are asked for since another time.
const MATCHING_WINDOW: Seconds = Seconds::from_secs(24 * 60 * 60);

/// The parameters of a query, each at most once and each known by name.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// A parameter without a value counts as not given.
    fn of(uri: &Uri, known: &[&str]) -> Result<Self, ApiError> {
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(uri)
            .map_err(|_| wrong("in the address", "it can't be decoded"))?;
        for (index, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let reason = match known {
                    [] => "this call takes none".to_owned(),
                    _ => format!("this call takes {} only", known.join(", ")),
                };
                let name: String = name.chars().take(64).collect();
                return Err(wrong(&name, reason));
            }
            if pairs[..index].iter().any(|(earlier, _)| earlier == name) {
                return Err(wrong(name, "it is there twice"));
            }
        }
        Ok(Self(pairs))
    }

    fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let value = pairs.find_map(|(key, value)| (key == name).then_some(value.trim()))?;
        (!value.is_empty()).then_some(value)
    }

    fn time(&self, name: &str) -> Result<Option<Timestamp>, ApiError> {
        let time = self.get(name).map(str::parse).transpose();
        time.map_err(|error: InvalidTimestamp| wrong(name, error.to_string()))
    }
}

fn wrong(name: &str, reason: impl Into<String>) -> ApiError {
    ApiError::Query {
        name: name.to_owned(),
        reason: reason.into(),
    }
}

/// The query of a call that takes none.
pub(super) struct NoQuery;

impl<S: Send + Sync> FromRequestParts<S> for NoQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        if parts.uri.query().is_some() {
            Parameters::of(&parts.uri, &[])?;
        }
        Ok(Self)
    }
}

/// `?sessionId=`
pub(super) struct SharesQuery(pub(super) Option<SessionId>);

impl<S: Send + Sync> FromRequestParts<S> for SharesQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = Parameters::of(&parts.uri, &["sessionId"])?;
        let id = parameters.get("sessionId").map(str::parse).transpose();
        id.map(Self)
            .map_err(|error: InvalidSessionId| wrong("sessionId", error.to_string()))
    }
}

/// `?limit=&status=&sourceType=&q=&since=&until=&cursor=`
pub(super) struct RecentQuery(pub(super) ListQuery);

impl<S: Send + Sync> FromRequestParts<S> for RecentQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        list_query(&parts.uri).map(Self)
    }
}

fn list_query(uri: &Uri) -> Result<ListQuery, ApiError> {
    const KNOWN: [&str; 7] = [
        "limit",
        "status",
        "sourceType",
        "q",
        "since",
        "until",
        "cursor",
    ];
    let parameters = Parameters::of(uri, &KNOWN)?;
    let mut query = filters(&parameters)?;
    if let Some(limit) = parameters.get("limit") {
        query.limit = rows(limit)?;
    }
    if let Some(cursor) = parameters.get("cursor") {
        let cursor = cursor.parse();
        query.after = Some(cursor.map_err(|error: status_store::query::InvalidCursor| {
            wrong("cursor", error.to_string())
        })?);
    }
    Ok(query)
}

/// So many rows at most; more than there are on a page, however many, are a page.
fn rows(limit: &str) -> Result<usize, ApiError> {
    let is_whole = limit.bytes().all(|byte| byte.is_ascii_digit());
    match limit.parse::<usize>() {
        Ok(limit) if is_whole && limit > 0 => Ok(limit.min(MAX_LIMIT)),
        Err(error) if *error.kind() == IntErrorKind::PosOverflow && is_whole => Ok(MAX_LIMIT),
        _ => Err(wrong("limit", "it is a whole number from 1 to 50")),
    }
}

/// `?format=`
pub(super) struct FormatQuery(pub(super) Format);

impl<S: Send + Sync> FromRequestParts<S> for FormatQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        format(&Parameters::of(&parts.uri, &["format"])?).map(Self)
    }
}

/// `?format=&status=&sourceType=&q=&since=&until=`
pub(super) struct ExportQuery(pub(super) Format, pub(super) ListQuery);

impl<S: Send + Sync> FromRequestParts<S> for ExportQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        const KNOWN: [&str; 6] = ["format", "status", "sourceType", "q", "since", "until"];
        let parameters = Parameters::of(&parts.uri, &KNOWN)?;
        Ok(Self(format(&parameters)?, filters(&parameters)?))
    }
}

fn format(parameters: &Parameters) -> Result<Format, ApiError> {
    let Some(name) = parameters.get("format") else {
        return Ok(Format::default());
    };
    Format::named(name).ok_or_else(|| wrong("format", "it is json or csv"))
}

/// What narrows a listing: `status`, `sourceType`, `q`, `since`, `until`.
fn filters(parameters: &Parameters) -> Result<ListQuery, ApiError> {
    let mut query = ListQuery {
        since: parameters.time("since")?,
        until: parameters.time("until")?,
        ..ListQuery::default()
    };
    if let (Some(since), Some(until)) = (query.since, query.until)
        && since >= until
    {
        let reason = format!("it has to be before until, which is {until}");
        return Err(wrong("since", reason));
    }
    if let Some(statuses) = parameters.get("status") {
        let statuses = statuses.split(',').map(|word| status(word.trim()));
        query.statuses = statuses.collect::<Result<_, _>>()?;
    }
    query.source_type = source_type(parameters)?;
    if let Some(start) = parameters.get("q") {
        if start.chars().count() > MAX_SEARCH_CHARS {
            let reason = format!("it has at most {MAX_SEARCH_CHARS} characters");
            return Err(wrong("q", reason));
        }
        query.starts_with = Some(start.to_owned());
    }
    Ok(query)
}

fn status(word: &str) -> Result<OverallStatus, ApiError> {
    match OverallStatus::from(word.to_owned()) {
        // Old items have it.
        OverallStatus::Other(word) if word != "pending" => Err(wrong(
            "status",
            "it is one of initializing, processing, completed, failed, pending, or several of \
             them with commas between",
        )),
        status => Ok(status),
    }
}

fn source_type(parameters: &Parameters) -> Result<Option<SourceType>, ApiError> {
    let source = parameters.get("sourceType");
    match source.map(|source| SourceType::from(source.to_owned())) {
        Some(SourceType::Other(_)) => Err(wrong("sourceType", "it is BANK or COUNTERPARTY")),
        source => Ok(source),
    }
}

/// `?sourceType=`; nothing where it is not given.
pub(super) struct OverviewQuery(pub(super) Option<SourceType>);

impl<S: Send + Sync> FromRequestParts<S> for OverviewQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        source_type(&Parameters::of(&parts.uri, &["sourceType"])?).map(Self)
    }
}

/// `?since=`; nothing where it is not given.
pub(super) struct SinceQuery(Option<Timestamp>);

impl SinceQuery {
    /// The start of the window: the minute of the time given, else of 24 hours ago. Whole minutes,
    /// so that all who ask within one share an answer.
    pub(super) fn start(&self, now: Timestamp) -> Timestamp {
        let start = self.0.unwrap_or_else(|| now.before(MATCHING_WINDOW));
        start.floor_to_minute()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SinceQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let parameters = Parameters::of(&parts.uri, &["since"])?;
        parameters.time("since").map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(query: &str) -> Result<ListQuery, String> {
        let uri = format!("/api/workflow/recent?{query}").parse().unwrap();
        list_query(&uri).map_err(|error| error.problem(String::new()).detail)
    }

    #[test]
    fn all_parameters_are_read() {
        let query = list(
            "limit=7&status=processing,%20failed&sourceType=BANK&q=s%20a&cursor=17~id\
             &since=2026-11-22T08:00:00Z&until=2026-11-22T10:00:00.5%2B01:00",
        )
        .unwrap();
        assert_eq!(query.limit, 7);
        assert_eq!(
            query.statuses,
            [OverallStatus::Failed, OverallStatus::Processing].into()
        );
        let time = |time: Option<Timestamp>| time.unwrap().to_string();
        assert_eq!(time(query.since), "2026-11-22T08:00:00.000Z");
        assert_eq!(time(query.until), "2026-11-22T09:00:00.500Z");
        assert_eq!(query.source_type, Some(SourceType::Bank));
        assert_eq!(query.starts_with.as_deref(), Some("s a"));
        assert_eq!(query.after.unwrap().to_string(), "17~id");
    }

    #[test]
    fn empty_ones_count_as_not_given_and_a_page_has_50_at_most() {
        let expected = Ok(ListQuery::default());
        assert_eq!(
            list("limit=&status=&sourceType=&q=&cursor=&since=&until="),
            expected
        );
        assert_eq!(list(""), expected);
        assert_eq!(list("limit=1000"), expected);
        assert_eq!(list("limit=100000000000000000000"), expected);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (query, name) in [
            ("limit=0", "limit"),
            ("limit=-1", "limit"),
            ("limit=ten", "limit"),
            ("limit=%2B1", "limit"),
            ("status=done", "status"),
            ("status=failed,done", "status"),
            ("status=failed,", "status"),
            ("status=failed&status=completed", "status"),
            ("since=yesterday", "since"),
            ("until=2026-11-22", "until"),
            (
                "since=2026-11-22T09:00:00Z&until=2026-11-22T08:00:00Z",
                "since",
            ),
            (
                "since=2026-11-22T09:00:00Z&until=2026-11-22T09:00:00Z",
                "since",
            ),
            ("sourceType=bank", "sourceType"),
            ("cursor=17", "cursor"),
            ("colour=red", "colour"),
            ("limit=1&limit=2", "limit"),
            (&format!("q={}", "x".repeat(257)), "q"),
        ] {
            let detail = list(query).unwrap_err();
            assert!(
                detail.starts_with(&format!("Parameter {name}: ")),
                "{query}: {detail}"
            );
        }
    }

    #[test]
    fn the_matching_window_starts_on_a_whole_minute() {
        let now: Timestamp = "2026-11-22T08:31:59.737Z".parse().unwrap();
        let start = |since: Option<&str>| {
            let since = since.map(|time| time.parse().unwrap());
            SinceQuery(since).start(now).to_string()
        };
        assert_eq!(start(None), "2026-11-21T08:31:00.000Z");
        assert_eq!(
            start(Some("2026-11-20T01:02:03Z")),
            "2026-11-20T01:02:00.000Z"
        );
    }
}

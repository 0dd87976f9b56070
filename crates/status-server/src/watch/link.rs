//! The address of the next page.

use std::fmt::Write as _;

use status_model::{OverallStatus, SourceType, Timestamp};
use status_store::{Cursor, ListQuery, query::MAX_LIMIT};

/// The `Link` header of a page: the same question, going on behind its last row.
pub(super) fn next_page(query: &ListQuery, next: &Cursor) -> String {
    let statuses: Vec<_> = query.statuses.iter().map(OverallStatus::as_str).collect();
    let statuses = (!statuses.is_empty()).then(|| statuses.join(","));
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    let (since, until) = (time(query.since), time(query.until));
    let limit = (query.limit != MAX_LIMIT).then(|| query.limit.to_string());
    let next = next.to_string();
    let parameters = [
        ("limit", limit.as_deref()),
        ("status", statuses.as_deref()),
        (
            "sourceType",
            query.source_type.as_ref().map(SourceType::as_str),
        ),
        ("q", query.starts_with.as_deref()),
        ("since", since.as_deref()),
        ("until", until.as_deref()),
        ("cursor", Some(next.as_str())),
    ];
    let mut link = String::from("</api/workflow/recent");
    let mut separator = '?';
    for (name, value) in parameters {
        if let Some(value) = value {
            link.push(separator);
            link.push_str(name);
            link.push('=');
            push_encoded(&mut link, value);
            separator = '&';
        }
    }
    link.push_str(">; rel=\"next\"");
    link
}

/// Percent-encodes everything but what stands for itself anywhere in an address.
fn push_encoded(text: &mut String, value: &str) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a text can't fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor() -> Cursor {
        Cursor {
            time: Some(Timestamp::from_unix_millis(17)),
            session_id: "a:b@c".parse().unwrap(),
        }
    }

    #[test]
    fn a_plain_question_needs_the_cursor_only() {
        assert_eq!(
            next_page(&ListQuery::default(), &cursor()),
            r#"</api/workflow/recent?cursor=17~a%3Ab%40c>; rel="next""#
        );
    }

    #[test]
    fn the_question_is_kept_and_encoded() {
        let query = ListQuery {
            limit: 10,
            statuses: [OverallStatus::Failed, OverallStatus::Completed].into(),
            source_type: Some(SourceType::Bank),
            starts_with: Some("é>&\r\n".to_owned()),
            since: Some(Timestamp::from_unix_millis(0)),
            until: Some(Timestamp::from_unix_millis(1)),
            after: None,
        };
        assert_eq!(
            next_page(&query, &cursor()),
            "</api/workflow/recent?limit=10&status=completed%2Cfailed&sourceType=BANK\
             &q=%C3%A9%3E%26%0D%0A&since=1970-01-01T00%3A00%3A00.000Z\
             &until=1970-01-01T00%3A00%3A00.001Z&cursor=17~a%3Ab%40c>; rel=\"next\""
        );
    }
}

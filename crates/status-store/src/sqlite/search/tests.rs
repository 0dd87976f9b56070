//! Whichever way a search goes, it finds the same.

use proptest::prelude::*;
use status_model::{OverallStatus, Session, SourceType, Timestamp};

use super::{Bounds, newest};
use crate::{
    Cursor, ListQuery,
    damage::Damage,
    sqlite::{
        connection,
        read::Reader,
        row::Row,
        walk::{Filter, Place},
        write::{Replaces, statements::Statements},
    },
};

const NOW: i64 = 1_795_000_000_000;

/// Ids, texts and times of which many are alike.
fn any_session() -> impl Strategy<Value = Session> {
    let text = prop::option::of("[ab\u{e9}\u{d7ff}\u{10ffff}]{1,3}");
    let millis = prop::option::of(NOW..NOW + 5);
    let seconds = prop::option::of(NOW / 1000 - 1..NOW / 1000 + 2);
    (
        "[ab]{1,4}",
        text.clone(),
        text,
        millis,
        seconds,
        any::<(bool, bool)>(),
    )
        .prop_map(
            |(id, document_id, correlation_id, millis, expires_at, (failed, bank))| {
                let mut session = Session::new(id.parse().unwrap());
                session.document_id = document_id;
                session.correlation_id = correlation_id;
                session.created_at = millis.map(Timestamp::from_unix_millis);
                session.expires_at = expires_at;
                session.overall_status = if failed {
                    OverallStatus::Failed
                } else {
                    OverallStatus::Processing
                };
                session.source_type = bank.then_some(SourceType::Bank);
                session
            },
        )
}

fn any_query() -> impl Strategy<Value = ListQuery> {
    let time = (NOW..NOW + 6).prop_map(Timestamp::from_unix_millis);
    let cursor = (prop::option::of(NOW..NOW + 5), "[ab]{1,4}").prop_map(|(millis, id)| Cursor {
        time: millis.map(Timestamp::from_unix_millis),
        session_id: id.parse().unwrap(),
    });
    (
        "[ab\u{e9}\u{d7ff}\u{10ffff}]{1,2}",
        prop::option::of(cursor),
        any::<(bool, bool, bool)>(),
        (prop::option::of(time.clone()), prop::option::of(time)),
        1..10_usize,
    )
        .prop_map(
            |(text, after, (failed, processing, bank), (since, until), limit)| ListQuery {
                limit,
                statuses: [
                    failed.then_some(OverallStatus::Failed),
                    processing.then_some(OverallStatus::Processing),
                ]
                .into_iter()
                .flatten()
                .collect(),
                source_type: bank.then_some(SourceType::Bank),
                starts_with: Some(text),
                since,
                until,
                after,
            },
        )
}

/// What the query asks for, found by looking at each session.
fn expected(sessions: &[Session], query: &ListQuery, now: Timestamp) -> Vec<String> {
    let text = query.starts_with.as_deref().unwrap_or_default();
    let place = |session: &Session| (session.sort_time(), session.session_id.to_string());
    let mut found: Vec<_> = sessions
        .iter()
        .filter(|session| {
            let id = Some(session.session_id.as_str());
            let texts = [
                id,
                session.document_id.as_deref(),
                session.correlation_id.as_deref(),
            ];
            !session.is_expired(now)
                && texts.into_iter().flatten().any(|t| t.starts_with(text))
                && (query.statuses.is_empty() || query.statuses.contains(&session.overall_status))
                && query
                    .since
                    .is_none_or(|since| session.sort_time() >= Some(since))
                && query
                    .until
                    .is_none_or(|until| session.sort_time().is_some_and(|time| time < until))
                && query
                    .source_type
                    .as_ref()
                    .is_none_or(|s| Some(s) == session.source_type.as_ref())
                && query.after.as_ref().is_none_or(|cursor| {
                    place(session) < (cursor.time, cursor.session_id.to_string())
                })
        })
        .map(place)
        .collect();
    found.sort_unstable();
    found.reverse();
    found.truncate(query.limit);
    found.into_iter().map(|(_, id)| id).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_way_finds_the_same(
        sessions in prop::collection::vec(any_session(), 0..30),
        queries in prop::collection::vec(any_query(), 20),
    ) {
        let directory = tempfile::tempdir().unwrap();
        let connection = connection::open(&directory.path().join("store.db")).unwrap();
        let transaction = connection.unchecked_transaction().unwrap();
        let statements = Statements::default();
        let mut kept: Vec<Session> = Vec::new();
        for session in sessions {
            let row = Row::try_from(&session).unwrap();
            if statements.commit(&transaction, &row, Replaces::Nothing).unwrap() {
                kept.push(session);
            }
        }
        transaction.commit().unwrap();
        let damage = Damage::default();
        let reader = Reader::new(&connection, &damage);
        let now = Timestamp::from_unix_millis(NOW);
        for query in queries {
            let filter = Filter::new(&query, now);
            let place = Place::first(&query);
            let text = query.starts_with.clone().unwrap_or_default();
            for (matches, steps) in [(1_000, 1_000), (3, 1_000), (3, 4), (0, 0)] {
                let bounds = Bounds { matches, steps };
                let keys =
                    newest(&reader, &text, &filter, &place, query.limit, bounds).unwrap();
                let found: Vec<_> = keys.into_iter().map(|key| key.id).collect();
                prop_assert_eq!(found, expected(&kept, &query, now), "{:?} {:?}", bounds, query);
            }
        }
    }
}

//! Every page is right, and every session is on exactly one.

use proptest::prelude::*;
use status_model::{OverallStatus, Session, SourceType, Timestamp};
use status_store::{Cursor, ListQuery, SqliteStore, StatusStore};

use crate::given::{ids, now, put, session, store};

/// All pages of a query, one behind the other.
async fn pages(store: &SqliteStore, query: ListQuery) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut query = query;
    loop {
        let page = store.list(&query, now()).await.unwrap();
        pages.push(ids(&page.rows).into_iter().map(str::to_owned).collect());
        match page.next {
            None => return pages,
            next => query.after = next,
        }
    }
}

fn of(limit: usize) -> ListQuery {
    ListQuery {
        limit,
        ..ListQuery::default()
    }
}

#[tokio::test]
async fn an_empty_store_has_one_empty_page() {
    let (store, _directory) = store();
    assert_eq!(pages(&store, of(50)).await, [[""; 0]]);
}

#[tokio::test]
async fn newest_first_and_without_any_time_last() {
    let (store, _directory) = store();
    put(&store, &session("early", "2026-11-22T11:00:00Z")).await;
    put(&store, &session("late", "2026-11-22T11:59:59Z")).await;
    put(&store, &Session::new("unknown".parse().unwrap())).await;
    // Its start is lost: it is listed by its last change.
    let mut changed = session("changed", "2026-11-22T11:30:00Z");
    changed.created_at = None;
    put(&store, &changed).await;
    assert_eq!(
        pages(&store, of(50)).await,
        [["late", "changed", "early", "unknown"]]
    );
}

#[tokio::test]
async fn a_last_page_that_is_just_full_has_no_next() {
    let (store, _directory) = store();
    for n in 0..6 {
        put(&store, &session(&format!("s{n}"), "2026-11-22T11:00:00Z")).await;
    }
    let pages = pages(&store, of(3)).await;
    assert_eq!(pages, [["s5", "s4", "s3"], ["s2", "s1", "s0"]]);
}

#[tokio::test]
async fn what_comes_while_somebody_pages_neither_shifts_nor_repeats_rows() {
    let (store, _directory) = store();
    for n in 0..4 {
        put(&store, &session(&format!("s{n}"), "2026-11-22T11:00:00Z")).await;
    }
    let first = store.list(&of(2), now()).await.unwrap();
    put(&store, &session("new", "2026-11-22T11:30:00Z")).await;
    let query = ListQuery {
        after: first.next,
        ..of(2)
    };
    let second = store.list(&query, now()).await.unwrap();
    assert_eq!(ids(&first.rows), ["s3", "s2"]);
    assert_eq!(ids(&second.rows), ["s1", "s0"]);
}

#[tokio::test]
async fn a_limit_beyond_the_bounds_is_held_to_them() {
    let (store, _directory) = store();
    let sessions = (0..60).map(|n| session(&format!("s{n:02}"), "2026-11-22T11:00:00Z"));
    store.put_all(sessions.collect()).await.unwrap();
    for (limit, rows) in [(0, 1), (1, 1), (50, 50), (51, 50), (usize::MAX, 50)] {
        let page = store.list(&of(limit), now()).await.unwrap();
        assert_eq!(page.rows.len(), rows, "{limit}");
    }
}

#[test]
fn a_cursor_is_written_and_read() {
    let id = "a~b";
    assert!(format!("1~{id}").parse::<Cursor>().is_err());
    for text in ["1763799119737~session-1", "-5~a", "~a"] {
        assert_eq!(text.parse::<Cursor>().unwrap().to_string(), text);
    }
    for text in ["", "1763799119737", "x~a", "1~", "1~a b", "~.."] {
        assert!(text.parse::<Cursor>().is_err(), "{text}");
    }
}

#[derive(Clone, Debug)]
struct Given {
    millis: Option<i64>,
    status: OverallStatus,
    source_type: Option<SourceType>,
    is_expired: bool,
}

fn any_status() -> impl Strategy<Value = OverallStatus> {
    prop::sample::select(vec![
        OverallStatus::Processing,
        OverallStatus::Completed,
        OverallStatus::Other("pending".to_owned()),
    ])
}

fn any_source_type() -> impl Strategy<Value = SourceType> {
    prop::sample::select(vec![SourceType::Bank, SourceType::Counterparty])
}

fn any_given() -> impl Strategy<Value = Given> {
    let now = now().unix_millis();
    (
        prop::option::weighted(0.8, now - 3..now + 3),
        any_status(),
        prop::option::of(any_source_type()),
        prop::bool::weighted(0.1),
    )
        .prop_map(|(millis, status, source_type, is_expired)| Given {
            millis,
            status,
            source_type,
            is_expired,
        })
}

impl Given {
    fn session(&self, n: usize) -> Session {
        let mut session = Session::new(format!("s{n:02}").parse().unwrap());
        session.created_at = self.millis.map(Timestamp::from_unix_millis);
        session.overall_status = self.status.clone();
        session.source_type = self.source_type.clone();
        session.expires_at = self.is_expired.then_some(now().unix_seconds());
        session
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn pages_together_are_the_whole_list_in_order(
        given in prop::collection::vec(any_given(), 0..40),
        status in prop::option::of(any_status()),
        source_type in prop::option::of(any_source_type()),
        limit in 1..8_usize,
    ) {
        let sessions: Vec<_> = given.iter().enumerate().map(|(n, g)| g.session(n)).collect();
        let mut expected: Vec<_> = sessions
            .iter()
            .filter(|s| !s.is_expired(now()))
            .filter(|s| status.as_ref().is_none_or(|status| *status == s.overall_status))
            .filter(|s| source_type.is_none() || source_type == s.source_type)
            .map(|s| (s.sort_time(), s.session_id.to_string()))
            .collect();
        // `None` comes before every `Some`, and so last from the newest on.
        expected.sort_unstable_by(|a, b| b.cmp(a));
        let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();

        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let pages = runtime.block_on(async {
            let (store, _directory) = store();
            store.put_all(sessions).await.unwrap();
            pages(&store, ListQuery { status, source_type, ..of(limit) }).await
        });
        prop_assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit));
        prop_assert_eq!(pages.concat(), expected);
    }
}

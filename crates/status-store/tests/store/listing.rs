//! Every page is right, and every session is on exactly one.

use proptest::prelude::*;
use status_model::{OverallStatus, Seconds, Session, SourceType, Timestamp};
use status_store::{BulkStore, Cursor, ListQuery, StatusStore};

use crate::{
    backend::{Place, Store},
    given::{at, ids, now, put, session, store},
};

/// All pages of a query, one behind the other.
async fn pages(store: &dyn StatusStore, query: ListQuery) -> Vec<Vec<String>> {
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
    let (store, _place) = store().await;
    assert_eq!(pages(&store, of(50)).await, [[""; 0]]);
}

#[tokio::test]
async fn newest_first_and_without_any_time_last() {
    let (store, _place) = store().await;
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
    let (store, _place) = store().await;
    for n in 0..6 {
        put(&store, &session(&format!("s{n}"), "2026-11-22T11:00:00Z")).await;
    }
    let pages = pages(&store, of(3)).await;
    assert_eq!(pages, [["s5", "s4", "s3"], ["s2", "s1", "s0"]]);
}

#[tokio::test]
async fn what_comes_while_somebody_pages_neither_shifts_nor_repeats_rows() {
    let (store, _place) = store().await;
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
    let (store, _place) = store().await;
    let sessions = (0..60).map(|n| session(&format!("s{n:02}"), "2026-11-22T11:00:00Z"));
    store.put_all(sessions.collect()).await.unwrap();
    for (limit, rows) in [(0, 1), (1, 1), (50, 50), (51, 50), (usize::MAX, 50)] {
        let page = store.list(&of(limit), now()).await.unwrap();
        assert_eq!(page.rows.len(), rows, "{limit}");
    }
}

/// Sessions at 11:00, 11:01, …, three of each minute, and two without any time.
async fn minutes() -> (Store, Place) {
    let (store, place) = store().await;
    let mut sessions: Vec<_> = (0..30)
        .map(|n| {
            let mut session = session(&format!("s{n:02}"), "2026-11-22T11:00:00Z");
            let minutes = Seconds::from_secs(n / 3 * 60);
            session.created_at = session.created_at.map(|time| time + minutes);
            session.overall_status = match n % 3 {
                0 => OverallStatus::Initializing,
                1 => OverallStatus::Processing,
                _ => OverallStatus::Completed,
            };
            session
        })
        .collect();
    sessions.extend(["t1", "t2"].map(|name| Session::new(name.parse().unwrap())));
    store.put_all(sessions).await.unwrap();
    (store, place)
}

#[tokio::test]
async fn a_range_of_times_has_its_start_and_not_its_end() {
    let (store, _place) = minutes().await;
    let range = |since: Option<&str>, until: Option<&str>| ListQuery {
        since: since.map(at),
        until: until.map(at),
        ..of(4)
    };
    let (from, to) = ("2026-11-22T11:03:00Z", "2026-11-22T11:05:00Z");
    assert_eq!(
        pages(&store, range(Some(from), Some(to))).await,
        [vec!["s14", "s13", "s12", "s11"], vec!["s10", "s09"]]
    );
    let before = pages(&store, range(None, Some(from))).await.concat();
    let of_time = |n: &str| ("s00"..="s08").contains(&n);
    assert_eq!(
        before.len(),
        9,
        "without any time is in no range: {before:?}"
    );
    assert!(before.iter().all(|id| of_time(id)));
    assert_eq!(
        pages(&store, range(Some(to), None)).await.concat().len(),
        15
    );
    assert_eq!(pages(&store, range(None, None)).await.concat().len(), 32);
    assert_eq!(pages(&store, range(Some(to), Some(from))).await, [[""; 0]]);
}

#[tokio::test]
async fn several_states_are_one_list_in_order() {
    let (store, _place) = minutes().await;
    let open = ListQuery {
        statuses: [OverallStatus::Initializing, OverallStatus::Processing].into(),
        since: Some(at("2026-11-22T11:08:00Z")),
        ..of(3)
    };
    assert_eq!(
        pages(&store, open).await,
        [vec!["s28", "s27", "s25"], vec!["s24"]]
    );
}

#[tokio::test]
async fn a_cursor_of_outside_the_range_goes_on_at_its_end() {
    let (store, _place) = minutes().await;
    let cursor = |millis, name: &str| Cursor {
        time: millis,
        session_id: name.parse().unwrap(),
    };
    let query = ListQuery {
        since: Some(at("2026-11-22T11:01:00Z")),
        until: Some(at("2026-11-22T11:02:00Z")),
        ..of(50)
    };
    let late = ListQuery {
        after: Some(cursor(Some(at("2026-11-22T11:09:00Z")), "s29")),
        ..query.clone()
    };
    assert_eq!(pages(&store, late).await, [["s05", "s04", "s03"]]);
    let last = ListQuery {
        after: Some(cursor(None, "t2")),
        ..query
    };
    assert_eq!(pages(&store, last).await, [[""; 0]]);
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

fn any_time() -> impl Strategy<Value = Timestamp> {
    let now = now().unix_millis();
    (now - 4..now + 4).prop_map(Timestamp::from_unix_millis)
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
        statuses in prop::collection::btree_set(any_status(), 0..3),
        source_type in prop::option::of(any_source_type()),
        starts_with in prop::option::of(prop::sample::select(vec!["s", "s0", "s1"])),
        since in prop::option::of(any_time()),
        until in prop::option::of(any_time()),
        limit in 1..8_usize,
    ) {
        let sessions: Vec<_> = given.iter().enumerate().map(|(n, g)| g.session(n)).collect();
        let mut expected: Vec<_> = sessions
            .iter()
            .filter(|s| !s.is_expired(now()))
            .filter(|s| statuses.is_empty() || statuses.contains(&s.overall_status))
            .filter(|s| source_type.is_none() || source_type == s.source_type)
            .filter(|s| starts_with.is_none_or(|text| s.session_id.as_str().starts_with(text)))
            .filter(|s| since.is_none_or(|since| s.sort_time().is_some_and(|t| t >= since)))
            .filter(|s| until.is_none_or(|until| s.sort_time().is_some_and(|t| t < until)))
            .map(|s| (s.sort_time(), s.session_id.to_string()))
            .collect();
        // `None` comes before every `Some`, and so last from the newest on.
        expected.sort_unstable_by(|a, b| b.cmp(a));
        let expected: Vec<_> = expected.into_iter().map(|(_, id)| id).collect();

        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let pages = runtime.block_on(async {
            let (store, _place) = store().await;
            store.put_all(sessions).await.unwrap();
            let starts_with = starts_with.map(str::to_owned);
            let query =
                ListQuery { statuses, source_type, starts_with, since, until, ..of(limit) };
            pages(&store, query).await
        });
        prop_assert!(pages.iter().rev().skip(1).all(|page| page.len() == limit));
        prop_assert_eq!(pages.concat(), expected);
    }
}

//! What calls ask of the service, and what becomes of them where it does not answer.

use std::collections::BTreeSet;

use harness::table_proxy::TableProxy;
use status_model::{
    AgentName::{PdfAdapter, TradeExtraction},
    AgentStatus::{Error, InProgress, Success},
    OverallStatus, Seconds, SourceType,
    change::Effect,
};
use status_store::{
    BulkStore, ListQuery, StatusStore, StoreError, UpdateError, dynamodb::Connection,
};
use tokio::time::Instant;

use crate::{
    backend::{self, Place, Store},
    given::{COMPLETED, change, ended, get, ids, now, report, session, start},
};

/// A store behind a proxy.
async fn watched() -> (Store, TableProxy, Place) {
    let place = Place::new().await;
    let connection = backend::connection(&place.name());
    let proxy = TableProxy::start(connection.endpoint.as_deref().unwrap())
        .await
        .unwrap();
    let connection = Connection {
        endpoint: Some(proxy.address().to_owned()),
        ..connection
    };
    (backend::open_with(connection).await, proxy, place)
}

#[tokio::test]
async fn nobody_who_looks_makes_a_scan() {
    let (store, proxy, _place) = watched().await;
    let mut sessions: Vec<_> = (0..60)
        .map(|n| session(&format!("s{n}"), "2026-11-22T11:00:00Z"))
        .collect();
    sessions.push(ended(
        "done",
        OverallStatus::Completed,
        "2026-11-22T11:50:00Z",
    ));
    store.put_all(sessions).await.unwrap();
    drop(proxy.calls());

    store.ready().await.unwrap();
    store.get(&"s1".parse().unwrap()).await.unwrap();
    for query in [
        ListQuery::default(),
        ListQuery {
            starts_with: Some("s".to_owned()),
            source_type: Some(SourceType::Bank),
            ..ListQuery::default()
        },
        ListQuery {
            statuses: [OverallStatus::Failed].into(),
            since: Some(now().before(Seconds::from_secs(60))),
            ..ListQuery::default()
        },
    ] {
        store.list(&query, now()).await.unwrap();
    }
    store
        .matching_counts(now().before(Seconds::from_secs(7200)), now())
        .await
        .unwrap();
    store.overview(None, now()).await.unwrap();
    store.usual_durations(now()).await.unwrap();
    store.purge_expired(now()).await.unwrap();
    let calls: BTreeSet<_> = proxy.calls().into_iter().collect();
    let expected = ["BatchGetItem", "GetItem", "Query"].map(str::to_owned);
    assert_eq!(calls, expected.into());
}

#[tokio::test]
async fn a_report_costs_one_read_and_one_write() {
    let (store, proxy, _place) = watched().await;
    for (step, calls) in [
        (start(), ["GetItem", "PutItem"]),
        (report(PdfAdapter, InProgress), ["GetItem", "UpdateItem"]),
        (report(PdfAdapter, Success), ["GetItem", "UpdateItem"]),
        (COMPLETED, ["GetItem", "UpdateItem"]),
    ] {
        change(&store, "s", &step, "2026-11-22T12:00:00Z")
            .await
            .unwrap();
        assert_eq!(proxy.calls(), calls);
    }
}

#[tokio::test]
async fn a_write_whose_answer_is_lost_is_made_once() {
    let (store, proxy, _place) = watched().await;
    for (step, time) in [
        (start(), "2026-11-22T12:00:00Z"),
        (report(PdfAdapter, InProgress), "2026-11-22T12:00:01Z"),
        (report(PdfAdapter, Error), "2026-11-22T12:00:02Z"),
        // A second try, of which there must be no third.
        (report(PdfAdapter, InProgress), "2026-11-22T12:00:03Z"),
    ] {
        proxy.lose_answers(1);
        let effect = change(&store, "s", &step, time).await.unwrap();
        assert_ne!(effect, Effect::Unchanged);
    }
    let session = get(&store, "s").await;
    assert_eq!(session.version, Some(4));
    assert_eq!(session.agents[PdfAdapter].attempts.len(), 2);
    let writes = proxy
        .calls()
        .into_iter()
        .filter(|call| call != "GetItem")
        .count();
    assert_eq!(writes, 8);
}

#[tokio::test]
async fn an_import_whose_answers_are_lost_is_counted_once() {
    let (store, proxy, _place) = watched().await;
    proxy.lose_answers(3);
    let sessions = (0..5).map(|n| session(&format!("s{n}"), "2026-11-22T11:00:00Z"));
    let counts = store.put_all(sessions.collect()).await.unwrap();
    assert_eq!((counts.written, counts.left), (5, 0));
}

#[tokio::test]
async fn a_busy_table_is_asked_again() {
    let (store, proxy, _place) = watched().await;
    change(&store, "s", &start(), "2026-11-22T12:00:00Z")
        .await
        .unwrap();
    for times in [1, 3] {
        proxy.throttle(times);
        let step = report(TradeExtraction, InProgress);
        change(&store, "s", &step, "2026-11-22T12:00:00Z")
            .await
            .unwrap();
        proxy.throttle(times);
        let page = store.list(&ListQuery::default(), now()).await.unwrap();
        assert_eq!(ids(&page.rows), ["s"]);
    }
}

#[tokio::test]
async fn a_table_that_stays_busy_is_given_up_within_the_deadline_and_nothing_is_done() {
    let (store, proxy, _place) = watched().await;
    proxy.throttle(usize::MAX);
    let begin = Instant::now();
    let answer = change(&store, "s", &start(), "2026-11-22T12:00:00Z").await;
    let Err(UpdateError::Store(error @ StoreError::Unavailable(_))) = answer else {
        panic!("{answer:?}")
    };
    assert!(error.to_string().contains("busy"), "{error}");
    assert!(begin.elapsed().as_secs() < 10, "{:?}", begin.elapsed());
    proxy.throttle(0);
    assert_eq!(store.get(&"s".parse().unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn who_looks_again_at_the_wall_or_the_list_reads_no_item_that_nobody_has_changed() {
    let (store, proxy, place) = watched().await;
    let mut sessions: Vec<_> = (0..130)
        .map(|n| {
            ended(
                &format!("s{n}"),
                OverallStatus::Completed,
                "2026-11-22T11:50:00Z",
            )
        })
        .collect();
    sessions.push(session("open", "2026-11-22T11:40:00Z"));
    store.put_all(sessions).await.unwrap();
    let day = now().before(Seconds::from_secs(24 * 60 * 60));
    let look = async || {
        let overview = store.overview(None, now()).await.unwrap();
        let counts = store.matching_counts(day, now()).await.unwrap();
        let page = store.list(&ListQuery::default(), now()).await.unwrap();
        (overview, counts, page)
    };
    let first = look().await;
    assert_eq!((first.0.tally.completed, first.1.unmatched), (130, 130));
    drop(proxy.calls());
    assert_eq!(look().await, first);
    let calls: BTreeSet<_> = proxy.calls().into_iter().collect();
    assert_eq!(calls, BTreeSet::from(["Query".to_owned()]));

    // Another program's change is there at once, and this one's too.
    let other = backend::open(&place.name()).await;
    let step = report(PdfAdapter, Error);
    change(&other, "open", &step, "2026-11-22T11:55:00Z")
        .await
        .unwrap();
    let second = look().await;
    assert_eq!((second.0.tally.running, second.1.exceptions), (1, 1));
    change(&store, "open", &COMPLETED, "2026-11-22T11:56:00Z")
        .await
        .unwrap();
    let third = look().await;
    assert_eq!((third.0.tally.running, third.0.tally.failed), (0, 1));
    assert_eq!(third.2.rows[0].status, OverallStatus::Failed);
    let reads = proxy
        .calls()
        .into_iter()
        .filter(|call| call == "BatchGetItem")
        .count();
    assert!((2..=4).contains(&reads), "{reads}");
}

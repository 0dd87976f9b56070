//! Items and tables of today's writers are read as they are, and stay what they are.

use status_model::{
    AgentName::{PdfAdapter, TradeExtraction},
    AgentStatus, OverallStatus, Seconds, Session,
    change::Effect,
};
use status_store::{
    BulkStore, ListQuery, StatusStore, StoreError,
    dynamodb::{Connection, KeyName},
};

use crate::{
    backend::{self, Place, Store},
    given::{change, get, id, ids, now, put, report, session},
    raw::{self, TRACKER_COMPLETED, TRACKER_PDF_FAILED, WRITER_COMPLETED},
};

async fn keyed_by(place: &Place, key: KeyName) -> Store {
    let connection = Connection {
        key,
        ..backend::connection(&place.name())
    };
    backend::open_with(connection).await
}

fn starting_with(text: &str) -> ListQuery {
    ListQuery {
        starts_with: Some(text.to_owned()),
        ..ListQuery::default()
    }
}

#[tokio::test]
async fn an_item_of_the_writer_class_is_found_every_way() {
    let place = Place::new().await;
    let store = backend::open(&place.name()).await;
    raw::put(&place, raw::item(WRITER_COMPLETED)).await;

    let session = get(&store, "sw-done").await;
    assert_eq!(session.version, None);
    let duration = session.agents[PdfAdapter].run.duration;
    assert_eq!(duration, Some(Seconds::from_millis(78_123)));
    for query in [
        ListQuery::default(),
        starting_with("sw-"),
        starting_with("FAB_1"),
    ] {
        let page = store.list(&query, now()).await.unwrap();
        assert_eq!(ids(&page.rows), ["sw-done"], "{query:?}");
    }
    let day = now().before(Seconds::from_secs(24 * 60 * 60));
    let counts = store.matching_counts(day, now()).await.unwrap();
    assert_eq!(counts.matched, 1);
}

#[tokio::test]
async fn a_table_without_indexes_is_read_by_id_at_once_and_listed_once_it_has_them() {
    let key = KeyName::ProcessingId;
    let place = Place::without_indexes(key).await;
    let store = keyed_by(&place, key).await;
    store.check().await.unwrap();
    raw::put(&place, raw::item(TRACKER_COMPLETED)).await;
    raw::put(&place, raw::item(TRACKER_PDF_FAILED)).await;

    let session = get(&store, "ok-FAB_26933659").await;
    assert_eq!(session.overall_status, OverallStatus::Completed);

    let list = store.list(&ListQuery::default(), now()).await.map(drop);
    let search = store.list(&starting_with("ok"), now()).await.map(drop);
    let counts = store.matching_counts(now(), now()).await.map(drop);
    let overview = store.overview(None, now()).await.map(drop);
    let usual = store.usual_durations(now()).await.map(drop);
    for answer in [list, search, counts, overview, usual] {
        let Err(StoreError::MissingIndex { remedy }) = answer else {
            panic!("{answer:?}")
        };
        let command = "trade-status table deploy --table TABLE --key processing_id";
        assert_eq!(remedy, command);
    }

    place.add_indexes(key).await;
    let page = store.list(&ListQuery::default(), now()).await.unwrap();
    assert_eq!(page.rows.len(), 2);
    let page = store.list(&starting_with("ok-"), now()).await.unwrap();
    assert_eq!(ids(&page.rows), ["ok-FAB_26933659"]);
}

#[tokio::test]
async fn a_table_with_the_older_key_is_written_with_it_too() {
    let key = KeyName::ProcessingId;
    let place = Place::keyed_by(key).await;
    let store = keyed_by(&place, key).await;
    let first = session("first", "2026-11-22T11:00:00Z");
    put(&store, &first).await;
    assert_eq!(get(&store, "first").await, first);
    let step = report(PdfAdapter, AgentStatus::InProgress);
    change(&store, "first", &step, "2026-11-22T11:00:01Z")
        .await
        .unwrap();
    store
        .put_all(vec![session("second", "2026-11-22T11:01:00Z")])
        .await
        .unwrap();
    let page = store.list(&ListQuery::default(), now()).await.unwrap();
    assert_eq!(ids(&page.rows), ["second", "first"]);
}

#[tokio::test]
async fn a_report_over_an_old_item_leaves_what_it_does_not_name_as_it_was() {
    let place = Place::new().await;
    let store = backend::open(&place.name()).await;
    let mut item = raw::item(WRITER_COMPLETED);
    item.insert("overallStatus".to_owned(), raw::text("processing"));
    item.insert("theirs".to_owned(), raw::map([("deep", "kept")]));
    item.remove("tradeMatching");
    raw::put(&place, item).await;
    let item = raw::get(&place, "sw-done").await;

    let step = report(PdfAdapter, AgentStatus::Success);
    let repeated = change(&store, "sw-done", &step, "2026-11-22T12:00:00Z").await;
    assert_eq!(repeated.unwrap(), Effect::Unchanged);
    assert_eq!(raw::get(&place, "sw-done").await, item);

    let step = report(
        status_model::AgentName::ExceptionManagement,
        AgentStatus::InProgress,
    );
    change(&store, "sw-done", &step, "2026-11-22T12:00:00Z")
        .await
        .unwrap();
    let after = raw::get(&place, "sw-done").await;
    for name in [
        "createdAt",
        "expiresAt",
        "pdfAdapter",
        "tradeExtraction",
        "theirs",
    ] {
        assert_eq!(after[name], item[name], "{name}");
    }
    assert_eq!(after["version"].as_n().unwrap(), "1");
    let touched = after["exceptionManagement"].as_m().unwrap();
    assert_eq!(touched["status"], raw::text("in-progress"));
    // Now that it is there, the next report finds a map to write into.
    let step = report(
        status_model::AgentName::TradeMatching,
        AgentStatus::InProgress,
    );
    change(&store, "sw-done", &step, "2026-11-22T12:00:01Z")
        .await
        .unwrap();
    assert_eq!(get(&store, "sw-done").await.version, Some(2));
}

#[tokio::test]
async fn a_map_that_somebody_has_removed_is_put_again() {
    let place = Place::new().await;
    let store = backend::open(&place.name()).await;
    let mut first = session("s", "2026-11-22T11:00:00Z");
    first.version = Some(1);
    put(&store, &first).await;
    let mut item = raw::get(&place, "s").await;
    item.remove("tradeExtraction");
    raw::put(&place, item).await;
    let step = report(TradeExtraction, AgentStatus::InProgress);
    change(&store, "s", &step, "2026-11-22T12:00:00Z")
        .await
        .unwrap();
    let run = get(&store, "s").await.agents[TradeExtraction].run.clone();
    assert_eq!(run.status, AgentStatus::InProgress);
}

#[tokio::test]
async fn what_is_no_session_harms_nobody_else() {
    let place = Place::new().await;
    let store = backend::open(&place.name()).await;
    put(&store, &session("good", "2026-11-22T11:00:00Z")).await;
    let texts = [
        ("overallStatus", "processing"),
        ("createdAt", "2026-11-22T11:30:00Z"),
        ("lastUpdated", "2026-11-22T11:30:00Z"),
    ];
    raw::put(&place, raw::session("no id at all", texts)).await;
    let page = store.list(&ListQuery::default(), now()).await.unwrap();
    assert_eq!(ids(&page.rows), ["good"]);
    let overview = store.overview(None, now()).await.unwrap();
    assert_eq!(ids(&overview.tiles), ["good"]);
}

#[tokio::test]
async fn a_word_that_no_known_writer_has_is_in_no_list_that_does_not_ask_for_it() {
    let place = Place::new().await;
    let store = backend::open(&place.name()).await;
    let strange = OverallStatus::Other("flying".to_owned());
    let given = Session {
        overall_status: strange.clone(),
        ..session("s", "2026-11-22T11:00:00Z")
    };
    put(&store, &given).await;
    assert_eq!(store.get(&id("s")).await.unwrap(), Some(given));
    let all = store.list(&ListQuery::default(), now()).await.unwrap();
    assert_eq!(ids(&all.rows), [""; 0]);
    let asked_for = ListQuery {
        statuses: [strange].into(),
        ..ListQuery::default()
    };
    let page = store.list(&asked_for, now()).await.unwrap();
    assert_eq!(ids(&page.rows), ["s"]);
}

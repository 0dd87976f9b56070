//! Waiting: what it costs the store, and how soon a change is seen.
//!
//! Time is tokio's own here and stands still unless everybody waits, so the numbers are exact.

use std::{sync::Arc, time::Duration};

use crate::support::{TestStore, activity, changed, now, started};
use status_model::Session;
use status_server::{
    metrics::WatchMetrics,
    watch::{Content, EntityTag, Held, Hub, Reading, Watched},
};
use status_store::{ListQuery, StoreError};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep},
};

const HALF_A_SECOND: Duration = Duration::from_millis(500);
const WAIT: Duration = Duration::from_secs(25);

/// A hub over a store with one session in it.
pub struct Bench {
    pub store: Arc<TestStore>,
    pub hub: Arc<Hub>,
    metrics: WatchMetrics,
    pub session: Session,
    pub key: Watched,
}

pub fn bench() -> Bench {
    bench_with_places(20_000)
}

fn bench_with_places(places: usize) -> Bench {
    let store = Arc::new(TestStore::default());
    let session = started("s-1");
    store.put(&session);
    let metrics = WatchMetrics::default();
    Bench {
        hub: Hub::new(store.clone(), now, places, metrics.clone()),
        store,
        metrics,
        key: Watched::Session(session.session_id.clone()),
        session,
    }
}

/// The entity tag of what was read.
pub fn tag(reading: &Reading) -> EntityTag {
    reading.as_ref().unwrap().etag().unwrap().clone()
}

impl Bench {
    /// Another program writes.
    pub fn write_elsewhere(&self, text: &str) -> Session {
        let session = changed(&self.session, &activity(text));
        self.store.put(&session);
        session
    }

    /// So many viewers who know what there is wait for what comes.
    async fn viewers(&self, count: usize, wait: Duration) -> Vec<JoinHandle<(Held, Instant)>> {
        let known = tag(&self.hub.look(&self.key).await);
        let viewers = (0..count)
            .map(|_| self.viewer(known.clone(), wait))
            .collect();
        // Time does not go on before they all wait.
        sleep(Duration::from_millis(1)).await;
        viewers
    }

    fn viewer(&self, known: EntityTag, wait: Duration) -> JoinHandle<(Held, Instant)> {
        let (hub, key) = (Arc::clone(&self.hub), self.key.clone());
        tokio::spawn(async move {
            let held = hub.hold(&key, |tag| *tag == known, wait).await;
            (held, Instant::now())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn ten_thousand_viewers_of_one_session_cost_two_reads_a_second() {
    let bench = bench();
    let viewers = bench.viewers(10_000, WAIT).await;
    assert_eq!(bench.metrics.waiting.get(), 10_000);
    assert_eq!(bench.metrics.watched.get(), 1);

    let before = bench.store.reads();
    sleep(Duration::from_secs(10)).await;
    let reads = bench.store.reads() - before;
    assert!((19..=20).contains(&reads), "{reads} reads in 10 s");

    for viewer in viewers {
        viewer.abort();
    }
    sleep(Duration::from_secs(1)).await;
    assert_eq!(bench.metrics.waiting.get(), 0);
    assert_eq!(bench.metrics.watched.get(), 0);
    let before = bench.store.reads();
    sleep(Duration::from_secs(10)).await;
    assert_eq!(bench.store.reads(), before, "nobody waits, nobody reads");
}

#[tokio::test(start_paused = true)]
async fn never_more_than_two_reads_in_any_second_whoever_asks() {
    let bench = bench();
    let _viewers = bench.viewers(100, WAIT).await;
    let list = Watched::Recent(ListQuery::default());
    let mut counts = Vec::new();
    for _ in 0..300 {
        for key in [&bench.key, &list] {
            bench.hub.look(key).await.unwrap();
        }
        bench.hub.tell(&bench.session);
        sleep(Duration::from_millis(10)).await;
        counts.push((Instant::now(), bench.store.reads()));
    }
    for (index, (time, reads)) in counts.iter().enumerate() {
        let within = counts[index..]
            .iter()
            .take_while(|(later, _)| *later - *time < Duration::from_secs(1));
        let most = within.map(|(_, later)| later - reads).max().unwrap();
        assert!(most <= 4, "{most} reads of two things within a second");
    }
}

#[tokio::test(start_paused = true)]
async fn a_change_made_here_wakes_everybody_at_once_and_costs_no_read() {
    let bench = bench();
    let viewers = bench.viewers(10_000, WAIT).await;
    sleep(Duration::from_millis(1_234)).await;

    let written = Instant::now();
    let before = bench.store.reads();
    let session = bench.write_elsewhere("told");
    bench.hub.tell(&session);
    for viewer in viewers {
        let (held, woken) = viewer.await.unwrap();
        assert_eq!(woken, written);
        assert!(held.applied);
        assert_eq!(
            held.reading.unwrap(),
            Content::Found(status_server::watch::Snapshot::of(&session).unwrap())
        );
    }
    assert_eq!(bench.store.reads(), before);
}

#[tokio::test(start_paused = true)]
async fn a_change_made_elsewhere_is_seen_within_half_a_second() {
    let bench = bench();
    let viewers = bench.viewers(10, WAIT).await;
    sleep(Duration::from_millis(1_234)).await;

    let written = Instant::now();
    bench.write_elsewhere("read");
    for viewer in viewers {
        let (held, woken) = viewer.await.unwrap();
        assert!(woken - written <= HALF_A_SECOND + Duration::from_millis(1));
        let Content::Found(snapshot) = held.reading.unwrap() else {
            panic!("it is gone");
        };
        assert!(String::from_utf8_lossy(&snapshot.body).contains("\"read\""));
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_change_the_wait_ends_in_time_with_what_is_known() {
    let bench = bench();
    let known = tag(&bench.hub.look(&bench.key).await);
    let begun = Instant::now();
    let (held, ended) = bench.viewer(known.clone(), WAIT).await.unwrap();
    assert!(ended - begun >= WAIT && ended - begun < WAIT + Duration::from_millis(10));
    assert_eq!(tag(&held.reading), known);
    assert!(held.applied);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_know_what_there_is_does_not_wait() {
    let bench = bench();
    let begun = Instant::now();
    let held = bench.hub.hold(&bench.key, |_| false, WAIT).await;
    assert_eq!(Instant::now(), begun);
    assert!(held.applied && held.reading.is_ok());
}

#[tokio::test(start_paused = true)]
async fn past_the_cap_nobody_waits() {
    let bench = bench_with_places(3);
    let viewers = bench.viewers(3, WAIT).await;
    let known = tag(&bench.hub.look(&bench.key).await);
    let begun = Instant::now();
    let (held, ended) = bench.viewer(known.clone(), WAIT).await.unwrap();
    assert_eq!(ended, begun);
    assert!(!held.applied);
    assert_eq!(tag(&held.reading), known);

    viewers[0].abort();
    sleep(Duration::from_millis(1)).await;
    let next = bench.viewer(known, WAIT);
    sleep(Duration::from_secs(1)).await;
    assert!(
        !next.is_finished(),
        "the place that was left is taken again"
    );
}

#[tokio::test(start_paused = true)]
async fn the_end_of_the_server_wakes_everybody_and_nobody_waits_after() {
    let bench = bench();
    let viewers = bench.viewers(1_000, WAIT).await;
    let known = tag(&bench.hub.look(&bench.key).await);
    let closed = Instant::now();
    bench.hub.close();
    for viewer in viewers {
        let (held, woken) = viewer.await.unwrap();
        assert_eq!(woken, closed);
        assert_eq!(tag(&held.reading), known);
    }
    let (held, ended) = bench.viewer(known, WAIT).await.unwrap();
    assert_eq!(ended, closed);
    assert!(!held.applied);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_for_a_while_is_waited_for() {
    let bench = bench();
    let viewers = bench.viewers(10, WAIT).await;
    bench
        .store
        .fail(Some(|| StoreError::Unavailable("down".to_owned())));
    sleep(Duration::from_secs(3)).await;
    assert!(viewers.iter().all(|viewer| !viewer.is_finished()));

    bench.write_elsewhere("back");
    bench.store.fail(None);
    for viewer in viewers {
        let (held, _) = viewer.await.unwrap();
        assert!(held.reading.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_stays_away_is_reported_when_the_wait_is_over() {
    let bench = bench();
    let viewers = bench.viewers(2, Duration::from_secs(5)).await;
    bench
        .store
        .fail(Some(|| StoreError::Unavailable("down".to_owned())));
    for viewer in viewers {
        let (held, _) = viewer.await.unwrap();
        assert!(matches!(
            *held.reading.unwrap_err(),
            StoreError::Unavailable(_)
        ));
    }
}

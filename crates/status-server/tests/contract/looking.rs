//! Looking without waiting: what is answered without a read, and that it is never too old.
//!
//! Time is tokio's own here and stands still unless everybody waits, so the numbers are exact.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use status_model::{Seconds, Session, Timestamp};
use status_server::{
    metrics::WatchMetrics,
    watch::{Content, Hub, Watched},
};
use status_store::{ListQuery, StoreError};
use tokio::time::{Instant, sleep};

use crate::{
    support::{TestStore, activity, changed, completed, now, started},
    watching::{bench, tag},
};

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_counts_as_one_that_is_away() {
    let bench = bench();
    bench.store.slow_down(Duration::from_mins(1));
    let begun = Instant::now();
    let error = bench.hub.look(&bench.key).await.unwrap_err();
    assert!(matches!(*error, StoreError::Unavailable(_)));
    assert_eq!(begun.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn many_who_look_at_the_same_time_share_one_read() {
    let bench = bench();
    bench.store.slow_down(Duration::from_millis(100));
    let lookers: Vec<_> = (0..1_000)
        .map(|_| {
            let (hub, key) = (Arc::clone(&bench.hub), bench.key.clone());
            tokio::spawn(async move { hub.look(&key).await.is_ok() })
        })
        .collect();
    for looker in lookers {
        assert!(looker.await.unwrap());
    }
    assert_eq!(bench.store.reads(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_slow_store_is_not_asked_by_each_in_turn() {
    let bench = bench();
    bench.store.slow_down(Duration::from_secs(3));
    let begun = Instant::now();
    let mut lookers = Vec::new();
    for _ in 0..100 {
        let (hub, key) = (Arc::clone(&bench.hub), bench.key.clone());
        lookers.push(tokio::spawn(async move { hub.look(&key).await.is_ok() }));
        sleep(Duration::from_millis(10)).await;
    }
    for looker in lookers {
        assert!(looker.await.unwrap());
    }
    // One read for the first, one for all who came while it was under way.
    assert_eq!(bench.store.reads(), 2);
    assert_eq!(begun.elapsed(), Duration::from_secs(6));
}

#[tokio::test(start_paused = true)]
async fn what_was_read_half_a_second_ago_is_read_again() {
    let bench = bench();
    let first = tag(&bench.hub.look(&bench.key).await);
    bench.write_elsewhere("later");
    sleep(Duration::from_millis(498)).await;
    assert_eq!(tag(&bench.hub.look(&bench.key).await), first);
    sleep(Duration::from_millis(2)).await;
    assert_ne!(tag(&bench.hub.look(&bench.key).await), first);
    assert_eq!(bench.store.reads(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_read_that_began_before_a_change_does_not_undo_it() {
    let bench = bench();
    bench.store.slow_down(Duration::from_millis(100));
    let (hub, key) = (Arc::clone(&bench.hub), bench.key.clone());
    let reading = tokio::spawn(async move { hub.look(&key).await });
    sleep(Duration::from_millis(50)).await;
    let session = bench.write_elsewhere("new");
    bench.hub.tell(&session);
    let told = tag(&bench.hub.look(&bench.key).await);
    assert_eq!(tag(&reading.await.unwrap()), told);
    assert_eq!(tag(&bench.hub.look(&bench.key).await), told);
}

#[tokio::test(start_paused = true)]
async fn an_older_change_that_is_told_late_does_not_hide_a_newer_one() {
    let bench = bench();
    let older = changed(&bench.session, &activity("older"));
    let newer = changed(&older, &completed());
    bench.store.put(&newer);
    let seen = tag(&bench.hub.look(&bench.key).await);
    bench.hub.tell(&older);
    assert_eq!(tag(&bench.hub.look(&bench.key).await), seen);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_appears_is_there_at_once_when_written_here() {
    let bench = bench();
    let session = started("s-2");
    let key = Watched::Session(session.session_id.clone());
    assert_eq!(bench.hub.look(&key).await.unwrap(), Content::Missing);
    bench.store.put(&session);
    bench.hub.tell(&session);
    assert!(matches!(
        bench.hub.look(&key).await.unwrap(),
        Content::Found(_)
    ));
}

#[tokio::test(start_paused = true)]
async fn lists_show_a_change_made_here_to_the_next_who_looks() {
    let bench = bench();
    for key in [
        Watched::Recent(ListQuery::default()),
        Watched::Overview(None),
    ] {
        let before = tag(&bench.hub.look(&key).await);
        let session = bench.write_elsewhere(&format!("{key:?}"));
        bench.hub.tell(&session);
        let begun = Instant::now();
        // The overview's tiles and the rows carry what the agent is doing.
        assert_ne!(tag(&bench.hub.look(&key).await), before);
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }
}

#[tokio::test(start_paused = true)]
async fn an_expired_session_is_missing() {
    let bench = bench();
    let expired = Session {
        expires_at: Some(1),
        ..bench.session.clone()
    };
    bench.store.put(&expired);
    assert_eq!(bench.hub.look(&bench.key).await.unwrap(), Content::Missing);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_expires_while_nobody_writes_it_is_missing_from_then_on() {
    static DAYS: AtomicU64 = AtomicU64::new(0);
    fn clock() -> Timestamp {
        let days = Seconds::from_secs(DAYS.load(Ordering::SeqCst) * 24 * 60 * 60);
        now() + days
    }
    let store = Arc::new(TestStore::default());
    store.put(&started("s-1"));
    let hub = Hub::new(store, clock, 1, WatchMetrics::default());
    let key = Watched::Session("s-1".parse().unwrap());
    for (day, is_there) in [(0, true), (89, true), (91, false), (92, false)] {
        DAYS.store(day, Ordering::SeqCst);
        sleep(Duration::from_secs(1)).await;
        let content = hub.look(&key).await.unwrap();
        assert_eq!(content != Content::Missing, is_there, "day {day}");
    }
}

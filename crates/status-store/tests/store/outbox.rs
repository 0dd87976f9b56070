//! What the store could not take lands once it is back.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use status_model::{
    AgentName::{PdfAdapter, TradeExtraction},
    AgentStatus, OverallStatus, Seconds, Session, Timestamp, TokenUsage,
    change::{AgentUpdate, Change, Effect, FinalStatus, StartSession},
    truth,
};
use status_store::{Health, Outbox, Outcome, StatusStore, StatusWriter, update};
use tempfile::TempDir;
use tokio::time::{Instant, timeout};

use crate::{
    faulty::{Fault, FaultyStore},
    given::{id, now},
    log,
};

/// As much as any test's time may pass.
const HOURS: Duration = Duration::from_hours(3);

/// A writer whose every report is a second later than the one before.
fn writer(store: &Arc<FaultyStore>, directory: &Path) -> StatusWriter {
    let clock = Arc::new(AtomicI64::new(now().unix_millis()));
    let ticking = move || Timestamp::from_unix_millis(clock.fetch_add(1_000, Ordering::SeqCst));
    StatusWriter::new(Arc::clone(store) as _, ticking, || 0.5)
        .with_outbox(Outbox::open(directory, "test"))
}

fn store(then: Fault) -> (Arc<FaultyStore>, TempDir) {
    let store = Arc::new(FaultyStore::new([], then));
    (store, tempfile::tempdir().unwrap())
}

async fn drained(writer: &StatusWriter) {
    let mut len = writer.outbox().unwrap().watch();
    let empty = timeout(HOURS, len.wait_for(|len| *len == 0)).await;
    empty.expect("it lands in the end").unwrap();
}

fn start() -> StartSession {
    StartSession {
        document_id: Some("FAB_1".to_owned()),
        ..StartSession::default()
    }
}

fn used(status: AgentStatus, input: u64) -> AgentUpdate {
    let token_usage = (input > 0).then_some(TokenUsage { input, output: 1 });
    AgentUpdate {
        token_usage,
        ..AgentUpdate::new(status)
    }
}

/// A start, a try that fails, one that succeeds, the end: a second apart.
async fn workflow(writer: &StatusWriter, name: &str) -> Vec<Outcome> {
    let session = id(name);
    let mut outcomes = vec![writer.initialize_status(&session, start()).await];
    for (status, input) in [
        (AgentStatus::InProgress, 0),
        (AgentStatus::Error, 10),
        (AgentStatus::InProgress, 0),
        (AgentStatus::Success, 20),
    ] {
        let update = used(status, input);
        outcomes.push(
            writer
                .update_agent_status(&session, PdfAdapter, update)
                .await,
        );
    }
    let end = FinalStatus::Completed;
    outcomes.push(writer.finalize_status(&session, end).await);
    outcomes
}

/// What [`workflow`] leaves, the first report of which was made at that time.
fn assert_landed(session: &Session, began: Timestamp) {
    let second = |n| Some(began + Seconds::from_secs(n));
    assert_eq!(session.overall_status, OverallStatus::Completed);
    assert_eq!(session.created_at, second(0));
    assert_eq!(session.last_updated, second(5));
    assert_eq!(session.total_duration, Some(Seconds::from_secs(4)));
    let agent = &session.agents[PdfAdapter];
    assert_eq!(agent.run.status, AgentStatus::Success);
    assert_eq!(agent.run.started_at, second(1));
    assert_eq!(agent.run.completed_at, second(4));
    let tries: Vec<_> = agent
        .attempts
        .iter()
        .map(|a| (a.status.as_str(), a.started_at, a.completed_at))
        .collect();
    assert_eq!(
        tries,
        [
            ("error", second(1), second(2)),
            ("success", second(3), second(4)),
        ]
    );
    let total = truth::total_token_usage(session);
    assert_eq!((total.known.total(), total.partial), (32, false));
    assert_eq!(session.version, Some(6), "each report is written once");
}

#[tokio::test(start_paused = true)]
async fn after_an_outage_of_any_kind_and_length_everything_stands_as_it_was_reported() {
    for fault in [Fault::Unavailable, Fault::Silence, Fault::MissingTable] {
        let (store, directory) = store(fault);
        let writer = writer(&store, directory.path());
        let outcomes = workflow(&writer, "s").await;
        assert_eq!(outcomes, [Outcome::Kept; 6], "{fault:?}");
        tokio::time::sleep(Duration::from_hours(2)).await;
        assert!(store.session(&id("s")).is_none());
        store.turn(Fault::None);
        drained(&writer).await;
        assert_landed(&store.session(&id("s")).unwrap(), now());
        let next = writer.initialize_status(&id("next"), start()).await;
        assert_eq!(next, Outcome::Written(Effect::Created));
    }
}

#[tokio::test(start_paused = true)]
async fn a_report_costs_half_the_deadline_and_the_next_ones_nothing() {
    let (store, directory) = store(Fault::Silence);
    let writer = writer(&store, directory.path());
    let begin = Instant::now();
    writer.initialize_status(&id("s"), start()).await;
    assert!(begin.elapsed() <= Duration::from_secs(3));
    assert!(begin.elapsed() > Duration::from_secs(2));
    let begin = Instant::now();
    for name in ["s", "other"] {
        assert_eq!(
            writer.finalize_status(&id(name), FinalStatus::Failed).await,
            Outcome::Kept
        );
    }
    assert!(begin.elapsed() < Duration::from_millis(50));
}

#[tokio::test(start_paused = true)]
async fn those_who_are_still_trying_stop_once_another_has_found_the_store_away() {
    let (store, directory) = store(Fault::Unavailable);
    let writer = writer(&store, directory.path());
    let early = writer.clone();
    let early = tokio::spawn(async move { early.initialize_status(&id("a"), start()).await });
    tokio::time::sleep(Duration::from_secs(2)).await;
    let begin = Instant::now();
    let outcome = writer.initialize_status(&id("b"), start()).await;
    assert_eq!(
        (outcome, early.await.unwrap()),
        (Outcome::Kept, Outcome::Kept)
    );
    assert!(begin.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn answers_that_get_lost_on_the_way_are_no_second_writes() {
    let (store, directory) = store(Fault::LostAnswer);
    let writer = writer(&store, directory.path());
    // The start lands and nobody hears of it, so all the rest goes behind it.
    assert_eq!(workflow(&writer, "s").await, [Outcome::Kept; 6]);
    tokio::time::sleep(Duration::from_secs(30)).await;
    store.turn(Fault::None);
    drained(&writer).await;
    assert_landed(&store.session(&id("s")).unwrap(), now());
}

#[tokio::test(start_paused = true)]
async fn what_was_kept_by_another_process_is_written_at_the_start() {
    let (store, directory) = store(Fault::MissingTable);
    let first = writer(&store, directory.path());
    workflow(&first, "s").await;
    assert_eq!(first.health().outbox_reports, 6);
    drop(first);
    // Lets the task of the first end, and with it its hold of the file.
    tokio::time::sleep(Duration::from_secs(1)).await;

    store.turn(Fault::None);
    let second = writer(&store, directory.path());
    assert_eq!(second.health().outbox_reports, 6);
    drained(&second).await;
    assert_landed(&store.session(&id("s")).unwrap(), now());
    drop(second);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(Outbox::open(directory.path(), "test").is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_to_be_one_write_is_kept_one_by_one() {
    let (store, directory) = store(Fault::None);
    let writer = writer(&store, directory.path());
    writer.initialize_status(&id("s"), start()).await;
    let together = |status| {
        let report = Change::Report(PdfAdapter, Box::new(AgentUpdate::new(status)));
        let next = Change::Report(
            TradeExtraction,
            Box::new(AgentUpdate::new(AgentStatus::InProgress)),
        );
        vec![report, next]
    };
    store.turn(Fault::MissingTable);
    let kept = together(AgentStatus::InProgress);
    assert_eq!(writer.update_together(&id("s"), kept).await, Outcome::Kept);
    assert_eq!(writer.health().outbox_reports, 2);

    // Meanwhile the first agent has come further, by another hand.
    store.turn(Fault::None);
    let done = Change::Report(PdfAdapter, Box::new(AgentUpdate::new(AgentStatus::Success)));
    let store_of_another = store.as_ref() as &dyn StatusStore;
    update(store_of_another, &id("s"), &done, now())
        .await
        .unwrap();
    drained(&writer).await;
    let session = store.session(&id("s")).unwrap();
    assert_eq!(session.agents[PdfAdapter].run.status, AgentStatus::Success);
    assert!(session.agents[TradeExtraction].run.status.is_running());
    assert_eq!(writer.health().dropped, 1);
}

#[tokio::test(start_paused = true)]
async fn two_writers_may_share_a_directory() {
    let (store, directory) = store(Fault::Unavailable);
    let writers = ["a", "b"].map(|name| (name, writer(&store, directory.path())));
    for (name, writer) in &writers {
        workflow(writer, name).await;
    }
    store.turn(Fault::None);
    for (name, writer) in &writers {
        drained(writer).await;
        assert_landed(&store.session(&id(name)).unwrap(), now());
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_one_store_is_not_written_to_another() {
    let (store, directory) = store(Fault::MissingTable);
    workflow(&writer(&store, directory.path()), "s").await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let other = Outbox::open(directory.path(), "another store");
    assert!(other.is_empty());
    drop(other);
    assert_eq!(Outbox::open(directory.path(), "test").len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_panics_does_not_stop_what_waits() {
    let (store, directory) = store(Fault::MissingTable);
    let writer = writer(&store, directory.path());
    workflow(&writer, "s").await;
    store.turn(Fault::Panic);
    tokio::time::sleep(Duration::from_mins(1)).await;
    let panics = store.calls();
    assert!(
        (5..100).contains(&panics),
        "looked for, and not all the time: {panics}"
    );
    store.turn(Fault::None);
    drained(&writer).await;
    assert_landed(&store.session(&id("s")).unwrap(), now());
}

#[tokio::test(start_paused = true)]
async fn what_contradicts_the_session_when_it_is_back_is_dropped_with_a_line_and_a_count() {
    log::keep();
    let (store, directory) = store(Fault::None);
    let session = id("dropped-later");
    let writer = writer(&store, directory.path());
    writer.initialize_status(&session, start()).await;
    store.turn(Fault::MissingTable);
    let late = used(AgentStatus::InProgress, 0);
    let kept = writer.update_agent_status(&session, PdfAdapter, late).await;
    assert_eq!(kept, Outcome::Kept);
    let kept = writer.initialize_status(&id("another"), start()).await;
    assert_eq!(kept, Outcome::Kept);

    store.turn(Fault::None);
    let end = Change::Finalize(FinalStatus::Failed);
    update(store.as_ref() as &dyn StatusStore, &session, &end, now())
        .await
        .unwrap();
    drained(&writer).await;
    assert_eq!(writer.health().dropped, 1);
    assert_eq!(log::about("dropped-later").len(), 1);
    assert!(store.session(&id("another")).is_some(), "the rest goes on");
}

#[tokio::test(start_paused = true)]
async fn a_session_of_another_document_stays_as_it_is() {
    let (store, directory) = store(Fault::None);
    let writer = writer(&store, directory.path());
    let other = StartSession {
        document_id: Some("FAB_2".to_owned()),
        ..start()
    };
    writer.initialize_status(&id("s"), other).await;
    let before = store.session(&id("s"));
    store.turn(Fault::MissingTable);
    workflow(&writer, "s").await;
    store.turn(Fault::None);
    drained(&writer).await;
    assert_eq!(store.session(&id("s")), before);
    assert_eq!(writer.health().dropped, 6);
}

#[tokio::test(start_paused = true)]
async fn without_a_disk_reports_are_kept_in_memory_so_far_as_there_is_room() {
    log::keep();
    let (store, directory) = store(Fault::MissingTable);
    let file = directory.path().join("no-directory-but-a-file");
    std::fs::write(&file, "").unwrap();
    let writer = writer(&store, &file);
    assert_eq!(workflow(&writer, "s").await, [Outcome::Kept; 6]);
    assert_eq!(
        log::about("no-directory-but-a-file").len(),
        2,
        "the outbox, the store"
    );

    let large = || AgentUpdate {
        activity: Some("x".repeat(1024 * 1024)),
        ..used(AgentStatus::InProgress, 0)
    };
    let mut outcomes = Vec::new();
    for _ in 0..9 {
        let session = id("large");
        outcomes.push(
            writer
                .update_agent_status(&session, PdfAdapter, large())
                .await,
        );
    }
    let kept = outcomes.iter().filter(|o| **o == Outcome::Kept).count();
    assert_eq!((kept, outcomes[8]), (7, Outcome::Lost));
    assert_eq!(writer.health().dropped, 2);

    store.turn(Fault::None);
    drained(&writer).await;
    assert_landed(&store.session(&id("s")).unwrap(), now());
}

#[tokio::test(start_paused = true)]
async fn its_health_is_told() {
    let (store, directory) = store(Fault::None);
    let writer = writer(&store, directory.path());
    assert_eq!(writer.health(), Health::default());
    store.turn(Fault::Unavailable);
    writer.initialize_status(&id("s"), start()).await;
    writer.finalize_status(&id("s"), FinalStatus::Failed).await;
    let health = writer.health();
    assert!(health.retries > 3);
    assert_eq!((health.outbox_reports, health.dropped), (2, 0));
    // Each look at the clock is a second.
    let age = health.outbox_oldest_age.unwrap();
    assert_eq!(age, Duration::from_secs(2));
    store.turn(Fault::None);
    drained(&writer).await;
    assert_eq!(writer.health().outbox_oldest_age, None);
}

//! A report never fails its workflow.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use status_model::{
    AgentName::PdfAdapter,
    AgentStatus, OverallStatus, Seconds, Timestamp,
    change::{AgentUpdate, Effect, FinalStatus, InvalidChange, Refusal, StartSession},
};
use status_store::{Outcome, RetryPolicy, StatusWriter};
use tokio::time::Instant;

use crate::{
    faulty::{Fault, FaultyStore},
    given::{get, id, now, store},
    log,
};

/// A writer at [`now`] whose jitter is always half of the longest wait.
fn writer(store: &Arc<FaultyStore>) -> StatusWriter {
    StatusWriter::new(Arc::clone(store) as _, now, || 0.5)
}

fn start() -> StartSession {
    StartSession::default()
}

fn failing(faults: impl IntoIterator<Item = Fault>, then: Fault) -> Arc<FaultyStore> {
    Arc::new(FaultyStore::new(faults, then))
}

#[tokio::test]
async fn three_reports_take_a_session_from_its_start_to_its_end() {
    let (store, _place) = store().await;
    let store = Arc::new(store);
    let writer = StatusWriter::new(Arc::clone(&store) as _, now, || 0.5);
    let document = StartSession {
        document_id: Some("FAB_1".to_owned()),
        ..start()
    };
    let report = AgentUpdate::new(AgentStatus::Success);
    assert_eq!(
        [
            writer.initialize_status(&id("s"), document).await,
            writer
                .update_agent_status(&id("s"), PdfAdapter, report)
                .await,
            writer
                .finalize_status(&id("s"), FinalStatus::Completed)
                .await,
        ],
        [
            Outcome::Written(Effect::Created),
            Outcome::Written(Effect::Changed),
            Outcome::Written(Effect::Changed),
        ]
    );
    let session = get(store.as_ref(), "s").await;
    assert_eq!(session.document_id.as_deref(), Some("FAB_1"));
    assert_eq!(session.agents[PdfAdapter].run.status, AgentStatus::Success);
    assert_eq!(session.overall_status, OverallStatus::Completed);
}

#[tokio::test(start_paused = true)]
async fn it_tries_again_until_the_store_is_back() {
    let store = failing([Fault::Unavailable; 4], Fault::None);
    let begin = Instant::now();
    let outcome = writer(&store).initialize_status(&id("s"), start()).await;
    assert_eq!(outcome, Outcome::Written(Effect::Created));
    // Half of 50, 100, 200 and 400 ms.
    assert_eq!(begin.elapsed(), Duration::from_millis(25 + 50 + 100 + 200));
    assert!(store.session(&id("s")).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_stays_away_costs_five_seconds_at_most_and_one_line() {
    log::keep();
    let store = failing([], Fault::Unavailable);
    let begin = Instant::now();
    let outcome = writer(&store)
        .initialize_status(&id("lost-away"), start())
        .await;
    assert_eq!(outcome, Outcome::Lost);
    assert!(begin.elapsed() <= Duration::from_secs(5));
    assert!(begin.elapsed() > Duration::from_secs(4));
    let lines = log::about("lost-away");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("WARN"), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_never_answers_costs_five_seconds() {
    let store = failing([], Fault::Silence);
    let begin = Instant::now();
    let outcome = writer(&store).initialize_status(&id("s"), start()).await;
    assert_eq!(outcome, Outcome::Lost);
    // Tokio's timer goes by whole milliseconds.
    let five_seconds = Duration::from_secs(5)..=Duration::from_millis(5_001);
    assert!(five_seconds.contains(&begin.elapsed()));
}

#[tokio::test(start_paused = true)]
async fn the_policy_decides_how_often_it_tries() {
    let store = failing([], Fault::Unavailable);
    let policy = RetryPolicy {
        max_tries: 3,
        ..RetryPolicy::default()
    };
    let writer = writer(&store).with_policy(policy);
    let outcome = writer.initialize_status(&id("s"), start()).await;
    assert_eq!((outcome, store.calls()), (Outcome::Lost, 3));
}

#[tokio::test(start_paused = true)]
async fn what_contradicts_the_session_is_refused_at_once() {
    log::keep();
    let store = failing([], Fault::None);
    let writer = writer(&store);
    let unknown = id("refused-unknown");
    let begin = Instant::now();
    let outcome = writer.finalize_status(&unknown, FinalStatus::Failed).await;
    assert_eq!(outcome, Outcome::Refused(Refusal::UnknownSession));
    assert_eq!((store.calls(), begin.elapsed()), (1, Duration::ZERO));
    assert_eq!(log::about("refused-unknown").len(), 1);

    let ended = id("refused-ended");
    writer.initialize_status(&ended, start()).await;
    writer.finalize_status(&ended, FinalStatus::Completed).await;
    let outcome = writer.finalize_status(&ended, FinalStatus::Failed).await;
    assert_eq!(outcome, Outcome::Refused(Refusal::SessionIsFinal));
    assert_eq!(log::about("refused-ended").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_the_store_will_never_take_is_not_tried_again() {
    let store = failing([], Fault::Refusal);
    let outcome = writer(&store).initialize_status(&id("s"), start()).await;
    assert_eq!((outcome, store.calls()), (Outcome::Lost, 1));
}

#[tokio::test]
async fn only_words_of_the_vocabulary_are_written() {
    log::keep();
    let store = failing([], Fault::None);
    let report = AgentUpdate::new(AgentStatus::Other("flying".to_owned()));
    let outcome = writer(&store)
        .update_agent_status(&id("invalid-word"), PdfAdapter, report)
        .await;
    assert_eq!(outcome, Outcome::Invalid(InvalidChange::Status));
    assert!(!outcome.is_written());
    assert_eq!(store.calls(), 0);
    assert_eq!(log::about("invalid-word").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_lost_answer_is_no_second_write() {
    // The first try writes, and nobody hears of it.
    let store = failing([Fault::None, Fault::LostAnswer], Fault::None);
    let outcome = writer(&store).initialize_status(&id("s"), start()).await;
    assert_eq!(outcome, Outcome::Written(Effect::Unchanged));
    assert_eq!(store.session(&id("s")).unwrap().version, Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_report_is_of_the_moment_in_which_it_was_made() {
    let store = failing([Fault::Unavailable; 3], Fault::None);
    let clock = Arc::new(AtomicI64::new(now().unix_millis()));
    let ticking = move || Timestamp::from_unix_millis(clock.fetch_add(1_000, Ordering::SeqCst));
    let writer = StatusWriter::new(Arc::clone(&store) as _, ticking, || 0.5);
    writer.initialize_status(&id("s"), start()).await;
    writer
        .finalize_status(&id("s"), FinalStatus::Completed)
        .await;
    let session = store.session(&id("s")).unwrap();
    assert_eq!(session.created_at, Some(now()));
    assert_eq!(session.last_updated, Some(now() + Seconds::from_secs(1)));
}

#[tokio::test(start_paused = true)]
async fn what_comes_in_between_is_not_overwritten() {
    let store = failing([], Fault::None);
    let writer = writer(&store);
    writer.initialize_status(&id("s"), start()).await;
    let report = |activity: &str| AgentUpdate {
        activity: Some(activity.to_owned()),
        ..AgentUpdate::new(AgentStatus::InProgress)
    };
    let other = writer.clone();
    let id = id("s");
    let outcomes = tokio::join!(
        writer.update_agent_status(&id, PdfAdapter, report("mine")),
        other.update_agent_status(
            &id,
            status_model::AgentName::TradeExtraction,
            report("other")
        ),
    );
    assert!(outcomes.0.is_written() && outcomes.1.is_written());
    // A start, two reports, and one of them once more.
    assert_eq!(store.calls(), 2 * 4);
    let session = store.session(&id).unwrap();
    let activities: Vec<_> = session
        .agents
        .iter()
        .filter_map(|(_, a)| a.run.activity.as_deref())
        .collect();
    assert_eq!(activities, ["mine", "other"]);
    assert_eq!(session.version, Some(3));
}

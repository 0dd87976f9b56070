//! Counts and tiles say what the sessions say.

use status_model::{
    AgentName, OverallStatus, Seconds, Session, SourceType, TokenUsage,
    api::overview::{MAX_TILES, is_stuck},
};
use status_store::{BulkStore, StatusStore};

use crate::given::{at, ended, ids, now, put, session, store};

fn running(name: &str, started_at: &str, last_updated: &str) -> Session {
    let mut session = session(name, started_at);
    session.overall_status = OverallStatus::Processing;
    session.last_updated = Some(at(last_updated));
    session
}

#[tokio::test]
async fn an_empty_store_has_an_empty_wall() {
    let (store, _place) = store().await;
    let overview = store.overview(None, now()).await.unwrap();
    assert_eq!(overview.as_of, at("2026-11-22T12:00:00Z"));
    assert_eq!(overview.window, Seconds::from_secs(3600));
    assert_eq!(overview.tally, status_model::api::Tally::default());
    assert_eq!(
        (overview.oldest_running, overview.tiles),
        (None, Vec::new())
    );
}

#[tokio::test]
async fn the_worst_comes_first_and_the_rest_in_its_own_order() {
    let (store, _place) = store().await;
    for session in [
        ended(
            "completed-early",
            OverallStatus::Completed,
            "2026-11-22T11:10:00Z",
        ),
        ended(
            "completed-late",
            OverallStatus::Completed,
            "2026-11-22T11:20:00Z",
        ),
        running(
            "running-new",
            "2026-11-22T11:59:00Z",
            "2026-11-22T11:59:00Z",
        ),
        running(
            "running-old",
            "2026-11-22T11:00:00Z",
            "2026-11-22T11:59:30Z",
        ),
        running("stuck-new", "2026-11-22T11:20:00Z", "2026-11-22T11:25:00Z"),
        running("stuck-old", "2026-11-22T09:00:00Z", "2026-11-22T11:29:00Z"),
        ended(
            "failed-early",
            OverallStatus::Failed,
            "2026-11-22T11:30:00Z",
        ),
        ended("failed-late", OverallStatus::Failed, "2026-11-22T11:40:00Z"),
        Session::new("running-since-nobody-knows".parse().unwrap()),
    ] {
        put(&store, &session).await;
    }
    let overview = store.overview(None, now()).await.unwrap();
    assert_eq!(
        ids(&overview.tiles),
        [
            "failed-late",
            "failed-early",
            "stuck-old",
            "stuck-new",
            "running-old",
            "running-new",
            "running-since-nobody-knows",
            "completed-late",
            "completed-early",
        ]
    );
    let tally = overview.tally;
    assert_eq!((tally.failed, tally.stuck), (2, 2));
    assert_eq!((tally.running, tally.completed), (3, 2));
    let oldest = overview.oldest_running.unwrap();
    assert_eq!(oldest.session_id.as_str(), "running-old");
}

#[tokio::test]
async fn a_session_is_stuck_after_half_an_hour_without_progress() {
    let (store, _place) = store().await;
    // Judged by 12:00:00, the start of the minute.
    let stuck = running("stuck", "2026-11-22T11:00:00Z", "2026-11-22T11:30:00.000Z");
    let not_yet = running(
        "not-yet",
        "2026-11-22T11:00:00Z",
        "2026-11-22T11:30:00.001Z",
    );
    // Its agent is at work, though the session was not touched.
    let mut at_work = running("at-work", "2026-11-22T11:00:00Z", "2026-11-22T11:00:00Z");
    at_work.agents[AgentName::PdfAdapter].run.started_at = Some(at("2026-11-22T11:45:00Z"));
    let overview_of = at("2026-11-22T12:00:00Z");
    for (session, is) in [(stuck, true), (not_yet, false), (at_work, false)] {
        assert_eq!(
            is_stuck(&session, overview_of),
            is,
            "{}",
            session.session_id
        );
        put(&store, &session).await;
    }
    let tally = store.overview(None, now()).await.unwrap().tally;
    assert_eq!((tally.stuck, tally.running), (1, 2));
}

#[tokio::test]
async fn the_window_moves_on_whole_minutes_and_a_new_failure_is_there_at_once() {
    let (store, _place) = store().await;
    put(
        &store,
        &ended("first", OverallStatus::Failed, "2026-11-22T11:00:00.000Z"),
    )
    .await;
    put(
        &store,
        &ended("before", OverallStatus::Failed, "2026-11-22T10:59:59.999Z"),
    )
    .await;
    let within = ["2026-11-22T12:00:00.000Z", "2026-11-22T12:00:59.999Z"];
    let [start, end] = within.map(at);
    let at_start = store.overview(None, start).await.unwrap();
    assert_eq!(ids(&at_start.tiles), ["first"]);
    assert_eq!(store.overview(None, end).await.unwrap(), at_start);
    let next = store
        .overview(None, at("2026-11-22T12:01:00.000Z"))
        .await
        .unwrap();
    assert_eq!(ids(&next.tiles), [""; 0]);

    put(
        &store,
        &ended("new", OverallStatus::Failed, "2026-11-22T12:00:10.000Z"),
    )
    .await;
    let overview = store
        .overview(None, at("2026-11-22T12:00:10.001Z"))
        .await
        .unwrap();
    assert_eq!(ids(&overview.tiles), ["new", "first"]);
    assert_eq!(overview.tally.failed, 2);
}

#[tokio::test]
async fn tokens_are_those_of_what_ended_and_say_when_they_are_partial() {
    let (store, _place) = store().await;
    put(
        &store,
        &ended("a", OverallStatus::Completed, "2026-11-22T11:30:00Z"),
    )
    .await;
    put(
        &store,
        &ended("b", OverallStatus::Failed, "2026-11-22T11:30:00Z"),
    )
    .await;
    let mut still_running = running("c", "2026-11-22T11:30:00Z", "2026-11-22T11:59:00Z");
    still_running.agents[AgentName::PdfAdapter].run.token_usage = Some(TokenUsage {
        input: 1_000,
        output: 1_000,
    });
    put(&store, &still_running).await;
    let tokens = store.overview(None, now()).await.unwrap().tally.tokens;
    assert_eq!(
        tokens.known,
        TokenUsage {
            input: 20,
            output: 2
        }
    );
    assert!(!tokens.partial);

    let mut unreported = ended("d", OverallStatus::Completed, "2026-11-22T11:30:00Z");
    unreported.agents[AgentName::PdfAdapter].run.token_usage = None;
    put(&store, &unreported).await;
    let tokens = store.overview(None, now()).await.unwrap().tally.tokens;
    assert_eq!(
        tokens.known,
        TokenUsage {
            input: 20,
            output: 2
        }
    );
    assert!(tokens.partial);
}

#[tokio::test]
async fn sums_beyond_all_bounds_stay_at_the_bound() {
    let (store, _place) = store().await;
    for name in ["a", "b", "c"] {
        let mut session = ended(name, OverallStatus::Completed, "2026-11-22T11:30:00Z");
        session.agents[AgentName::PdfAdapter].run.token_usage = Some(TokenUsage {
            input: u64::MAX,
            output: 1,
        });
        put(&store, &session).await;
    }
    let tokens = store.overview(None, now()).await.unwrap().tally.tokens;
    assert_eq!(
        tokens.known,
        TokenUsage {
            input: u64::MAX,
            output: 3
        }
    );
}

#[tokio::test]
async fn there_are_no_more_tiles_than_a_wall_holds() {
    let (store, _place) = store().await;
    let failed = (0..MAX_TILES - 1).map(|n| {
        ended(
            &format!("failed-{n}"),
            OverallStatus::Failed,
            "2026-11-22T11:30:00Z",
        )
    });
    store.put_all(failed.collect()).await.unwrap();
    let recent = "2026-11-22T11:59:00Z";
    put(&store, &running("run-1", "2026-11-22T11:01:00Z", recent)).await;
    put(&store, &running("run-2", "2026-11-22T11:02:00Z", recent)).await;
    put(
        &store,
        &ended("done", OverallStatus::Completed, "2026-11-22T11:30:00Z"),
    )
    .await;
    let overview = store.overview(None, now()).await.unwrap();
    assert_eq!(overview.tiles.len(), MAX_TILES);
    assert_eq!(overview.tiles[MAX_TILES - 1].session_id.as_str(), "run-1");
    assert_eq!((overview.tally.running, overview.tally.completed), (2, 1));
}

#[tokio::test]
async fn one_side_alone_is_counted_and_shown() {
    let (store, _place) = store().await;
    let recent = "2026-11-22T11:59:00Z";
    for (id, source) in [("bank", Some(SourceType::Bank)), ("nobody", None)] {
        let mut run = running(&format!("{id}-runs"), "2026-11-22T11:01:00Z", recent);
        let mut stuck = running(
            &format!("{id}-stuck"),
            "2026-11-22T09:00:00Z",
            "2026-11-22T09:01:00Z",
        );
        let mut failed = ended(&format!("{id}-failed"), OverallStatus::Failed, recent);
        let mut done = ended(&format!("{id}-done"), OverallStatus::Completed, recent);
        for session in [&mut run, &mut stuck, &mut failed, &mut done] {
            session.source_type = source.clone();
            put(&store, session).await;
        }
    }
    let all = store.overview(None, now()).await.unwrap();
    assert_eq!(all.tiles.len(), 8);
    let bank = store
        .overview(Some(&SourceType::Bank), now())
        .await
        .unwrap();
    assert_eq!(
        ids(&bank.tiles),
        ["bank-failed", "bank-stuck", "bank-runs", "bank-done"]
    );
    let tally = bank.tally;
    assert_eq!((tally.failed, tally.stuck), (1, 1));
    assert_eq!((tally.running, tally.completed), (1, 1));
    assert_eq!(
        bank.oldest_running.unwrap().session_id.as_str(),
        "bank-runs"
    );
    assert_eq!(bank.usual_durations, all.usual_durations);
    let counterparty = Some(&SourceType::Counterparty);
    let counterparty = store.overview(counterparty, now()).await.unwrap();
    assert!(counterparty.tiles.is_empty() && counterparty.oldest_running.is_none());
}

//! Matching counts and usual durations say what the sessions say.

use status_model::{
    Agent, AgentName, AgentStatus, MatchClassification, OverallStatus, Run, Seconds, Session,
    Timestamp,
    api::overview::{MatchingCounts, is_matched},
    truth,
};
use status_store::{BulkStore, StatusStore};

use crate::given::{at, ended, now, put, session, store};

/// A session with these agents' states, and how its match was judged.
fn judged(
    name: &str,
    status: OverallStatus,
    matching: AgentStatus,
    classification: Option<MatchClassification>,
) -> Session {
    let mut session = session(name, "2026-11-22T11:00:00Z");
    session.overall_status = status;
    session.agents[AgentName::TradeMatching] = Agent {
        run: Run {
            status: matching,
            ..Run::default()
        },
        match_classification: classification,
        ..Agent::default()
    };
    session
}

#[tokio::test]
async fn matching_is_counted_as_the_contract_says() {
    use AgentStatus::{Error, InProgress, Pending, Success};
    use MatchClassification::{Break, Matched, ProbableMatch};
    use OverallStatus::{Completed, Failed, Processing};

    let (store, _place) = store().await;
    let mut unknown_time = judged("no-time", Completed, Success, None);
    (unknown_time.created_at, unknown_time.last_updated) = (None, None);
    let mut too_old = judged("too-old", Completed, Success, None);
    too_old.created_at = Some(at("2026-11-22T10:59:59.999Z"));
    let sessions = vec![
        (judged("unclassified", Completed, Success, None), true),
        (judged("matched", Completed, Success, Some(Matched)), true),
        (
            judged("probable", Completed, Success, Some(ProbableMatch)),
            true,
        ),
        (judged("break", Completed, Success, Some(Break)), false),
        (judged("not-run", Completed, Pending, None), false),
        // An exception that the contract counts twice.
        (judged("old-item", Completed, Error, None), false),
        (judged("failed", Failed, Error, None), false),
        (judged("running", Processing, InProgress, None), false),
        (judged("in-error", Processing, Error, None), false),
        (
            judged(
                "other",
                OverallStatus::Other("pending".into()),
                Pending,
                None,
            ),
            false,
        ),
        (unknown_time, true),
        (too_old, true),
    ];
    for (session, matched) in sessions {
        assert_eq!(is_matched(&session), matched, "{}", session.session_id);
        put(&store, &session).await;
    }
    let since = at("2026-11-22T11:00:00.000Z");
    let expected = MatchingCounts {
        matched: 3,
        unmatched: 3,
        pending: 3,
        exceptions: 3,
    };
    assert_eq!(store.matching_counts(since, now()).await.unwrap(), expected);
    let all = store
        .matching_counts(Timestamp::from_unix_millis(0), now())
        .await;
    assert_eq!(all.unwrap().matched, 4);
}

#[tokio::test]
async fn usual_durations_are_those_of_the_newest_that_completed() {
    let (store, _place) = store().await;
    let mut sessions = Vec::new();
    // 150 that took 10 s, 50 that took 20 s, and before them 100 that took 1000 s.
    for n in 0..300_u64 {
        let seconds = match n {
            0..100 => 1_000,
            100..250 => 10,
            _ => 20,
        };
        let start = at("2026-11-22T10:00:00Z") + Seconds::from_secs(n);
        let mut session = Session::new(format!("s{n}").parse().unwrap());
        session.created_at = Some(start);
        session.overall_status = OverallStatus::Completed;
        session.agents[AgentName::PdfAdapter].run = Run {
            status: AgentStatus::Success,
            started_at: Some(start),
            completed_at: Some(start + Seconds::from_secs(seconds)),
            ..Run::default()
        };
        truth::settle(&mut session);
        sessions.push(session);
    }
    sessions.push(ended(
        "failed",
        OverallStatus::Failed,
        "2026-11-22T11:59:00Z",
    ));
    store.put_all(sessions).await.unwrap();

    let usual = store.usual_durations(now()).await.unwrap();
    let pdf_adapter = usual.pdf_adapter.unwrap();
    assert_eq!(pdf_adapter.count, 200);
    assert_eq!(pdf_adapter.median, Seconds::from_secs(10));
    assert_eq!(pdf_adapter.p95, Seconds::from_secs(20));
    assert_eq!(usual.whole, usual.pdf_adapter);
    assert_eq!(usual.trade_matching, None);
    assert_eq!(
        store.overview(None, now()).await.unwrap().usual_durations,
        usual
    );
}

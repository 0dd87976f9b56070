//! What has expired is left out.

use status_model::{OverallStatus, Seconds, Session, Timestamp, change};
use status_store::{ListQuery, StatusStore, update};

use crate::given::{COMPLETED, ids, now, put, report, session, start, store};

fn expiring(name: &str, expires_at: Option<i64>) -> Session {
    Session {
        expires_at,
        ..session(name, "2026-11-22T11:59:00Z")
    }
}

#[tokio::test]
async fn nobody_who_reads_a_list_or_counts_sees_what_has_expired() {
    let (store, _place) = store().await;
    let second = now().unix_seconds();
    let mut completed = expiring("gone-completed", Some(second - 60));
    completed.overall_status = OverallStatus::Completed;
    completed.total_duration = Some(Seconds::from_secs(1));
    for session in [
        expiring("gone", Some(second - 60)),
        expiring("just-gone", Some(second)),
        expiring("there", Some(second + 1)),
        expiring("for-ever", None),
        completed,
    ] {
        put(&store, &session).await;
    }
    let page = store.list(&ListQuery::default(), now()).await.unwrap();
    assert_eq!(ids(&page.rows), ["there", "for-ever"]);

    let search = ListQuery {
        starts_with: Some("gone".to_owned()),
        ..ListQuery::default()
    };
    assert_eq!(store.list(&search, now()).await.unwrap().rows, []);

    let since = now().before(Seconds::from_secs(3600));
    let counts = store.matching_counts(since, now()).await.unwrap();
    assert_eq!((counts.pending, counts.unmatched), (2, 0));

    let usual = store.usual_durations(now()).await.unwrap();
    assert_eq!(usual.whole, None);

    // A wall display's minute has to be over first.
    let overview = store.overview(None, now()).await.unwrap();
    assert_eq!((overview.tally.running, overview.tally.completed), (3, 0));
    let next_minute = now() + Seconds::from_secs(60);
    let overview = store.overview(None, next_minute).await.unwrap();
    assert_eq!((overview.tally.running, overview.tally.completed), (1, 0));
}

#[tokio::test]
async fn what_has_expired_can_be_started_anew_and_by_nobody_else_be_written() {
    let (store, _place) = store().await;
    let id = "s".parse().unwrap();
    let old = "2026-01-01T00:00:00Z".parse().unwrap();
    update(&store, &id, &start(), old).await.unwrap();
    update(&store, &id, &COMPLETED, old).await.unwrap();
    assert_eq!(store.get(&id).await.unwrap().unwrap().version, Some(2));

    let late = report(
        status_model::AgentName::PdfAdapter,
        status_model::AgentStatus::Error,
    );
    let late = update(&store, &id, &late, now()).await;
    assert!(matches!(
        late,
        Err(status_store::UpdateError::Refused(
            change::Refusal::UnknownSession
        ))
    ));
    let (session, effect) = update(&store, &id, &start(), now()).await.unwrap();
    assert_eq!(effect, change::Effect::Created);
    assert_eq!(session.created_at, Some(now()));
    // The version goes on, so that nobody takes the new session for the old one.
    assert_eq!(session.version, Some(3));
}

#[tokio::test]
async fn a_session_is_kept_for_ninety_days() {
    let (store, _place) = store().await;
    let id = "s".parse().unwrap();
    update(&store, &id, &start(), now()).await.unwrap();
    let is_listed = async |time: Timestamp| {
        let page = store.list(&ListQuery::default(), time).await.unwrap();
        !page.rows.is_empty()
    };
    let end = now() + Seconds::from_secs(90 * 24 * 60 * 60);
    assert!(is_listed(end.before(Seconds::from_secs(1))).await);
    assert!(!is_listed(end).await);
}

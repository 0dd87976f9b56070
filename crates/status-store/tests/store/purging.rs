//! What has expired is removed.

use status_model::{Session, Timestamp};
use status_store::{BulkStore, ListQuery, StatusStore};

use crate::given::{ids, now, session, store};

fn expiring(name: &str, expires_at: Option<i64>) -> Session {
    Session {
        expires_at,
        ..session(name, "2026-11-22T11:59:00Z")
    }
}

#[tokio::test]
async fn a_purge_removes_what_has_expired_and_nothing_else() {
    let (store, _place) = store().await;
    let second = now().unix_seconds();
    // More than one batch.
    let mut sessions: Vec<_> = (0..1_203)
        .map(|n| expiring(&format!("gone-{n}"), Some(second - n % 7)))
        .collect();
    sessions.push(expiring("there", Some(second + 1)));
    sessions.push(expiring("for-ever", None));
    store.put_all(sessions).await.unwrap();

    assert_eq!(store.purge_expired(now()).await.unwrap(), 1_203);
    assert_eq!(store.purge_expired(now()).await.unwrap(), 0);
    assert_eq!(store.get(&"gone-1".parse().unwrap()).await.unwrap(), None);
    // Looked at long before anything had expired.
    let page = store
        .list(&ListQuery::default(), Timestamp::from_unix_millis(0))
        .await
        .unwrap();
    assert_eq!(ids(&page.rows), ["there", "for-ever"]);
}

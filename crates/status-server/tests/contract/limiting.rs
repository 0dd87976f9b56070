//! How much of the server one viewer may have.

use access::Role;
use reqwest::StatusCode;

use crate::{
    guarded::{Guarded, Shows},
    support::{problem, started},
};

const PATH: &str = "/api/workflow/s-1/status";

#[tokio::test]
async fn a_viewer_that_asks_too_often_is_told_when_to_ask_again_and_nobody_else_is() {
    let guarded = Guarded::limited(1, 5, 64).await;
    guarded.put(&started("s-1"));
    let (greedy, other) = (
        guarded.bearer("greedy", Role::Viewer),
        guarded.person("ada", Role::Viewer),
    );
    let link = guarded.opened(&guarded.share("s-1", true));
    let mut refused = None;
    for _ in 0..20 {
        let answer = guarded.get(PATH, &greedy).send().await.unwrap();
        if answer.status() == StatusCode::TOO_MANY_REQUESTS {
            refused = Some(answer);
        }
    }
    let refused = refused.expect("twenty requests at once are more than five");
    let seconds: u64 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=2).contains(&seconds), "{seconds}");
    problem(refused, StatusCode::TOO_MANY_REQUESTS).await;
    for shows in [other, link] {
        let answer = guarded.get(PATH, &shows).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn who_is_not_known_takes_nothing_from_those_who_are() {
    let guarded = Guarded::limited(1, 3, 64).await;
    guarded.put(&started("s-1"));
    let ada = guarded.person("ada", Role::Viewer);
    for _ in 0..20 {
        let answer = guarded.get(PATH, &Shows::Nothing).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    }
    assert!(
        guarded
            .get(PATH, &ada)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
}

#[tokio::test]
async fn a_viewer_with_as_many_requests_waiting_as_it_may_have_is_answered_at_once() {
    let guarded = Guarded::limited(50, 100, 2).await;
    guarded.put(&started("s-1"));
    let (ada, bob) = (
        guarded.person("ada", Role::Viewer),
        guarded.person("bob", Role::Viewer),
    );
    let first = guarded.get(PATH, &ada).send().await.unwrap();
    let etag = first.headers()["etag"].clone();
    let wait = |shows: &Shows| {
        let request = guarded.get(PATH, shows).header("if-none-match", &etag);
        request.header("prefer", "wait=25").send()
    };
    let held = |count: i64| {
        let waiting = &guarded.server.app.metrics.watch.waiting;
        async move {
            while waiting.get() != count {
                tokio::task::yield_now().await;
            }
        }
    };
    let waiting = [tokio::spawn(wait(&ada)), tokio::spawn(wait(&ada))];
    held(2).await;
    let third = wait(&ada).await.unwrap();
    assert_eq!(third.status(), StatusCode::NOT_MODIFIED);
    assert!(!third.headers().contains_key("preference-applied"));
    let other = tokio::spawn(wait(&bob));
    held(3).await;
    for waiting in waiting {
        waiting.abort();
    }
    held(1).await;
    let again = tokio::spawn(wait(&ada));
    held(2).await;
    again.abort();
    other.abort();
}

//! Links to single sessions.

use access::{Role, Share, SigningKey};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use status_model::{AgentName, AgentStatus, Session, change::AgentUpdate, change::Change};

use crate::{
    guarded::{Guarded, Shows},
    support::{activity, changed, json as body_of, problem, started},
};

const PATH: &str = "/api/workflow/s-1/status";
/// What a redacted link shows nothing of.
const SECRETS: [&str; 5] = [
    "FAB_1",
    "corr_1",
    "reading page 7",
    "HTTP 429",
    "Counterparty AG",
];

/// A session with something secret in every text.
fn session() -> Session {
    let mut failed = AgentUpdate::new(AgentStatus::Error);
    failed.activity = Some("asking Counterparty AG".to_owned());
    failed.error = Some("HTTP 429 from Counterparty AG".to_owned());
    failed.error_type = Some("Throttled".to_owned());
    let failed = Change::Report(AgentName::PdfAdapter, Box::new(failed));
    let again = activity("reading page 7");
    let session = changed(&changed(&started("s-1"), &failed), &again);
    let attempts = &session.agents[AgentName::PdfAdapter].attempts;
    assert!(
        attempts.iter().any(|run| run.error.is_some()),
        "{attempts:?}"
    );
    session
}

async fn made(guarded: &Guarded, shows: &Shows, wanted: Value) -> Response {
    let request = guarded.by_our_page(Method::POST, "/api/shares", shows);
    request.json(&wanted).send().await.unwrap()
}

/// The path of a link.
fn path_of(share: &Value) -> String {
    let url = share["url"].as_str().unwrap();
    let (_, path) = url.split_once("/shared/").unwrap();
    format!("/shared/{path}")
}

/// What a browser shows after it has opened a link, and where it was sent.
async fn opened(guarded: &Guarded, path: &str) -> (Shows, String) {
    let answer = guarded.get(path, &Shows::Nothing).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let headers = answer.headers();
    assert_eq!(headers["cache-control"], "no-store");
    let cookie = headers["set-cookie"].to_str().unwrap();
    for attribute in [
        "; HttpOnly",
        "; Secure",
        "; SameSite=Lax",
        "; Path=/",
        "; Max-Age=",
    ] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let place = headers["location"].to_str().unwrap().to_owned();
    (Shows::Cookie(cookie), place)
}

#[tokio::test]
async fn a_viewer_shares_a_session_and_the_link_opens_it_and_nothing_else() {
    let guarded = Guarded::start().await;
    guarded.put(&session());
    guarded.put(&started("s-2"));
    let ada = guarded.person("ada", Role::Viewer);
    let share = made(&guarded, &ada, json!({"sessionId": "s-1"})).await;
    assert_eq!(share.status(), StatusCode::CREATED);
    let share = body_of(share).await;
    assert_eq!(share["createdBy"], "ada by name");
    assert_eq!(share["redacted"], false);

    let (shows, place) = opened(&guarded, &path_of(&share)).await;
    assert_eq!(place, "/sessions/s-1");
    for path in [
        PATH,
        "/api/workflow/s-1/export",
        "/api/workflow/s-1/export?format=csv",
    ] {
        let answer = guarded.get(path, &shows).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert!(answer.text().await.unwrap().contains("FAB_1"), "{path}");
    }
    for path in [
        "/api/workflow/s-2/status",
        "/api/workflow/s-2/export",
        "/api/workflow/s-1%2e/status",
        "/api/workflow/recent",
        "/api/workflow/recent?q=s-1",
        "/api/workflow/export",
        "/api/workflow/overview",
        "/api/workflow/matching-status",
        "/api/workflow/usual-durations",
        "/api/shares",
        "/metrics",
    ] {
        let answer = guarded.get(path, &shows).send().await.unwrap();
        problem(answer, StatusCode::FORBIDDEN).await;
    }
    let finalize = "/api/workflow/s-1/finalize";
    let request = guarded.by_our_page(Method::POST, finalize, &shows);
    let answer = request.json(&json!({"overallStatus": "completed"})).send();
    problem(answer.await.unwrap(), StatusCode::FORBIDDEN).await;
    let answer = made(&guarded, &shows, json!({"sessionId": "s-1"})).await;
    problem(answer, StatusCode::FORBIDDEN).await;
}

#[tokio::test]
async fn a_redacted_link_has_no_error_text_and_no_name_of_a_document_in_any_answer() {
    let guarded = Guarded::start().await;
    guarded.put(&session());
    let whole = guarded.opened(&guarded.share("s-1", false));
    let redacted = guarded.opened(&guarded.share("s-1", true));
    let clean = |bytes: &str, answer: &str| {
        for secret in SECRETS {
            assert!(!bytes.contains(secret), "{answer}: {secret} in {bytes}");
        }
    };
    for path in [
        PATH,
        "/api/workflow/s-1/export",
        "/api/workflow/s-1/export?format=json",
        "/api/workflow/s-1/export?format=csv",
    ] {
        let text = guarded.get(path, &whole).send().await.unwrap();
        let text = text.text().await.unwrap();
        for secret in SECRETS {
            assert!(text.contains(secret), "{path}: {secret} in {text}");
        }
        let answer = guarded.get(path, &redacted).send().await.unwrap();
        let headers = format!("{:?}", answer.headers());
        let text = answer.text().await.unwrap();
        clean(&headers, path);
        clean(&text, path);
        // What is no secret is there.
        for known in ["s-1", "Throttled", "in-progress", "BANK"] {
            assert!(text.contains(known), "{path}: {known} in {text}");
        }
    }

    let first = guarded.get(PATH, &redacted).send().await.unwrap();
    let etag = first.headers()["etag"].clone();
    let known = guarded.get(PATH, &redacted).header("if-none-match", &etag);
    let known = known.send().await.unwrap();
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
    assert_eq!(known.headers()["etag"], etag);
    clean(&format!("{:?}", known.headers()), "304");

    // Waiting, until another error is written.
    let waiting = guarded
        .get(PATH, &redacted)
        .header("if-none-match", &etag)
        .header("prefer", "wait=25");
    let waiting = tokio::spawn(waiting.send());
    held(&guarded, 1).await;
    let mut failed = AgentUpdate::new(AgentStatus::Error);
    failed.error = Some("HTTP 429 for FAB_1".to_owned());
    guarded.put(&changed(
        &session(),
        &Change::Report(AgentName::PdfAdapter, Box::new(failed)),
    ));
    let answer = waiting.await.unwrap().unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["preference-applied"], "wait=25");
    assert_ne!(answer.headers()["etag"], etag);
    let text = answer.text().await.unwrap();
    clean(&text, "after a wait");
    let body: Value = serde_json::from_str(&text).unwrap();
    let agent = &body["agents"]["pdfAdapter"];
    assert_eq!(agent["status"], "error");
    assert_eq!(
        (&agent["error"], &agent["activity"]),
        (&Value::Null, &Value::Null)
    );
}

/// Waits until so many requests wait.
async fn held(guarded: &Guarded, count: i64) {
    while guarded.server.app.metrics.watch.waiting.get() != count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_tag_of_a_redacted_answer_tells_nothing_of_what_was_removed() {
    let guarded = Guarded::start().await;
    guarded.put(&session());
    let tag = |shows: Shows| {
        let request = guarded.get(PATH, &shows).send();
        async { request.await.unwrap().headers()["etag"].clone() }
    };
    let whole = tag(guarded.opened(&guarded.share("s-1", false))).await;
    let redacted = tag(guarded.opened(&guarded.share("s-1", true))).await;
    let again = tag(guarded.opened(&guarded.share("s-1", true))).await;
    assert_ne!(whole, redacted);
    assert_eq!(redacted, again, "one for all who have such a link");
    // Another server's differs: only who has the key can make it.
    let other = Guarded::start().await;
    other.put(&session());
    let shows = other.opened(&other.share("s-1", true));
    let answer = other.get(PATH, &shows).send().await.unwrap();
    assert_ne!(answer.headers()["etag"], redacted);
}

#[tokio::test]
async fn many_who_look_by_redacted_links_cost_the_store_no_more_than_one() {
    let guarded = Guarded::start().await;
    guarded.put(&session());
    let (whole, redacted) = (guarded.share("s-1", false), guarded.share("s-1", true));
    for _ in 0..20 {
        for share in [&whole, &redacted] {
            let shows = guarded.opened(share);
            assert!(
                guarded
                    .get(PATH, &shows)
                    .send()
                    .await
                    .unwrap()
                    .status()
                    .is_success()
            );
        }
    }
    assert!(guarded.store.reads() <= 4, "{}", guarded.store.reads());
}

#[tokio::test]
async fn a_viewer_revokes_its_own_links_and_an_operator_any() {
    let guarded = Guarded::start().await;
    guarded.put(&session());
    let ada = guarded.person("ada", Role::Viewer);
    let bob = guarded.bearer("bob", Role::Viewer);
    let operator = guarded.person("olga", Role::Operator);
    let one = body_of(made(&guarded, &ada, json!({"sessionId": "s-1"})).await).await;
    let two = body_of(made(&guarded, &bob, json!({"sessionId": "s-1"})).await).await;
    let list = |shows: &Shows| {
        let request = guarded.get("/api/shares?sessionId=s-1", shows).send();
        async {
            let shares = body_of(request.await.unwrap()).await;
            let shares = shares.as_array().unwrap().clone();
            shares
                .iter()
                .map(|share| share["id"].clone())
                .collect::<Vec<_>>()
        }
    };
    assert_eq!(list(&ada).await, [one["id"].clone()]);
    assert_eq!(list(&bob).await, [two["id"].clone()]);
    assert_eq!(list(&operator).await.len(), 2);
    let revoke = |id: &Value, shows: &Shows| {
        let path = format!("/api/shares/{}", id.as_str().unwrap());
        let request = guarded.by_our_page(Method::DELETE, &path, shows).send();
        async { request.await.unwrap() }
    };
    let (shows, _) = opened(&guarded, &path_of(&two)).await;
    problem(revoke(&two["id"], &ada).await, StatusCode::NOT_FOUND).await;
    assert!(
        guarded
            .get(PATH, &shows)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    for (share, by) in [(&two, &operator), (&one, &ada)] {
        assert_eq!(
            revoke(&share["id"], by).await.status(),
            StatusCode::NO_CONTENT
        );
        problem(revoke(&share["id"], by).await, StatusCode::NOT_FOUND).await;
    }
    let refused = guarded.get(PATH, &shows).send().await.unwrap();
    problem(refused, StatusCode::UNAUTHORIZED).await;
    let refused = guarded.get(&path_of(&two), &Shows::Nothing).send().await;
    problem(refused.unwrap(), StatusCode::NOT_FOUND).await;
    assert_eq!(list(&operator).await.len(), 0);
}

#[tokio::test]
async fn who_waits_by_a_link_that_is_revoked_meanwhile_is_shown_nothing_more() {
    let guarded = Guarded::start().await;
    guarded.put(&session());
    let share = guarded.share("s-1", false);
    let shows = guarded.opened(&share);
    let first = guarded.get(PATH, &shows).send().await.unwrap();
    let waiting = guarded
        .get(PATH, &shows)
        .header("if-none-match", &first.headers()["etag"])
        .header("prefer", "wait=25");
    let waiting = tokio::spawn(waiting.send());
    held(&guarded, 1).await;
    let now = crate::support::now();
    guarded.register.revoke_share(share.id, now).unwrap();
    guarded.put(&changed(&session(), &activity("written since")));
    let answer = waiting.await.unwrap().unwrap();
    problem(answer, StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn a_link_that_is_forged_cut_or_over_opens_nothing_and_all_read_the_same() {
    let guarded = Guarded::start().await;
    guarded.put(&session());
    let share = guarded.share("s-1", false);
    let link = share.link(guarded.register.key());
    let over = Share {
        id: "0123456789abcdef".parse().unwrap(),
        expires_at: share.created_at,
        ..share.clone()
    };
    guarded.register.add_share(&over, share.created_at).unwrap();
    let other = Share {
        session_id: "s-2".parse().unwrap(),
        ..share.clone()
    };
    let (_, signature) = link.split_once('.').unwrap();
    let (claim, _) = other
        .link(guarded.register.key())
        .split_once('.')
        .map(|(c, s)| (c.to_owned(), s.to_owned()))
        .unwrap();
    let mut read = Vec::new();
    for link in [
        "nonsense".to_owned(),
        link[..link.len() - 1].to_owned(),
        link.split_once('.').unwrap().0.to_owned(),
        format!("{claim}.{signature}"),
        share.link(&SigningKey::new(&mut rand::rng())),
        over.link(guarded.register.key()),
    ] {
        let path = format!("/shared/{link}");
        let answer = guarded.get(&path, &Shows::Nothing).send().await.unwrap();
        assert!(!answer.headers().contains_key("set-cookie"));
        let mut problem = problem(answer, StatusCode::NOT_FOUND).await;
        problem["correlationId"] = Value::Null;
        read.push(problem);
        let cookie = Shows::Cookie(format!("__Host-share-{}={link}", share.id));
        let answer = guarded.get(PATH, &cookie).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{link}");
    }
    assert!(read.iter().all(|one| *one == read[0]), "{read:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_link_that_is_asked_for_is_told() {
    let guarded = Guarded::start().await;
    guarded.put(&session());
    let ada = guarded.person("ada", Role::Viewer);
    for (wanted, status) in [
        (json!({"sessionId": "nobody"}), StatusCode::NOT_FOUND),
        (json!({"sessionId": "a b"}), StatusCode::BAD_REQUEST),
        (
            json!({"sessionId": "s-1", "expiresIn": 59}),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({"sessionId": "s-1", "expiresIn": 2_592_001}),
            StatusCode::BAD_REQUEST,
        ),
        (
            json!({"sessionId": "s-1", "forever": true}),
            StatusCode::BAD_REQUEST,
        ),
        (json!({}), StatusCode::BAD_REQUEST),
    ] {
        let answer = made(&guarded, &ada, wanted.clone()).await;
        assert_eq!(answer.status(), status, "{wanted}");
    }
    for seconds in [60, 2_592_000] {
        let wanted = json!({"sessionId": "s-1", "expiresIn": seconds, "redacted": true});
        let share = body_of(made(&guarded, &ada, wanted).await).await;
        let time = |name: &str| -> status_model::Timestamp {
            share[name].as_str().unwrap().parse().unwrap()
        };
        let length = time("expiresAt").since(time("createdAt")).unwrap();
        assert_eq!(length.millis(), seconds * 1000);
        assert_eq!(share["redacted"], true);
    }
}

#[tokio::test]
async fn a_browser_keeps_the_newest_eight_links_and_none_that_opens_nothing() {
    let guarded = Guarded::start().await;
    let shares: Vec<_> = (0..9)
        .map(|n| guarded.share(&format!("s-{n}"), false))
        .collect();
    let key = guarded.register.key();
    let cookies: Vec<_> = shares[..8]
        .iter()
        .map(|share| format!("__Host-share-{}={}", share.id, share.link(key)))
        .collect();
    let dead = "__Host-share-0123456789abcdef=dead";
    let shows = Shows::Cookie(format!("{dead}; other=1; {}", cookies.join("; ")));
    let path = format!("/shared/{}", shares[8].link(key));
    let answer = guarded.get(&path, &shows).send().await.unwrap();
    let set: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
    let set: Vec<_> = set.iter().map(|value| value.to_str().unwrap()).collect();
    assert_eq!(set.len(), 3, "{set:?}");
    assert!(set[0].starts_with(&format!("__Host-share-{}=", shares[8].id)));
    let removed = |id: &str| format!("__Host-share-{id}=; ");
    assert!(set[1].starts_with(&removed("0123456789abcdef")) && set[1].ends_with("Max-Age=0"));
    assert!(set[2].starts_with(&removed(&shares[0].id.to_string())));
}

#[tokio::test]
async fn who_has_as_many_good_links_as_one_may_revokes_some_first() {
    let guarded = Guarded::sharing_at_most(2).await;
    guarded.put(&session());
    let (ada, bob) = (
        guarded.person("ada", Role::Viewer),
        guarded.person("bob", Role::Viewer),
    );
    let wanted = json!({"sessionId": "s-1"});
    let first = body_of(made(&guarded, &ada, wanted.clone()).await).await;
    let second = made(&guarded, &ada, wanted.clone()).await;
    assert_eq!(second.status(), StatusCode::CREATED);
    let third = made(&guarded, &ada, wanted.clone()).await;
    problem(third, StatusCode::CONFLICT).await;
    let other = made(&guarded, &bob, wanted.clone()).await;
    assert_eq!(other.status(), StatusCode::CREATED);
    let id = first["id"].as_str().unwrap().parse().unwrap();
    let revoked = guarded.register.revoke_share(id, crate::support::now());
    revoked.unwrap();
    let again = made(&guarded, &ada, wanted).await;
    assert_eq!(again.status(), StatusCode::CREATED);
}

//! Tokens, as people make and revoke them while the server runs.

use std::time::{Duration, Instant};

use reqwest::{Client, StatusCode, redirect};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{answers::lines, support::Place};

const SERVE: [&str; 7] = [
    "serve",
    "--listen",
    "127.0.0.1:0",
    "--access",
    "access.db",
    "--log-format",
    "json",
];

fn client() -> Client {
    let client = Client::builder().no_proxy();
    client.redirect(redirect::Policy::none()).build().unwrap()
}

/// Makes a token; answers what was printed.
fn create(place: &Place, words: &[&str]) -> Value {
    let fixed = ["token", "create", "--access", "access.db", "--json"];
    let ended = place.run(&[&fixed, words].concat(), b"");
    assert_eq!(ended.code, Some(0), "{}", ended.notes);
    lines(&ended.output).remove(0)
}

fn list(place: &Place) -> Vec<Value> {
    let ended = place.run(&["token", "list", "--access", "access.db", "--json"], b"");
    assert_eq!(ended.code, Some(0), "{}", ended.notes);
    lines(&ended.output)
}

async fn status(url: &str, token: &Value) -> StatusCode {
    let request = client().get(url).bearer_auth(token.as_str().unwrap());
    request.send().await.unwrap().status()
}

/// Asks until the answer is this one, which the help promises within a second.
async fn becomes(url: &str, token: &Value, expected: StatusCode) {
    let start = Instant::now();
    while status(url, token).await != expected {
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "still not {expected}"
        );
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_token_made_while_the_server_runs_lets_in_and_a_revoked_one_no_longer() {
    let place = Place::new();
    let service = place.start(&SERVE);
    let url = format!("{}/api/workflow/recent", service.url());
    assert_eq!(
        status(&url, &json!("ts_wrong")).await,
        StatusCode::UNAUTHORIZED
    );
    let made = create(&place, &["--name", "ada", "--role", "viewer"]);
    becomes(&url, &made["token"], StatusCode::OK).await;
    let metrics = format!("{}/metrics", service.url());
    assert_eq!(
        status(&metrics, &made["token"]).await,
        StatusCode::FORBIDDEN
    );

    let revoke = ["token", "revoke", "--access", "access.db", "ada"];
    assert_eq!(place.run(&revoke, b"").code, Some(0));
    becomes(&url, &made["token"], StatusCode::UNAUTHORIZED).await;
}

#[tokio::test]
async fn a_token_is_printed_once_and_its_last_use_is_listed() {
    let place = Place::new();
    let service = place.start(&SERVE);
    let made = create(
        &place,
        &["--name", "ci", "--role", "writer", "--expires-in", "90d"],
    );
    let token = made["token"].as_str().unwrap();
    assert!(
        token.starts_with("ts_") && token.len() == 3 + 16 + 1 + 43,
        "{token}"
    );
    let listed = list(&place).remove(0);
    assert_eq!(listed["id"], made["id"]);
    assert_eq!(
        (&listed["name"], &listed["role"]),
        (&json!("ci"), &json!("writer"))
    );
    assert_eq!(
        (&listed["state"], &listed["lastUsedAt"]),
        (&json!("valid"), &Value::Null)
    );
    assert_eq!(listed["expiresAt"], made["expiresAt"]);
    // `ts_ID_SECRET`: the secret may have such a line too.
    let secret = token.splitn(3, '_').nth(2).unwrap();
    let shown = place.run(&["token", "list", "--access", "access.db"], b"");
    assert!(!format!("{listed}{}", shown.output).contains(secret));
    assert!(shown.output.contains("ci") && shown.output.contains("writer"));

    let url = format!("{}/api/me", service.url());
    becomes(&url, &made["token"], StatusCode::OK).await;
    while list(&place)[0]["lastUsedAt"] == Value::Null {
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_display_opens_its_link_once_and_the_secret_leaves_the_address() {
    let place = Place::new();
    let service = place.start(&SERVE);
    let url = service.url();
    let words = [
        "--name",
        "wall-1",
        "--role",
        "display",
        "--public-url",
        &url,
    ];
    let made = create(&place, &words);
    let link = made["link"].as_str().unwrap();
    becomes(&format!("{url}/api/me"), &made["token"], StatusCode::OK).await;
    let answer = client().get(link).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(answer.headers()["location"], "/wall");
    assert_eq!(answer.headers()["referrer-policy"], "no-referrer");
    let cookie = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-display=") && cookie.contains("; HttpOnly"));
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let status = |path: &str| {
        let request = client().get(format!("{url}{path}"));
        let request = request.header("cookie", &cookie).send();
        async { request.await.unwrap().status() }
    };
    assert_eq!(status("/api/workflow/overview").await, StatusCode::OK);
    assert_eq!(status("/api/workflow/recent").await, StatusCode::FORBIDDEN);

    let revoke = ["token", "revoke", "--access", "access.db", "wall-1"];
    assert_eq!(place.run(&revoke, b"").code, Some(0));
    becomes(
        &format!("{url}/api/me"),
        &made["token"],
        StatusCode::UNAUTHORIZED,
    )
    .await;
    assert_eq!(
        status("/api/workflow/overview").await,
        StatusCode::UNAUTHORIZED
    );
    let again = client().get(link).send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_FOUND);
}

#[test]
fn another_roles_token_signs_no_display_in_and_for_people_a_display_gets_its_link_alone() {
    let place = Place::new();
    let made = create(&place, &["--name", "ops", "--role", "operator"]);
    assert_eq!(made["link"], Value::Null);
    let words = [
        "token",
        "create",
        "--access",
        "access.db",
        "--name",
        "wall",
        "--role",
        "display",
    ];
    let printed = place.run(&words, b"");
    assert!(
        printed
            .output
            .starts_with("http://127.0.0.1:8080/sign-in/display/ts_")
    );
    assert_eq!(printed.output.lines().count(), 1);
    assert!(printed.notes.contains("Open the link once"));
}

#[test]
fn what_is_wrong_with_a_token_command_is_told_with_a_way_on() {
    let place = Place::new();
    let run = |words: &[&str]| {
        let ended = place.run(
            &[&["token"], words, &["--access", "access.db"]].concat(),
            b"",
        );
        (ended.code, ended.notes)
    };
    let (code, notes) = run(&["list"]);
    assert_eq!(code, Some(1));
    assert!(
        notes.contains("there is no access file access.db"),
        "{notes}"
    );
    assert!(!place.path().join("access.db").exists());
    create(&place, &["--name", "ci", "--role", "writer"]);
    for (words, code, said) in [
        (
            &["create", "--name", "ci", "--role", "viewer"][..],
            1,
            "revoke it first",
        ),
        (&["revoke", "nobody"], 1, "token list"),
        (
            &["create", "--name", "x", "--role", "admin"],
            64,
            "viewer, writer, display or operator",
        ),
        (
            &["create", "--name", "a b", "--role", "viewer"],
            64,
            "not a name",
        ),
        (
            &[
                "create",
                "--name",
                "x",
                "--role",
                "viewer",
                "--expires-in",
                "soon",
            ],
            64,
            "90d",
        ),
        (&["revoke", "ci"], 0, "is revoked"),
    ] {
        let (ended, notes) = run(words);
        assert_eq!(ended, Some(code), "{words:?}: {notes}");
        assert!(notes.contains(said), "{words:?}: {notes}");
    }
    let no_file = place.run(&["token", "list"], b"");
    assert_eq!(no_file.code, Some(64));
}

#[test]
fn without_access_control_other_machines_are_not_served_and_the_two_ways_out_are_named() {
    let place = Place::new();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:80"] {
        let refused = place.run(&["serve", "--listen", address], b"");
        assert_eq!(refused.code, Some(64), "{address}");
        assert_eq!(
            refused.notes.lines().count(),
            1,
            "one sentence: {}",
            refused.notes
        );
        for said in ["loopback only", "--access FILE", "proxy on this machine"] {
            assert!(refused.notes.contains(said), "{}", refused.notes);
        }
    }
    let words = ["serve", "--listen", "0.0.0.0:0", "--access", "access.db"];
    let refused = place.run(&words, b"");
    assert_eq!(refused.code, Some(64));
    assert!(
        refused.notes.contains("--public-url https://"),
        "{}",
        refused.notes
    );
    assert!(!place.path().join("data").exists(), "nothing was begun");
    assert!(
        !place.path().join("access.db").exists(),
        "nothing was begun"
    );
}

#[tokio::test]
async fn with_access_control_and_tls_at_a_proxy_other_machines_are_served() {
    let place = Place::new();
    let words = [
        "serve",
        "--listen",
        "0.0.0.0:0",
        "--access",
        "access.db",
        "--public-url",
        "https://status.example",
        "--log-format",
        "json",
    ];
    let service = place.start(&words);
    let port = service.address.rsplit(':').next().unwrap();
    let recent = format!("http://127.0.0.1:{port}/api/workflow/recent");
    let request = client().get(recent).header("host", "status.example");
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    let (_, log) = service.terminate();
    let log = lines(&log);
    let mut said = log.iter().map(|line| line["message"].as_str().unwrap());
    assert!(said.any(|said| said.contains("no token lets anybody in yet")));
}

#[tokio::test]
async fn without_access_control_the_server_says_so_and_whoever_reaches_it_may_do_everything() {
    let place = Place::new();
    let service = place.start(&["serve", "--listen", "127.0.0.1:0", "--log-format", "json"]);
    let me = client().get(format!("{}/api/me", service.url())).send();
    let me: Value = me.await.unwrap().json().await.unwrap();
    assert_eq!(
        (&me["kind"], &me["role"]),
        (&json!("open"), &json!("operator"))
    );
    assert_eq!(me["may"].as_array().unwrap().len(), 6);
    let share = client().post(format!("{}/api/shares", service.url()));
    let share = share
        .json(&json!({"sessionId": "s-1"}))
        .send()
        .await
        .unwrap();
    assert_eq!(share.status(), StatusCode::NOT_IMPLEMENTED);
    let (_, log) = service.terminate();
    let log = lines(&log);
    let mut said = log.iter().map(|line| line["message"].as_str().unwrap());
    assert!(said.any(|said| said.starts_with("no access control: listening on loopback only")));
}

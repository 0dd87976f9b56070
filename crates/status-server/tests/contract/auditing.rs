//! Who looked: the log of a server with access control.

use reqwest::{Client, Method, StatusCode, redirect};
use serde_json::{Value, json};
use tokio::time::{Duration, sleep};

use crate::{
    answers::lines,
    support::{Place, json as body_of},
};

struct Audited {
    place: Place,
    url: String,
    client: Client,
}

impl Audited {
    fn token(&self, name: &str, role: &str) -> String {
        let words = [
            "token",
            "create",
            "--access",
            "access.db",
            "--json",
            "--name",
            name,
            "--role",
            role,
        ];
        let made = self.place.run(&words, b"");
        lines(&made.output)[0]["token"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, method: Method, path: &str, token: &str, body: Option<Value>) -> Value {
        let url = format!("{}{path}", self.url);
        let mut request = self.client.request(method, url).bearer_auth(token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let id = answer.headers()["x-correlation-id"]
            .to_str()
            .unwrap()
            .to_owned();
        let text = answer.text().await.unwrap();
        let mut body: Value = serde_json::from_str(&text).unwrap_or_default();
        body["id of the answer"] = json!(id);
        body
    }
}

/// Everybody does something; answers the lines about who looked, all lines, and every secret.
async fn story(level: &'static str) -> (Vec<Value>, String, Vec<String>) {
    let mut place = Place::new();
    place.environment.push(("RUST_LOG", level));
    let service = place.start(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--access",
        "access.db",
        "--log-format",
        "json",
        "--trust-proxy",
    ]);
    let audited = Audited {
        place,
        url: service.url(),
        client: Client::builder()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .build()
            .unwrap(),
    };
    let writer = audited.token("ci", "writer");
    let viewer = audited.token("ada", "viewer");
    let display = audited.token("wall-1", "display");
    let me = || audited.ask(Method::GET, "/api/me", &display, None);
    while me().await["role"] != "display" {
        sleep(Duration::from_millis(20)).await;
    }
    let start = json!({"documentId": "CONTENTS-doc", "sourceType": "BANK"});
    let session = "/api/workflow/s-1";
    audited
        .ask(Method::PUT, session, &writer, Some(start))
        .await;
    let failed = json!({"status": "error", "error": "CONTENTS-error"});
    let report = "/api/workflow/s-1/agents/pdfAdapter";
    audited
        .ask(Method::PATCH, report, &writer, Some(failed))
        .await;
    audited
        .ask(Method::GET, "/api/workflow/s-1/status", &viewer, None)
        .await;
    audited
        .ask(Method::GET, "/api/workflow/s-1/export", &viewer, None)
        .await;
    audited
        .ask(Method::GET, "/api/workflow/s-1/status", &writer, None)
        .await;
    audited
        .ask(Method::GET, "/api/workflow/s%0A1/status", &viewer, None)
        .await;
    let wrong = "ts_0123456789abcdef_wrong-token-text";
    audited
        .ask(Method::GET, "/api/workflow/s-1/status", wrong, None)
        .await;
    let share = json!({"sessionId": "s-1", "redacted": true});
    let share = audited
        .ask(Method::POST, "/api/shares", &viewer, Some(share))
        .await;
    let link = share["url"].as_str().unwrap().to_owned();
    let opened = audited
        .client
        .get(&link)
        .header("x-forwarded-for", "6.6.6.6, 192.0.2.7");
    let opened = opened.send().await.unwrap();
    let cookie = opened.headers()["set-cookie"].to_str().unwrap().to_owned();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let status = format!("{}/api/workflow/s-1/status", audited.url);
    let looked = audited.client.get(&status).header("cookie", &cookie);
    body_of(looked.send().await.unwrap()).await;
    // With something behind, as a mail program may add it.
    let cut = audited
        .client
        .get(format!("{link}/more"))
        .send()
        .await
        .unwrap();
    assert_ne!(cut.status(), StatusCode::SEE_OTHER);
    let cut = audited.client.post(&link).send().await.unwrap();
    assert_eq!(cut.status(), StatusCode::METHOD_NOT_ALLOWED);
    let wall = format!("{}/sign-in/display/{display}", audited.url);
    let signed_in = audited.client.get(&wall).send().await.unwrap();
    assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
    let shares = format!("/api/shares/{}", share["id"].as_str().unwrap());
    audited.ask(Method::DELETE, &shares, &viewer, None).await;

    let (_, log) = service.terminate();
    let all = lines(&log);
    let told = all.into_iter().filter(|line| line["target"] == "access");
    let link = link.rsplit('/').next().unwrap().to_owned();
    let mut secrets = vec![writer, viewer, display, wrong.to_owned(), link, cookie];
    // And each secret part by itself.
    let parts: Vec<_> = secrets
        .iter()
        // A token is `ts_ID_SECRET`, where the secret may have such a line too; a link ends in
        // `MESSAGE.SIGNATURE`.
        .filter_map(|text| match text.strip_prefix("ts_") {
            Some(token) => token.split_once('_'),
            None => text.rsplit_once('.'),
        })
        .map(|(_, part)| part.to_owned())
        .collect();
    secrets.extend(parts);
    (told.collect(), log, secrets)
}

#[tokio::test]
async fn every_access_to_a_session_is_a_line_with_who_which_from_where_and_how_it_was_decided() {
    let (told, _, _) = story("info").await;
    let expect = |fields: Value| {
        let fields = fields.as_object().unwrap().clone();
        let is_it = |line: &&Value| fields.iter().all(|(name, value)| line[name] == *value);
        let found = told.iter().filter(is_it).count();
        assert_eq!(found, 1, "{fields:?} in {told:#?}");
    };
    let own = "127.0.0.1";
    let status = "/api/workflow/{sessionId}/status";
    expect(
        json!({"who": "token:ci", "role": "writer", "how": "bearer", "session": "s-1",
        "method": "PUT", "call": "/api/workflow/{sessionId}", "from": own, "decision": "allowed"}),
    );
    expect(json!({"who": "token:ci", "session": "s-1", "method": "PATCH", "decision": "allowed"}));
    expect(
        json!({"who": "token:ada", "role": "viewer", "how": "bearer", "session": "s-1",
        "method": "GET", "call": status, "from": own, "decision": "allowed"}),
    );
    expect(json!({"who": "token:ada", "session": "s-1",
        "call": "/api/workflow/{sessionId}/export", "decision": "allowed"}));
    expect(json!({"who": "token:ci", "session": "s-1", "call": status, "decision": "refused"}));
    expect(json!({"who": "nobody", "session": "s-1", "call": status, "decision": "refused"}));
    expect(json!({"who": "token:ada", "session": "s-1", "decision": "shareMade"}));
    expect(json!({"session": "s-1", "how": "link", "from": "192.0.2.7",
        "decision": "shareOpened"}));
    expect(json!({"session": "s-1", "how": "cookie", "call": status, "decision": "allowed"}));
    expect(
        json!({"who": "token:wall-1", "role": "display", "how": "link",
        "decision": "displaySignedIn"}),
    );
    expect(json!({"who": "token:ada", "session": "s-1", "decision": "shareRevoked"}));
    let share = told
        .iter()
        .find(|line| line["decision"] == "shareMade")
        .unwrap();
    let id = share["share"].as_str().unwrap();
    let by_link = told.iter().find(|line| line["how"] == "cookie").unwrap();
    assert_eq!(by_link["who"], format!("share:{id}"));
    for line in &told {
        assert_eq!(line["level"], "INFO");
        assert!(!line["correlation_id"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn no_line_of_the_log_has_a_secret_or_what_a_session_contains() {
    let (told, log, secrets) = story("debug").await;
    assert!(!told.is_empty());
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} in {log}");
    }
    assert!(!log.contains("CONTENTS"), "{log}");
}

#[tokio::test]
async fn without_access_control_who_looked_is_written_for_those_who_ask_for_it() {
    for (level, expected) in [("info", 0), ("info,access=debug", 1)] {
        let mut place = Place::new();
        place.environment.push(("RUST_LOG", level));
        let words = ["serve", "--listen", "127.0.0.1:0", "--log-format", "json"];
        let service = place.start(&words);
        let client = Client::builder().no_proxy().build().unwrap();
        let url = format!("{}/api/workflow/s-1/status", service.url());
        let answer = client.get(url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        let (_, log) = service.terminate();
        let log = lines(&log);
        let told: Vec<_> = log
            .iter()
            .filter(|line| line["target"] == "access")
            .collect();
        assert_eq!(told.len(), expected, "{told:?}");
        for line in told {
            assert_eq!(
                (&line["who"], &line["session"]),
                (&json!("loopback"), &json!("s-1"))
            );
        }
    }
}

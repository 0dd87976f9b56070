//! The ways in.

use std::fmt::Write as _;

use std::path::Path;

use reqwest::Method;
use rusqlite::Connection;
use serde_json::{Map, Value, json};
use status_model::Timestamp;

use crate::{
    program::{Ended, Server},
    raw::{self, encoded},
};

/// Starts a session in which nothing is hostile.
pub async fn start(server: &Server, id: &str) {
    let path = format!("/api/workflow/{id}");
    server.send(Method::PUT, &path, &json!({})).await;
}

/// Each text that a writer may choose.
pub async fn over_http(server: &Server, id: &str, attack: &str) {
    let path = format!("/api/workflow/{id}");
    let started = json!({ "documentId": attack, "correlationId": attack });
    server.send(Method::PUT, &path, &started).await;
    let run = json!({
        "status": "error", "activity": attack, "error": attack, "errorType": attack,
    });
    let mut report = run.clone();
    report["attempts"] = json!([run]);
    report["subSteps"] = json!([{ "status": "error", "activity": attack }]);
    let path = format!("{path}/agents/pdfAdapter");
    server.send(Method::PATCH, &path, &report).await;
}

/// An item as another program may have written it, in plain JSON: the text wherever one may stand.
fn item(id: &str, attack: &str) -> Value {
    let now = Timestamp::from_unix_millis(1_795_336_260_000).to_string();
    let run = json!({
        "status": "error", "activity": attack, "error": attack, "errorType": attack,
        "startedAt": now,
    });
    let mut failed = run.clone();
    failed["attempts"] = json!([run]);
    failed["subSteps"] = json!([{ "status": attack, "activity": attack }]);
    json!({
        "sessionId": id,
        "documentId": attack,
        "correlationId": attack,
        "sourceType": attack,
        "overallStatus": attack,
        "createdAt": now,
        "lastUpdated": attack,
        "pdfAdapter": failed,
        "tradeExtraction": { "status": attack, "activity": attack, "startedAt": attack },
        "tradeMatching": { "status": "success", "matchClassification": attack },
        "exceptionManagement": { "status": "pending", attack: attack },
        "totalDuration": attack,
        attack: attack,
    })
}

/// Items in the file of the store, by another program than ours.
pub async fn into_the_table(server: &Server, attacks: &[String]) {
    for (number, _) in attacks.iter().enumerate() {
        start(server, &format!("t-{number}")).await;
    }
    write_items(&server.store(), attacks);
}

fn write_items(store: &Path, attacks: &[String]) {
    let connection = Connection::open(store).unwrap();
    connection
        .busy_timeout(std::time::Duration::from_secs(10))
        .unwrap();
    for (number, attack) in attacks.iter().enumerate() {
        let id = format!("t-{number}");
        let item = item(&id, attack).to_string();
        // What the queries need stands beside the item.
        let written = connection.execute(
            "UPDATE session SET item = ?2, status = ?3, source_type = ?3, document_id = ?3, \
             correlation_id = ?3 WHERE id = ?1",
            (&id, item, attack),
        );
        assert_eq!(written, Ok(1));
    }
}

/// DynamoDB's typed JSON.
fn typed(value: &Value) -> Value {
    match value {
        Value::String(text) => json!({ "S": text }),
        Value::Array(values) => json!({ "L": values.iter().map(typed).collect::<Vec<_>>() }),
        Value::Object(map) => json!({ "M": typed_map(map) }),
        _ => panic!("items have no {value}"),
    }
}

fn typed_map(map: &Map<String, Value>) -> Value {
    let pairs = map.iter().map(|(key, value)| (key.clone(), typed(value)));
    Value::Object(pairs.collect())
}

/// A file with an item for each attack; and one that is none, since its id is the attack.
pub fn from_a_file(server: &Server, log_format: &str, attacks: &[String]) -> Ended {
    let mut file = String::new();
    for (number, attack) in attacks.iter().enumerate() {
        for id in [format!("f-{number}"), format!("{attack} ")] {
            let item = item(&id, attack);
            writeln!(file, "{}", typed_map(item.as_object().unwrap())).unwrap();
        }
    }
    server.import(log_format, file.as_bytes())
}

/// A file whose texts are no UTF-8.
pub fn from_a_broken_file(server: &Server, broken: &[&[u8]]) -> Ended {
    let mut file = Vec::new();
    for bytes in broken {
        for (before, behind) in [
            (r#"{"sessionId":{"S":""#, "\"}}\n"),
            (r#"{"sessionId":{"S":"x"},"documentId":{"S":""#, "\"}}\n"),
            (r#"{"sessionId":{"S":"x"},""#, "\":{\"S\":\"x\"}}\n"),
        ] {
            file.extend_from_slice(before.as_bytes());
            file.extend_from_slice(bytes);
            file.extend_from_slice(behind.as_bytes());
        }
    }
    server.import("text", &file)
}

/// Wherever an address or a header may have a text.
pub fn addresses(attack: &str) -> Vec<Vec<u8>> {
    let text = encoded(attack);
    let mut requests = broken_addresses(attack.as_bytes());
    requests.extend([
        raw::request("PUT", &format!("/api/workflow/{text}"), &[], b"{}"),
        raw::request(
            "PATCH",
            &format!("/api/workflow/s/agents/{text}"),
            &[],
            br#"{"status":"success"}"#,
        ),
        raw::get(&format!("/sessions/{text}"), &[]),
        raw::get(&format!("/?q={text}"), &[]),
    ]);
    // What can't stand in a header at all is for the HTTP library to refuse.
    let line: String = attack.chars().filter(|c| !"\r\n\0".contains(*c)).collect();
    for name in [
        "Host",
        "X-Correlation-Id",
        "If-None-Match",
        "Prefer",
        "Origin",
        "Accept-Encoding",
        "User-Agent",
    ] {
        let header = [(name, line.as_bytes())];
        requests.push(raw::get("/api/workflow/nobody/status", &header));
    }
    requests
}

/// Wherever an address may have bytes.
pub fn broken_addresses(bytes: &[u8]) -> Vec<Vec<u8>> {
    let text = encoded(bytes);
    [
        format!("/api/workflow/{text}/status"),
        format!("/api/workflow/{text}/export?format=csv"),
        format!("/api/workflow/recent?{text}=1"),
        format!("/api/workflow/recent?status={text}"),
        format!("/api/workflow/recent?sourceType={text}"),
        format!("/api/workflow/recent?cursor={text}"),
        format!("/api/workflow/recent?since={text}"),
        format!("/api/workflow/recent?limit={text}"),
        format!("/api/workflow/recent?q={text}&limit=1"),
        format!("/api/workflow/matching-status?since={text}"),
        format!("/api/workflow/export?format={text}"),
        format!("/api/{text}"),
        format!("/{text}"),
        format!("/{text}.js"),
        format!("/sessions/{text}"),
    ]
    .iter()
    .map(|path| raw::get(path, &[]))
    .collect()
}

/// Bodies that are refused, since the text stands where only certain words may.
pub fn wrong_bodies(attack: &str) -> Vec<Vec<u8>> {
    let put =
        |body: Value| raw::request("PUT", "/api/workflow/b-2", &[], body.to_string().as_bytes());
    let patch = |body: Value| {
        let path = "/api/workflow/b-1/agents/tradeMatching";
        raw::request("PATCH", path, &[], body.to_string().as_bytes())
    };
    let end = json!({ "overallStatus": attack }).to_string();
    vec![
        put(json!({ attack: attack })),
        put(json!({ "sourceType": attack })),
        put(json!({ "documentId": { attack: attack } })),
        put(json!(attack)),
        patch(json!({ "status": attack })),
        patch(json!({ "status": "success", attack: attack })),
        patch(json!({ "status": "success", "startedAt": attack })),
        patch(json!({ "status": "success", "duration": attack })),
        patch(json!({ "status": "success", "matchClassification": attack })),
        patch(json!({ "status": "success", "tokenUsage": { attack: 1 } })),
        patch(json!({ "status": "success", "attempts": [{ attack: attack }] })),
        patch(json!({ "status": "success", "subSteps": attack })),
        raw::request("POST", "/api/workflow/b-1/finalize", &[], end.as_bytes()),
        raw::request("POST", "/api/workflow/b-1/finalize", &[], attack.as_bytes()),
    ]
}

/// A body whose text is no UTF-8.
pub fn broken_body(bytes: &[u8]) -> Vec<u8> {
    let body = [br#"{"documentId":""#.as_slice(), bytes, b"\"}"].concat();
    raw::request("PUT", "/api/workflow/b-3", &[], &body)
}

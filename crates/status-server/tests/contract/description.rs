//! The description of the API, and that it is true.

use std::{collections::BTreeSet, sync::Arc};

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use status_server::api::{Policy, calls::Call};
use status_store::StoreError;

use crate::support::{Description, Failure, Server, TestStore};

async fn description(server: &Server) -> Description {
    let response = server.get("/api/openapi.json").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    Description(response.json().await.unwrap())
}

/// Every call that is described: its path as described, its method, itself.
fn calls(description: &Description) -> Vec<(&String, Method, &Value)> {
    let paths = description.0["paths"].as_object().unwrap();
    let mut calls = Vec::new();
    for (path, item) in paths {
        for (name, call) in item.as_object().unwrap() {
            if name != "parameters" {
                let method = name.to_uppercase().parse().unwrap();
                calls.push((path, method, call));
            }
        }
    }
    calls
}

/// The path of a session that is there.
fn of_session(path: &str) -> String {
    path.replace("{sessionId}", "s-1")
        .replace("{agent}", "pdfAdapter")
        .replace("{shareId}", "0123456789abcdef")
        .replace("{link}", "nonsense")
        .replace("{token}", "nonsense")
}

/// A body that changes nothing in a session that has just been started.
fn body_for(method: &Method, path: &str) -> Option<Value> {
    match method.as_str() {
        "PUT" => Some(json!({})),
        "PATCH" => Some(json!({"status": "pending"})),
        "POST" if path == "/sign-out" => None,
        "POST" if path == "/api/shares" => Some(json!({"sessionId": "s-1"})),
        "POST" if path == "/invocations" => Some(json!({"documentId": "1", "sourceType": "BANK"})),
        "POST" => {
            assert!(path.ends_with("/finalize"));
            Some(json!({"overallStatus": "completed"}))
        }
        _ => None,
    }
}

/// That the answer is described: its status, its media type, its headers, its body.
async fn is_described(description: &Description, call: &Value, response: Response) {
    let status = response.status();
    let described = call["responses"].get(status.as_str());
    let described = described.unwrap_or_else(|| panic!("{status} is not described for {call}"));
    let described = description.resolve(described);
    let headers = response.headers().clone();
    // Sent in some cases only, or by the layer below.
    let may_lack = ["Preference-Applied", "Link"];
    for name in described["headers"].as_object().unwrap().keys() {
        let is_there = headers.contains_key(name.as_str());
        assert!(
            is_there || may_lack.contains(&name.as_str()),
            "{name} is not sent: {call}"
        );
    }
    let Some(content) = described.get("content") else {
        return;
    };
    let media_type = headers["content-type"].to_str().unwrap();
    let media_type = media_type.split(';').next().unwrap();
    let schema = &content[media_type]["schema"];
    assert!(schema.is_object(), "{media_type} is not described: {call}");
    let text = response.text().await.unwrap();
    let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
    if call["operationId"] != "getDescription" {
        let faults = description.faults(schema, &value);
        assert!(faults.is_empty(), "{status}, {call}: {faults:#?}");
    }
}

#[tokio::test]
async fn every_call_is_described_and_every_described_call_is_there() {
    let server = Server::start().await;
    let description = description(&server).await;
    let described: BTreeSet<&str> = calls(&description)
        .iter()
        .map(|(p, ..)| p.as_str())
        .collect();
    let there = Call::ALL.map(Call::path);
    assert_eq!(described, BTreeSet::from(there));

    server.start_session("s-1").await;
    for path in described {
        for method in ["GET", "PUT", "PATCH", "POST", "DELETE"] {
            let method: Method = method.parse().unwrap();
            let is_described = calls(&description)
                .iter()
                .any(|(described, by, _)| *described == path && *by == method);
            let request = server.request(method.clone(), &of_session(path));
            let answer = request.send().await.unwrap().status();
            let is_there = answer != StatusCode::METHOD_NOT_ALLOWED;
            assert_eq!(is_there, is_described, "{method} {path}: {answer}");
            // What lets somebody in by its address is not found with another one.
            let is_secret = path.starts_with("/shared/") || path.starts_with("/sign-in");
            assert!(
                is_secret || answer != StatusCode::NOT_FOUND,
                "{method} {path}"
            );
        }
    }
}

#[tokio::test]
async fn answers_are_as_described() {
    let server = Server::start().await;
    let description = description(&server).await;
    // Sessions with something in every attribute, and one with nothing.
    for id in ["s-1", "done", "failed", "full"] {
        server.start_session(id).await;
    }
    let run = json!({
        "status": "error", "activity": "tried", "startedAt": "2026-11-22T08:31:00Z",
        "completedAt": "2026-11-22T08:31:01Z", "duration": 1, "error": "HTTP 429", "errorType": "x",
        "tokenUsage": {"inputTokens": 1, "outputTokens": 2},
    });
    let mut report = run.clone();
    report["attempts"] = json!([run]);
    report["subSteps"] =
        json!([{"status": "success", "activity": "a", "startedAt": "2026-11-22T08:31:00Z"}]);
    report["matchClassification"] = json!("BREAK");
    report["confidenceScore"] = json!(12.5);
    server.report("full", "tradeMatching", report).await;
    let running = json!({"status": "in-progress", "activity": "reading"});
    server.report("full", "exceptionManagement", running).await;
    let success = json!({"status": "success", "duration": 3});
    server.report("done", "pdfAdapter", success).await;
    server.finalize("done", "completed").await;
    server.report("failed", "pdfAdapter", run).await;
    server.finalize("failed", "failed").await;

    for (path, method, call) in calls(&description) {
        let ids = if path.contains("{sessionId}") && method == Method::GET {
            &["s-1", "done", "failed", "full", "nobody", "a%20b"][..]
        } else {
            &["s-1"]
        };
        for id in ids {
            let path = path
                .replace("{sessionId}", id)
                .replace("{agent}", "pdfAdapter");
            let mut request = server.request(method.clone(), &path);
            if let Some(body) = body_for(&method, &path) {
                request = request.json(&body);
            }
            let response = request.send().await.unwrap();
            if let Some(etag) = response
                .headers()
                .get("etag")
                .filter(|_| method == Method::GET)
            {
                let request = server.get(&path).header("if-none-match", etag);
                let known = request.send().await.unwrap();
                assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
                is_described(&description, call, known).await;
            }
            is_described(&description, call, response).await;
        }
    }
}

#[tokio::test]
async fn refusals_are_as_described() {
    let server = Server::start().await;
    let description = description(&server).await;
    server.start_session("new").await;
    for (path, method, call) in calls(&description) {
        if method == Method::GET {
            let path = format!("{}?nonsense=1", of_session(path));
            let response = server.get(&path).send().await.unwrap();
            if response.status() != StatusCode::OK {
                is_described(&description, call, response).await;
            }
            continue;
        }
        for id in ["a%20b", "nobody"] {
            let path = path
                .replace("{sessionId}", id)
                .replace("{agent}", "pdfAdapter");
            let request = |body: &str, media_type: &str| {
                let request = server.request(method.clone(), &path).body(body.to_owned());
                request.header("content-type", media_type).send()
            };
            let large = format!("{{\"x\":\"{}\"}}", "x".repeat(300_000));
            for response in [
                request("{", "application/json").await,
                request("{}", "text/plain").await,
                request(&large, "application/json").await,
            ] {
                is_described(&description, call, response.unwrap()).await;
            }
            let body = body_for(&method, &path).unwrap_or_default();
            let response = server.send(method.clone(), &path, body).await;
            is_described(&description, call, response).await;
        }
        if !path.starts_with("/api/workflow/") {
            continue;
        }
        // Not as it was seen, and something that is not so already.
        let id = if method == Method::PUT {
            "other"
        } else {
            "new"
        };
        let path = path
            .replace("{sessionId}", id)
            .replace("{agent}", "pdfAdapter");
        let body = match method {
            Method::PATCH => json!({"status": "in-progress"}),
            _ => body_for(&method, &path).unwrap(),
        };
        let request = server.request(method, &path).json(&body);
        let response = request
            .header("if-match", "\"another\"")
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::PRECONDITION_FAILED);
        is_described(&description, call, response).await;
    }
}

#[tokio::test]
async fn failures_of_the_store_are_as_described() {
    let failures: [Failure; 4] = [
        || StoreError::Unavailable(String::new()),
        || StoreError::MissingTable(String::new()),
        || StoreError::Refused(String::new()),
        || panic!("a defect"),
    ];
    for failure in failures {
        each_is_described(failure, |_| true).await;
    }
    // What is too large is found out by writing it.
    each_is_described(
        || StoreError::TooLarge(String::new()),
        |call| call["tags"] == json!(["writing"]),
    )
    .await;
}

/// Is the answer of each of these calls described, where the store fails so?
async fn each_is_described(failure: Failure, is_meant: impl Fn(&Value) -> bool) {
    let store = Arc::new(TestStore::default());
    let server = Server::with(store.clone(), Policy::default()).await;
    let description = description(&server).await;
    store.fail(Some(failure));
    let calls = calls(&description).into_iter();
    let meant = calls.filter(|(_, _, call)| is_meant(call));
    let mut count = 0;
    for (path, method, call) in meant {
        let mut request = server.request(method.clone(), &of_session(path));
        if let Some(body) = body_for(&method, path) {
            request = request.json(&body);
        }
        is_described(&description, call, request.send().await.unwrap()).await;
        count += 1;
    }
    assert!(count > 0, "no call is meant");
}

#[tokio::test]
async fn a_document_is_taken_in_the_forms_that_are_described_and_no_others() {
    let server = Server::start().await;
    let description = description(&server).await;
    let schema = &description.0["components"]["schemas"]["Document"];
    let bank = "s3://documents/BANK/FAB_1.pdf";
    for (body, is_taken) in [
        (json!({"documentId": "1", "sourceType": "BANK"}), true),
        (json!({"document_id": "1", "source_type": "BANK"}), true),
        (json!({"documentId": "1", "source_type": "BANK"}), true),
        (json!({"sessionId": "s-1", "s3Uri": bank}), true),
        (json!({"s3Key": "in/counterparty/GCS_2"}), true),
        (json!({"s3Key": "x.pdf", "sourceType": "BANK"}), true),
        (json!({"s3Key": "BANK/", "documentId": "1"}), true),
        (
            json!({"s3Uri": bank, "sessionId": null, "action": null}),
            true,
        ),
        (json!({"s3Uri": "s3://b/x", "s3Key": "BANK/1"}), true),
        (json!({}), false),
        (json!({"documentId": "1"}), false),
        (json!({"sourceType": "BANK"}), false),
        (json!({"documentId": null, "sourceType": "BANK"}), false),
        (json!({"documentId": " ", "s3Uri": bank}), false),
        (json!({"documentId": "1", "sourceType": "bank"}), false),
        (json!({"s3Uri": "https://documents/BANK/FAB_1.pdf"}), false),
        (json!({"s3Uri": "s3://BANK/FAB_1.pdf"}), false),
        (json!({"s3Key": "BANK/.pdf"}), false),
        (json!({"s3Key": "BANK"}), false),
        (json!({"s3Uri": bank, "sessionId": ".."}), false),
        (json!({"s3Uri": bank, "s3_uri": bank}), false),
        (
            json!({"s3Uri": bank, "documentId": "1", "document_id": "1"}),
            false,
        ),
        (
            json!({"s3Uri": bank, "sessionId": "s-1", "session_id": "s-1"}),
            false,
        ),
        (json!({"s3Uri": bank, "colour": "red"}), false),
    ] {
        let faults = description.faults(schema, &body);
        assert_eq!(faults.is_empty(), is_taken, "{body}: {faults:#?}");
        let answer = server
            .send(Method::POST, "/invocations", body.clone())
            .await;
        // This server runs none; one that could be run is told so.
        let taken = StatusCode::NOT_IMPLEMENTED;
        let expected = if is_taken {
            taken
        } else {
            StatusCode::BAD_REQUEST
        };
        assert_eq!(answer.status(), expected, "{body}");
    }
}

#[tokio::test]
async fn a_parameter_without_a_value_is_taken_where_that_is_described() {
    let server = Server::start().await;
    server.start_session("s-1").await;
    let description = description(&server).await;
    let mut count = 0;
    for (path, method, call) in calls(&description) {
        for parameter in call["parameters"].as_array().into_iter().flatten() {
            if parameter["in"] != "query" {
                continue;
            }
            let path = format!(
                "{}?{}=",
                of_session(path),
                parameter["name"].as_str().unwrap()
            );
            let request = server.request(method.clone(), &path);
            let is_refused = request.send().await.unwrap().status() == StatusCode::BAD_REQUEST;
            assert_eq!(parameter["allowEmptyValue"] == true, !is_refused, "{path}");
            count += 1;
        }
    }
    assert!(count > 10, "{count} parameters");
}

#[tokio::test]
async fn examples_are_what_they_are_examples_of() {
    let server = Server::start().await;
    let description = description(&server).await;
    let mut count = 0;
    let mut check = |content: &Value| {
        for media in content
            .as_object()
            .into_iter()
            .flat_map(|content| content.values())
        {
            if let Some(example) = media.get("example") {
                let faults = description.faults(&media["schema"], example);
                assert!(faults.is_empty(), "{example}: {faults:#?}");
                count += 1;
            }
        }
    };
    for (_, _, call) in calls(&description) {
        check(&call["requestBody"]["content"]);
        for response in call["responses"].as_object().unwrap().values() {
            check(&description.resolve(response)["content"]);
        }
    }
    assert!(count > 10, "{count} examples");
}

#[tokio::test]
async fn the_description_itself_is_sent_once() {
    let server = Server::start().await;
    let first = server.get("/api/openapi.json").send().await.unwrap();
    let request = server.get("/api/openapi.json");
    let request = request.header("if-none-match", &first.headers()["etag"]);
    let again = request.send().await.unwrap();
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
}

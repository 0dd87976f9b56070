//! An endpoint that misbehaves: before DynamoDB Local, with answers of its own to some calls.

use std::sync::{Arc, Mutex};

use axum::{Router, body::Bytes, extract::State, http::HeaderMap, response::Response};
use reqwest::Client;
use serde_json::Value;
use tokio::{net::TcpListener, sync::Notify};

/// What it does with a call; by its action, such as `GetItem`.
pub type Rule = fn(&str) -> Option<Response>;

/// The endpoint. It lives as long as its test.
pub struct Proxy {
    pub url: String,
    shared: Arc<Shared>,
    /// Told when a call is held.
    pub holds: Arc<Notify>,
    /// To be told when the call may go on.
    pub goes_on: Arc<Notify>,
}

struct Shared {
    behind: String,
    client: Client,
    rule: Rule,
    held: Option<&'static str>,
    holds: Arc<Notify>,
    goes_on: Arc<Notify>,
    calls: Mutex<Vec<(String, Value)>>,
}

impl Shared {
    fn note(&self, action: &str, told: Value) {
        let mut calls = self.calls.lock().unwrap();
        calls.push((action.to_owned(), told));
    }
}

impl Proxy {
    /// What it was told by each call of this action.
    pub fn told(&self, action: &str) -> Vec<Value> {
        let calls = self.shared.calls.lock().unwrap();
        let of_action = calls.iter().filter(|(called, _)| called == action);
        of_action.map(|(_, body)| body.clone()).collect()
    }

    /// Answers by the rule, and passes on what it has no answer to.
    pub async fn answering(behind: &str, rule: Rule) -> Self {
        Self::start(behind, rule, None).await
    }

    /// Passes everything on, but holds one action until it is told to go on.
    pub async fn holding(behind: &str, action: &'static str) -> Self {
        Self::start(behind, |_| None, Some(action)).await
    }

    async fn start(behind: &str, rule: Rule, held: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (holds, goes_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let shared = Arc::new(Shared {
            behind: behind.to_owned(),
            client: Client::builder().no_proxy().build().unwrap(),
            rule,
            held,
            holds: Arc::clone(&holds),
            goes_on: Arc::clone(&goes_on),
            calls: Mutex::default(),
        });
        let app = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self {
            url,
            shared,
            holds,
            goes_on,
        }
    }
}

async fn answer(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let target = headers["x-amz-target"].to_str().unwrap();
    let action = target.split_once('.').unwrap().1;
    let told = serde_json::from_slice(&body).unwrap();
    shared.note(action, told);
    if let Some(answer) = (shared.rule)(action) {
        return answer;
    }
    if shared.held == Some(action) {
        shared.holds.notify_one();
        shared.goes_on.notified().await;
    }
    let mut request = shared.client.post(&shared.behind).body(body);
    for name in [
        "authorization",
        "content-type",
        "x-amz-date",
        "x-amz-target",
    ] {
        request = request.header(name, headers[name].clone());
    }
    let response = request.send().await.unwrap();
    let status = response.status();
    let headers = response.headers().clone();
    let mut answer = Response::new(response.bytes().await.unwrap().into());
    *answer.status_mut() = status;
    for name in ["content-type", "x-amz-crc32"] {
        if let Some(value) = headers.get(name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    answer
}

/// An error as AWS tells it.
pub fn error(kind: &str, message: &str) -> Response {
    let body = serde_json::json!({
        "__type": format!("com.amazonaws.dynamodb.v20120810#{kind}"),
        "message": message,
    });
    Response::builder()
        .status(400)
        .header("content-type", "application/x-amz-json-1.0")
        .body(body.to_string().into())
        .unwrap()
}

/// What AWS says to somebody who may not.
pub fn denied(action: &str) -> Response {
    let message = format!("User: arn:aws:iam::1:user/ann is not authorized: dynamodb:{action}");
    error("AccessDeniedException", &message)
}

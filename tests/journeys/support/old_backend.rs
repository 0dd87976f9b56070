//! A status API as it was before entity tags and waiting: it answers at once, always the whole
//! body, and lets a page of another origin read no header of it.

use std::{
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, Instant},
};

use axum::{
    Json, Router,
    extract::{Path, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

use super::{eventually, server::now};

/// What today's backend answered one day for a session that runs.
const CAPTURED: &str = include_str!("../../fixtures/legacy_api_status_processing.json");

/// The backend, until it is dropped. It has one session.
pub struct OldBackend {
    pub origin: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    session: Mutex<Value>,
    asked_at: Mutex<Vec<Instant>>,
    /// Requests that such a backend does not expect.
    strange: Mutex<Vec<String>>,
}

impl OldBackend {
    pub async fn start() -> Self {
        let mut session: Value = serde_json::from_str(CAPTURED).unwrap();
        // It was captured long ago, and runs now.
        let now = written_now();
        session["agents"]["pdfAdapter"]["completedAt"] = json!(now);
        session["agents"]["tradeExtraction"]["startedAt"] = json!(now);
        session["lastUpdated"] = json!(now);
        let shared = Arc::new(Shared {
            session: Mutex::new(session),
            asked_at: Mutex::default(),
            strange: Mutex::default(),
        });
        let router = Router::new()
            .route("/api/workflow/{id}/status", get(status))
            .route("/api/workflow/recent", get(recent))
            .with_state(Arc::clone(&shared))
            .layer(middleware::from_fn_with_state(Arc::clone(&shared), old));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            shared,
            serving: tokio::spawn(async move { axum::serve(listener, router).await.unwrap() }),
        }
    }

    /// The id of its session.
    pub fn session_id(&self) -> String {
        let session = lock(&self.shared.session);
        session["sessionId"].as_str().unwrap().to_owned()
    }

    /// Changes its session.
    pub fn change(&self, change: impl FnOnce(&mut Value)) {
        let mut session = lock(&self.shared.session);
        change(&mut session);
        session["lastUpdated"] = json!(written_now());
    }

    /// How many requests for its session there have been.
    pub fn times_asked(&self) -> usize {
        lock(&self.shared.asked_at).len()
    }

    /// Waits until its session has been asked for so many times after the first `before`; answers
    /// the times between these requests.
    pub async fn gaps(&self, before: usize, count: usize) -> Vec<Duration> {
        for asked in before..before + count {
            eventually(
                async || (self.times_asked() > asked).then_some(()),
                async || format!("request {}", asked + 1),
            )
            .await;
        }
        let asked_at = lock(&self.shared.asked_at);
        let asked_at = asked_at[before..before + count].windows(2);
        asked_at.map(|pair| pair[1] - pair[0]).collect()
    }

    /// The requests that it did not know what to do with.
    pub fn strange_requests(&self) -> Vec<String> {
        lock(&self.shared.strange).clone()
    }
}

impl Drop for OldBackend {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Its idea of an answer to another origin: everybody may read the body. And its idea of headers:
/// none of the newer ones, and no preflight.
async fn old(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let is_strange = request.method() != Method::GET
        || ["if-none-match", "prefer"]
            .iter()
            .any(|name| request.headers().contains_key(*name));
    if is_strange {
        let strange = format!(
            "{} {} {:?}",
            request.method(),
            request.uri(),
            request.headers()
        );
        lock(&shared.strange).push(strange);
    }
    let mut answer = next.run(request).await;
    let anybody = HeaderValue::from_static("*");
    answer
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    answer
}

async fn status(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Response {
    let session = lock(&shared.session).clone();
    if session["sessionId"] != id.as_str() {
        let detail = json!({ "detail": "Not Found" });
        return (StatusCode::NOT_FOUND, Json(detail)).into_response();
    }
    lock(&shared.asked_at).push(Instant::now());
    Json(session).into_response()
}

async fn recent(State(shared): State<Arc<Shared>>) -> Response {
    let session = lock(&shared.session).clone();
    let row = json!({
        "sessionId": session["sessionId"],
        "status": session["overallStatus"],
        "createdAt": session["lastUpdated"],
        "lastUpdated": session["lastUpdated"],
    });
    Json(json!([row])).into_response()
}

/// The time now as the old writers have it.
fn written_now() -> String {
    let now = now().to_string();
    now.replace('Z', "451+00:00")
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

//! A proxy between browser and server that writes down every request, and spoils answers.
//!
//! It hides from the server that a browser opens a page, so that pages come without the answers that
//! it is to write down and spoil, unless it is told otherwise.

use std::{
    io,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{self, Body, Bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::{Server, eventually};

/// A request that has come through.
#[derive(Clone, Debug)]
pub struct Exchange {
    pub at: Instant,
    /// With its query.
    pub path: String,
    pub if_none_match: Option<String>,
    pub prefer: Option<String>,
    /// The answer: when, and with which status. Nothing while it is awaited or where the browser
    /// has given it up.
    pub answered: Option<(Instant, u16)>,
}

/// What the browser gets instead of the server's answer.
#[derive(Clone, Debug)]
pub enum Spoiled {
    /// An error of this status, and what it says in `Retry-After`.
    Error(u16, Option<&'static str>),
    /// 200 with this content type and body.
    Body(&'static str, &'static str),
    /// 200, and a connection that breaks in the middle of the body.
    Broken,
    /// 200, and a body that does not come.
    Endless,
}

/// The proxy, until it is dropped.
pub struct Proxy {
    origin: String,
    shared: Arc<Shared>,
    serving: JoinHandle<()>,
}

struct Shared {
    server: String,
    client: reqwest::Client,
    exchanges: Mutex<Vec<Exchange>>,
    /// What is spoiled: calls whose path has this in it.
    spoiled: Mutex<Option<(&'static str, Spoiled)>>,
    /// May pages bring their first answers along?
    is_bringing: AtomicBool,
    /// Has another release taken the server's place?
    is_released: AtomicBool,
    /// The end of the paths that wait.
    held: watch::Sender<Option<&'static str>>,
}

impl Proxy {
    pub async fn before(server: &Server) -> Self {
        let shared = Arc::new(Shared {
            server: server.origin(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            exchanges: Mutex::default(),
            spoiled: Mutex::default(),
            is_bringing: AtomicBool::new(false),
            is_released: AtomicBool::new(false),
            held: watch::Sender::new(None),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            origin,
            shared,
            serving,
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Spoils every answer of the API from now on.
    pub fn spoil(&self, spoiled: Spoiled) {
        self.spoil_at("", spoiled);
    }

    /// Spoils the calls whose path has this in it.
    pub fn spoil_at(&self, part: &'static str, spoiled: Spoiled) {
        *lock(&self.shared.spoiled) = Some((part, spoiled));
    }

    /// Spoils no more.
    pub fn heal(&self) {
        *lock(&self.shared.spoiled) = None;
    }

    /// From now on pages bring their first answers along, as they do without a proxy.
    pub fn bring_answers(&self) {
        self.shared.is_bringing.store(true, Ordering::SeqCst);
    }

    /// Another release takes the server's place: the files of the one before are gone, and answers
    /// say more than pages of that one know.
    pub fn release(&self) {
        self.shared.is_released.store(true, Ordering::SeqCst);
    }

    /// Holds answers back whose path ends so, until they are let go.
    pub fn hold(&self, path_end: &'static str) {
        self.shared.held.send_replace(Some(path_end));
    }

    pub fn let_go(&self) {
        self.shared.held.send_replace(None);
    }

    /// The requests of the API so far.
    pub fn requests(&self) -> Vec<Exchange> {
        lock(&self.shared.exchanges).clone()
    }

    /// The requests for a session's status so far.
    pub fn status_requests(&self) -> Vec<Exchange> {
        let mut requests = self.requests();
        requests.retain(|request| request.path.ends_with("/status"));
        requests
    }

    /// Waits until the server holds the answer to a request for a session's status; answers all
    /// of these requests so far.
    pub async fn when_waiting(&self) -> Vec<Exchange> {
        let is_waiting = |requests: &Vec<Exchange>| {
            let last = requests.last();
            last.is_some_and(|last| last.prefer.is_some() && last.answered.is_none())
        };
        eventually(
            async || Some(self.status_requests()).filter(is_waiting),
            async || format!("a request waits; {:#?}", self.status_requests()),
        )
        .await
    }

    /// Waits until there have been so many requests for a session's status, and all but waiting
    /// ones are answered; answers them.
    pub async fn after_status_requests(&self, count: usize) -> Vec<Exchange> {
        let are_there = |requests: &Vec<Exchange>| {
            let is_done =
                |request: &Exchange| request.answered.is_some() || request.prefer.is_some();
            requests.len() >= count && requests.iter().all(is_done)
        };
        eventually(
            async || Some(self.status_requests()).filter(are_there),
            async || format!("{count} requests; there are {:#?}", self.status_requests()),
        )
        .await
    }

    /// Looks on for a while; panics if anything is asked of the API.
    pub async fn stays_silent(&self, time: Duration) {
        let before = self.requests().len();
        tokio::time::sleep(time).await;
        let requests = self.requests();
        assert_eq!(requests.len(), before, "{:#?}", &requests[before..]);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn pass(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request
        .uri()
        .path_and_query()
        .map_or_else(String::new, ToString::to_string);
    if !path.starts_with("/api/") {
        let mut held = shared.held.subscribe();
        held.wait_for(|end| end.is_none_or(|end| !path.ends_with(end)))
            .await
            .unwrap();
        if shared.is_released() && path.starts_with("/trade-status-") {
            return StatusCode::NOT_FOUND.into_response();
        }
        return forwarded(&shared, request, &path).await;
    }

    let number = shared.note(&request, &path);
    // An answer that waits may be spoiled by the time it comes.
    let answer = if let Some(spoiled) = shared.spoiled_answer(&path) {
        spoiled
    } else {
        let answer = forwarded(&shared, request, &path).await;
        match shared.spoiled_answer(&path) {
            Some(spoiled) => spoiled,
            None if shared.is_released() => of_another_release(answer).await,
            None => answer,
        }
    };
    lock(&shared.exchanges)[number].answered = Some((Instant::now(), answer.status().as_u16()));
    answer
}

/// The answer with more in it than this release knows.
async fn of_another_release(answer: Response) -> Response {
    let (parts, body) = answer.into_parts();
    let body = body::to_bytes(body, usize::MAX).await.unwrap();
    let mut content: Value = match serde_json::from_slice(&body) {
        Ok(content @ Value::Object(_)) => content,
        _ => return (parts, body).into_response(),
    };
    content["novelty"] = json!({ "of": ["another", "release"] });
    (parts, content.to_string()).into_response()
}

impl Shared {
    fn is_released(&self) -> bool {
        self.is_released.load(Ordering::SeqCst)
    }

    fn spoiled_answer(&self, path: &str) -> Option<Response> {
        let (part, spoiled) = lock(&self.spoiled).clone()?;
        path.contains(part).then(|| spoiled.answer())
    }

    /// Writes a request down, and answers its number.
    fn note(&self, request: &Request, path: &str) -> usize {
        let text = |name: &str| {
            let value = request.headers().get(name)?;
            Some(value.to_str().unwrap().to_owned())
        };
        let exchange = Exchange {
            at: Instant::now(),
            path: path.to_owned(),
            if_none_match: text("if-none-match"),
            prefer: text("prefer"),
            answered: None,
        };
        let mut exchanges = lock(&self.exchanges);
        exchanges.push(exchange);
        exchanges.len() - 1
    }
}

/// The server's answer. Where the server does not answer, the connection breaks here too.
async fn forwarded(shared: &Shared, request: Request, path: &str) -> Response {
    let (parts, _) = request.into_parts();
    let mut headers = parts.headers;
    headers.remove(header::HOST);
    if !shared.is_bringing.load(Ordering::SeqCst) {
        headers.remove("sec-fetch-dest");
    }
    let url = format!("{}{path}", shared.server);
    let request = shared.client.request(parts.method, url).headers(headers);
    let Ok(answer) = request.send().await else {
        return broken();
    };
    let status = answer.status();
    let headers = end_to_end(answer.headers());
    let Ok(body) = answer.bytes().await else {
        return broken();
    };
    (status, headers, body).into_response()
}

/// The headers that are not about one connection.
fn end_to_end(headers: &HeaderMap) -> HeaderMap {
    let mut headers = headers.clone();
    for name in [
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::CONTENT_LENGTH,
    ] {
        headers.remove(name);
    }
    headers
}

/// An answer whose body ends in the middle.
fn broken() -> Response {
    let body = stream::iter([
        Ok(Bytes::from_static(b"{\"sessionId\":")),
        Err(io::Error::from(io::ErrorKind::ConnectionReset)),
    ]);
    Response::new(Body::from_stream(body))
}

impl Spoiled {
    fn answer(self) -> Response {
        let (status, retry_after, content_type, body) = match self {
            Self::Error(status, retry_after) => {
                (status, retry_after, "application/problem+json", "{}")
            }
            Self::Body(content_type, body) => (200, None, content_type, body),
            Self::Broken => return broken(),
            Self::Endless => {
                return Response::new(Body::from_stream(stream::pending::<io::Result<Bytes>>()));
            }
        };
        let mut answer = Response::new(Body::from(body));
        *answer.status_mut() = status.try_into().unwrap();
        let headers = answer.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        if let Some(retry_after) = retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static(retry_after));
        }
        answer
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}

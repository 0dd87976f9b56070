//! Typed calls of the status API. An answer is parsed here, once; what can go wrong is a
//! [`FetchError`] that says which of the four ways it went.

use std::sync::Arc;

use gloo_net::http::{Method, Request, RequestBuilder, Response};
use portal_model::{
    list_query::next_cursor,
    poll::Failure,
    retry_after::{RetryAfter, http_date},
};
use serde_json::Value;
use status_model::{Seconds, Timestamp};
use web_sys::AbortSignal;

use crate::{browser::clock, start};

/// Calls the status API.
#[derive(Clone, Debug)]
pub struct Client {
    origin: Arc<str>,
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub struct Ask {
    /// The path with its query.
    pub path: String,
    /// The tag of the answer that is already there.
    pub etag: Option<String>,
    /// How many seconds the server may hold the answer until something changes.
    pub wait: Option<u8>,
}

/// What is answered.
#[derive(Debug)]
pub struct Answer {
    /// The body's text; nothing where it is the one that is already there.
    pub body: Option<String>,
    /// The tag to ask with next time.
    pub etag: Option<String>,
    /// The cursor of the page after this one, if there is one.
    pub next: Option<String>,
    /// Did the server apply the wait?
    pub waited: bool,
    /// The server's time when it answered, to the second.
    pub server_time: Option<Timestamp>,
    /// The viewer's time when it was asked.
    pub sent_at: Timestamp,
    /// The viewer's time when the answer was there.
    pub received_at: Timestamp,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum FetchError {
    /// Nobody answered.
    Unreachable,
    /// The server answered that it will not or can't.
    Http {
        /// The HTTP status.
        status: u16,
        /// When to ask again at the earliest.
        retry_after: Option<Seconds>,
    },
    /// Something answered that is not the status API, or an answer that was cut.
    Unreadable(String),
    /// The portal itself gave up the question.
    Aborted,
}

impl Client {
    /// Calls the API at this origin; an empty one is the portal's own.
    #[must_use]
    pub fn new(origin: String) -> Self {
        Self {
            origin: origin.into(),
        }
    }

    /// The address of a path of the API.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Asks and reads the answer.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn get(&self, ask: &Ask, signal: &AbortSignal) -> Result<Answer, FetchError> {
        let url = self.url(&ask.path);
        let first = match ask.etag {
            None => start::take_first_answer(&url).await,
            Some(_) => None,
        };
        if let Some(first) = first {
            let response = Response::from(first.response);
            let mut answer = answer(&response, first.sent_at, first.received_at)?;
            answer.body = Some(first.body);
            return Ok(answer);
        }
        let sent_at = clock::now();
        let response = send(&url, ask, signal).await?;
        let mut answer = answer(&response, sent_at, clock::now())?;
        if response.status() == OK {
            answer.body = Some(response.text().await.map_err(|_| gone(signal))?);
            answer.received_at = clock::now();
        }
        Ok(answer)
    }
}

/// What is changed.
#[derive(Clone, Debug)]
pub struct Change {
    /// How.
    pub method: Method,
    /// The path.
    pub path: String,
    /// What with, as JSON.
    pub body: Option<String>,
}

impl Client {
    /// Changes something, and reads what comes of it.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn change(&self, change: Change) -> Result<String, FetchError> {
        let Change { method, path, body } = change;
        let request = RequestBuilder::new(&self.url(&path)).method(method);
        let request = match body {
            Some(body) => request
                .header("Content-Type", "application/json")
                .body(body),
            None => request.build(),
        };
        let response = match request {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        };
        let response = response.map_err(|_| FetchError::Unreachable)?;
        let now = clock::now();
        if !response.ok() {
            answer(&response, now, now)?;
        }
        response.text().await.map_err(|_| FetchError::Unreachable)
    }
}

impl From<&FetchError> for Failure {
    fn from(error: &FetchError) -> Self {
        match error {
            FetchError::Http {
                status,
                retry_after,
            } => Self::Http {
                status: *status,
                retry_after: *retry_after,
            },
            FetchError::Unreadable(_) => Self::Unreadable,
            FetchError::Unreachable | FetchError::Aborted => Self::Unreachable,
        }
    }
}

async fn send(url: &str, ask: &Ask, signal: &AbortSignal) -> Result<Response, FetchError> {
    let mut request = Request::get(url)
        .header("Accept", "application/json")
        .abort_signal(Some(signal));
    if let Some(etag) = &ask.etag {
        request = request.header("If-None-Match", etag);
    }
    if let Some(seconds) = ask.wait {
        request = request.header("Prefer", &format!("wait={seconds}"));
    }
    request.send().await.map_err(|_| gone(signal))
}

const OK: u16 = 200;
const NOT_MODIFIED: u16 = 304;

/// An answer without its body, unless it is a failure.
fn answer(
    response: &Response,
    sent_at: Timestamp,
    received_at: Timestamp,
) -> Result<Answer, FetchError> {
    let headers = response.headers();
    let server_time = headers.get("Date").and_then(|date| http_date(&date));
    match response.status() {
        OK | NOT_MODIFIED => Ok(Answer {
            body: None,
            etag: headers.get("ETag"),
            next: headers.get("Link").and_then(|link| next_cursor(&link)),
            waited: headers.get("Preference-Applied").is_some(),
            server_time,
            sent_at,
            received_at,
        }),
        status => {
            let retry_after = headers
                .get("Retry-After")
                .and_then(|value| RetryAfter::parse(&value))
                .map(|retry_after| retry_after.delay(server_time.unwrap_or(received_at)));
            Err(FetchError::Http {
                status,
                retry_after,
            })
        }
    }
}

fn gone(signal: &AbortSignal) -> FetchError {
    if signal.aborted() {
        FetchError::Aborted
    } else {
        FetchError::Unreachable
    }
}

/// The JSON in an answer's body.
///
/// # Errors
/// [`FetchError::Unreadable`] with what stands there instead.
pub fn json(body: &str) -> Result<Value, FetchError> {
    serde_json::from_str(body).map_err(|_| {
        FetchError::Unreadable(if body.trim_start().starts_with('<') {
            "a web page came instead of data".to_owned()
        } else {
            "the answer was cut or is not JSON".to_owned()
        })
    })
}

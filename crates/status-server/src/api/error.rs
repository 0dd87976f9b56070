//! What goes wrong, and what the client reads of it.

use std::{fmt::Display, sync::Arc, time::Duration};

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use status_model::{
    agent::UnknownAgent,
    api::Problem,
    change::{InvalidChange, Refusal},
    identity::InvalidSessionId,
};
use status_store::{StoreError, UpdateError};

use super::Denied;
use crate::portal::PortalError;

/// Why a call is not answered with what it asked for. Its text is for the log; what the client
/// reads is its [`problem`](ApiError::problem).
#[derive(Clone, Debug, thiserror::Error)]
pub enum ApiError {
    /// The id in the path is none.
    #[error("invalid session id in the path: {0}")]
    SessionId(InvalidSessionId),
    /// The path is not UTF-8 once decoded.
    #[error("the path is not UTF-8")]
    PathEncoding,
    /// The agent in the path is none.
    #[error("unknown agent in the path")]
    Agent(UnknownAgent),
    /// There is no such session, or it has expired.
    #[error("no such session")]
    UnknownSession,
    /// There is no such call.
    #[error("no such call")]
    UnknownCall,
    /// The portal has no such file.
    #[error("no such file")]
    UnknownFile,
    /// The call exists with another method.
    #[error("method not allowed")]
    Method,
    /// A query parameter is unknown, there twice or not what it should be.
    #[error("query parameter {name}: {reason}")]
    Query {
        /// Which parameter.
        name: String,
        /// What is wrong with it and what would be right.
        reason: String,
    },
    /// The body is too large.
    #[error("the body is larger than {0} bytes")]
    BodyTooLarge(usize),
    /// The body did not arrive in time.
    #[error("the body did not arrive within {0:?}")]
    BodyTooSlow(Duration),
    /// The body did not arrive whole.
    #[error("the body did not arrive: {0}")]
    BodyIncomplete(String),
    /// The body is not declared to be JSON.
    #[error("the content type is not JSON")]
    ContentType,
    /// The body is not JSON.
    #[error("the body is not JSON: line {line}, column {column}")]
    Syntax {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// The body is JSON and not what the call takes.
    #[error("the body does not fit: {0}")]
    Shape(String),
    /// The body has a value that may not be written.
    #[error("the body does not fit: {0}")]
    Value(InvalidChange),
    /// The change contradicts what stands.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// The store can't answer.
    #[error("{0}")]
    Store(Arc<StoreError>),
    /// The answer has no end that HTTP/1.0 could tell.
    #[error("a list was asked for in HTTP/1.0")]
    HttpVersion,
    /// The request came under a name that this server is not called by.
    #[error("called by the name {0:?}")]
    Host(String),
    /// The caller may not have it.
    #[error("{0}")]
    Denied(#[from] Denied),
    /// This server runs no documents.
    #[error("this server runs no documents")]
    NotOrchestrating,
    /// As many documents are under way as there are places.
    #[error("all places for documents are taken")]
    Busy,
    /// The document's session stands already and is another's, or can't be gone on with.
    #[error("not run: {0}")]
    Invocation(String),
    /// As many connections are open as may be.
    #[error("all connections are taken")]
    Crowded,
    /// The server is ending.
    #[error("the server is ending")]
    Closing,
    /// A defect.
    #[error("panic: {0}")]
    Panic(String),
}

impl From<UpdateError> for ApiError {
    fn from(error: UpdateError) -> Self {
        match error {
            UpdateError::Refused(Refusal::UnknownSession) => Self::UnknownSession,
            UpdateError::Refused(refusal) => Self::Refused(refusal),
            UpdateError::Store(error) => Self::Store(Arc::new(error)),
        }
    }
}

impl From<PortalError> for ApiError {
    fn from(error: PortalError) -> Self {
        match error {
            PortalError::UnknownFile => Self::UnknownFile,
            PortalError::Method => Self::Method,
        }
    }
}

/// A status, the title of its kind of problem, and what it means here.
type Words = (StatusCode, &'static str, String);

impl ApiError {
    /// What the client reads. Nothing of the inside is in it.
    #[must_use]
    pub fn problem(&self, correlation_id: String) -> Problem {
        let (status, title, detail) = self.words();
        Problem {
            status: status.as_u16(),
            title: title.to_owned(),
            detail,
            correlation_id,
        }
    }

    /// The answer's status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.words().0
    }

    /// After how many seconds it is worth trying again, where it may be.
    #[must_use]
    pub fn retry_after(&self) -> Option<HeaderValue> {
        let seconds = match self {
            Self::Store(error) => match **error {
                StoreError::Unavailable(_) => "2",
                StoreError::MissingTable(_) => "30",
                StoreError::MissingIndex { .. }
                | StoreError::TooLarge(_)
                | StoreError::Refused(_) => return None,
            },
            // Connections come and go all the time.
            Self::Crowded => "2",
            Self::Denied(denied) => return denied.retry_after(),
            Self::Closing => "5",
            // A workflow takes some three minutes: of many, one soon ends.
            Self::Busy => "10",
            _ => return None,
        };
        Some(HeaderValue::from_static(seconds))
    }

    fn words(&self) -> Words {
        use StatusCode as S;
        let invalid = |what: &dyn Display| {
            (
                S::BAD_REQUEST,
                "The request body does not fit",
                format!("{what}."),
            )
        };
        match self {
            Self::SessionId(reason) => (
                S::BAD_REQUEST,
                "Not a session id",
                format!("{}. Check the id in the address.", capitalized(reason)),
            ),
            Self::PathEncoding => (
                S::BAD_REQUEST,
                "Not an address",
                "The address is not UTF-8 once it is percent-decoded.".to_owned(),
            ),
            Self::Agent(reason) => (
                S::NOT_FOUND,
                "No such agent",
                format!("{}.", capitalized(reason)),
            ),
            Self::UnknownSession => (
                S::NOT_FOUND,
                "No such session",
                "There is no session with this id, or it has expired. Check the id; a session \
                 that is just being started appears in a moment."
                    .to_owned(),
            ),
            Self::UnknownCall => (
                S::NOT_FOUND,
                "No such call",
                "The API has no such address. GET /api/openapi.json describes those that it has."
                    .to_owned(),
            ),
            Self::UnknownFile => (
                S::NOT_FOUND,
                "No such file",
                "The portal has no such file; it may be of an older version. Reload the page."
                    .to_owned(),
            ),
            Self::Method => (
                S::METHOD_NOT_ALLOWED,
                "Method not allowed",
                "This address does not take this method; the Allow header names those that it \
                 takes."
                    .to_owned(),
            ),
            Self::Query { name, reason } => (
                S::BAD_REQUEST,
                "Invalid query parameter",
                format!("Parameter {name}: {reason}."),
            ),
            Self::BodyTooLarge(limit) => (
                S::PAYLOAD_TOO_LARGE,
                "The request body is too large",
                format!("The body may have at most {limit} bytes. Shorten its texts."),
            ),
            Self::BodyTooSlow(limit) => too_slow(*limit),
            Self::BodyIncomplete(_) => (
                S::BAD_REQUEST,
                "The request body did not arrive",
                "The body ended before it was whole. Send it again.".to_owned(),
            ),
            Self::ContentType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "The request body has to be JSON",
                "Send the header Content-Type: application/json.".to_owned(),
            ),
            Self::Syntax { line, column } => (
                S::BAD_REQUEST,
                "The request body is not JSON",
                format!("It stops being JSON at line {line}, column {column}."),
            ),
            Self::Shape(reason) => invalid(reason),
            Self::Value(reason) => invalid(reason),
            Self::Refused(refusal) => refusal_words(*refusal),
            Self::Store(error) => store_words(error),
            Self::HttpVersion => old_http(),
            Self::Host(_) => (
                S::MISDIRECTED_REQUEST,
                "Not called by this name",
                "This server answers under localhost and loopback addresses, and under the names \
                 that --allow-host gave it at its start. Call it by one of them."
                    .to_owned(),
            ),
            Self::Denied(denied) => denied.words(),
            Self::NotOrchestrating => not_orchestrating(),
            Self::Busy => busy(),
            Self::Invocation(reason) => not_run(reason),
            Self::Crowded => crowded(),
            Self::Closing => closing(),
            Self::Panic(_) => internal(),
        }
    }
}

fn refusal_words(refusal: Refusal) -> Words {
    let (status, title) = match refusal {
        Refusal::NotAsSeen => (
            StatusCode::PRECONDITION_FAILED,
            "The session has changed meanwhile",
        ),
        _ => (StatusCode::CONFLICT, "The change contradicts what stands"),
    };
    let detail = format!("{}. Nothing was changed.", capitalized(&refusal));
    (status, title, detail)
}

fn store_words(error: &StoreError) -> Words {
    match error {
        StoreError::Unavailable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The store can't be reached",
            "Sessions can't be read or written at the moment; nothing is lost. Try again as \
             Retry-After says."
                .to_owned(),
        ),
        StoreError::MissingTable(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The store is not set up",
            "The place where sessions are kept does not exist. Whoever runs this server finds \
             the reason in its log."
                .to_owned(),
        ),
        StoreError::MissingIndex { remedy } => (
            StatusCode::NOT_IMPLEMENTED,
            "The store lacks an index",
            format!("This call needs an index that is not there. Add it with: {remedy}"),
        ),
        StoreError::TooLarge(_) => (
            StatusCode::PAYLOAD_TOO_LARGE,
            "The session would be too large",
            "The store takes sessions of up to 400 KB, with ids of up to 1,024 bytes each. \
             Shorten this report's texts, attempts and steps. Nothing was changed."
                .to_owned(),
        ),
        StoreError::Refused(_) => internal(),
    }
}

fn too_slow(limit: Duration) -> Words {
    (
        StatusCode::REQUEST_TIMEOUT,
        "The request body took too long",
        format!(
            "The body has {} seconds to arrive. Send it again, all of it at once.",
            limit.as_secs()
        ),
    )
}

fn crowded() -> Words {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "All connections are taken",
        "As many clients are connected as may be. Try again as Retry-After says.".to_owned(),
    )
}

fn closing() -> Words {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "The server is ending",
        "It takes no more requests. Try again once it is back.".to_owned(),
    )
}

fn not_orchestrating() -> Words {
    (
        StatusCode::NOT_IMPLEMENTED,
        "This server runs no documents",
        "It shows sessions only. Start it with --orchestrate and --agents, or run documents with \
         trade-status run."
            .to_owned(),
    )
}

fn busy() -> Words {
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "As many documents are under way as may be",
        "This one was not taken. Send it again as Retry-After says.".to_owned(),
    )
}

fn not_run(reason: &str) -> Words {
    (
        StatusCode::CONFLICT,
        "The document was not run",
        format!(
            "{}. To run the document again, give it a new sessionId.",
            capitalized(&reason)
        ),
    )
}

fn old_http() -> Words {
    (
        StatusCode::HTTP_VERSION_NOT_SUPPORTED,
        "HTTP/1.1 is needed",
        "In HTTP/1.0 a list that breaks off looks like one that has ended. Ask in HTTP/1.1; a \
         proxy in between needs it too (nginx: proxy_http_version 1.1)."
            .to_owned(),
    )
}

fn internal() -> Words {
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "Something is wrong in the server",
        "Trying again is unlikely to help. Tell whoever runs this server the correlationId: the \
         log has the reason under it."
            .to_owned(),
    )
}

/// With its first letter large, as a sentence begins.
fn capitalized(text: &dyn Display) -> String {
    let text = text.to_string();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => text,
    }
}

impl IntoResponse for ApiError {
    /// An empty answer that carries the error to the [edge](super::edge), which knows the
    /// request's correlation id and writes the problem.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        if let Some(seconds) = self.retry_after() {
            response.headers_mut().insert(header::RETRY_AFTER, seconds);
        }
        if let Self::Denied(denied) = &self {
            denied.put_headers(response.headers_mut());
        }
        response.extensions_mut().insert(self);
        response
    }
}

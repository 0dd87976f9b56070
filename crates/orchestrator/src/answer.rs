//! Any agent's answer to what it means. Pure, and tolerant: the agents do not agree on names.
//! `docs/agents.md` has the table of forms.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `fields` | an answer's fields, under any of their names |
//! | `usage` | what an agent used, in any of the forms in use |
//! | `events` | a stream of events to the one answer in it |
//!
//! The time that an agent says it took (`processing_time_ms`) is read for the log alone. What is
//! recorded are the orchestrator's own times, from which a try's duration follows: only they
//! contain what the document really waited, and only they fit the timeline.

mod events;
mod fields;
mod usage;

use std::time::Duration;

use serde_json::{Map, Value};
use status_model::{MatchClassification, Seconds, TokenUsage};

use fields::Fields;

/// So many characters of an unexpected answer are kept.
const EXCERPT: usize = 500;
/// So many characters of an agent's own error text are kept; tables have limits.
const LONGEST_ERROR: usize = 4_000;

/// What came of one try.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// How it went.
    pub result: Result<Success, Failure>,
    /// What it used; nothing means not reported.
    pub token_usage: Option<TokenUsage>,
    /// How long the agent says it worked.
    pub processing_time: Option<Seconds>,
    /// Does the agent say that it only plays?
    pub simulated: bool,
}

/// What an agent that did its work hands on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Success {
    /// How the match was judged; [`MatchClassification::Other`] where the word is unknown.
    pub match_classification: Option<MatchClassification>,
    /// How sure the match is, 0 to 100.
    pub confidence_score: Option<f64>,
    /// Where the agent's output lies.
    pub canonical_output_location: Option<String>,
    /// The trade that was found in the document.
    pub trade_id: Option<String>,
}

/// Why a try failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// What decides whether to try again.
    pub cause: Cause,
    /// The text, as in `HTTP 429: too many tokens`.
    pub error: String,
    /// The kind, as in `ThrottlingException`: the agent's own word where it has one.
    pub error_type: String,
}

/// The causes of failure that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// No answer in time.
    Timeout,
    /// No connection, or one that broke off.
    Connection,
    /// An HTTP status other than 2xx.
    Status {
        /// The status.
        code: u16,
        /// What the `Retry-After` header asks for.
        retry_after: Option<Duration>,
    },
    /// The agent says that it failed.
    Reported,
    /// The answer can't be read.
    Unreadable,
    /// The request was not sent, since it could not be signed.
    Unsigned,
}

impl Answer {
    /// A try that failed without an answer.
    #[must_use]
    pub fn failed(cause: Cause, error: String, error_type: &str) -> Self {
        Self {
            result: Err(Failure {
                cause,
                error,
                error_type: error_type.to_owned(),
            }),
            token_usage: None,
            processing_time: None,
            simulated: false,
        }
    }
}

/// An HTTP answer, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reply<'a> {
    /// The HTTP status.
    pub code: u16,
    /// What the `Retry-After` header asks for.
    pub retry_after: Option<Duration>,
    /// The kind of error that a header names, as AWS's services do.
    pub error_type: Option<&'a str>,
    /// Is the body a stream of events (`text/event-stream`)?
    pub is_event_stream: bool,
    /// The body.
    pub body: &'a [u8],
}

/// What an HTTP answer means.
#[must_use]
pub fn read(reply: &Reply<'_>) -> Answer {
    let object = object(reply);
    let fields = Fields::of(object.as_ref());
    let result = match (&object, (200..300).contains(&reply.code)) {
        (_, false) => Err(refused(reply, fields)),
        (None, true) => Err(unreadable(reply)),
        (Some(_), true) if fields.success() => Ok(fields.handed_on()),
        (Some(_), true) => Err(reported(fields)),
    };
    Answer {
        result,
        token_usage: usage::of(fields),
        processing_time: fields
            .number(&["processing_time_ms", "processingTimeMs"])
            .and_then(|millis| Seconds::from_secs_f64(millis / 1000.0)),
        simulated: fields.get(&["simulated"]) == Some(&Value::Bool(true)),
    }
}

/// The body as an object. Some runtimes wrap their JSON into a JSON string.
fn object(reply: &Reply<'_>) -> Option<Map<String, Value>> {
    if reply.is_event_stream {
        return events::answer(&String::from_utf8_lossy(reply.body));
    }
    unwrapped(serde_json::from_slice(reply.body).ok()?)
}

fn unwrapped(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(object) => Some(object),
        Value::String(text) => serde_json::from_str(&text).ok(),
        _ => None,
    }
}

fn refused(reply: &Reply<'_>, fields: Fields<'_>) -> Failure {
    let &Reply {
        code, retry_after, ..
    } = reply;
    let body = String::from_utf8_lossy(reply.body);
    let error = match excerpt(fields.error().unwrap_or(&body), EXCERPT).as_str() {
        "" => format!("HTTP {code}"),
        page if is_page(page) => a_page(code, page),
        text => format!("HTTP {code}: {text}"),
    };
    let named = reply.error_type.or_else(|| fields.error_type());
    Failure {
        cause: Cause::Status { code, retry_after },
        error,
        error_type: named.unwrap_or(kind_of_status(code)).to_owned(),
    }
}

fn unreadable(reply: &Reply<'_>) -> Failure {
    let code = reply.code;
    let body = excerpt(&String::from_utf8_lossy(reply.body), EXCERPT);
    Failure {
        cause: Cause::Unreadable,
        error: if is_page(&body) {
            a_page(code, &body)
        } else {
            format!("HTTP {code} with an unreadable answer: {body}")
        },
        error_type: "UnreadableAnswer".to_owned(),
    }
}

fn reported(fields: Fields<'_>) -> Failure {
    let error = fields.error();
    let error = error.unwrap_or("The agent failed and gave no reason.");
    Failure {
        cause: Cause::Reported,
        error: excerpt(error, LONGEST_ERROR),
        error_type: fields.error_type().unwrap_or("AgentError").to_owned(),
    }
}

/// HTML, whatever it is declared as.
fn is_page(body: &str) -> bool {
    let start = body.trim_start_matches('\u{feff}').trim_start();
    ["<!doctype", "<html", "<head", "<body", "<title"]
        .iter()
        .any(|tag| {
            start
                .get(..tag.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(tag))
        })
}

fn a_page(code: u16, page: &str) -> String {
    format!(
        "HTTP {code} with a web page instead of JSON; check the agent's address and whether a \
         proxy or a sign-in page answers in its place: {page}"
    )
}

const fn kind_of_status(code: u16) -> &'static str {
    match code {
        429 => "Throttled",
        500.. => "ServerError",
        400.. => "ClientError",
        _ => "UnexpectedStatus",
    }
}

/// The first characters of a text; that there were more is shown.
fn excerpt(text: &str, longest: usize) -> String {
    let text = text.trim();
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

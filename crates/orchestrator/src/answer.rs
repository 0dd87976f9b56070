//! Any agent's answer to what it means. Pure, and tolerant: the agents do not agree on names.
//!
//! The time that an agent says it took (`processing_time_ms`) is read for the log alone. What is
//! recorded are the orchestrator's own times, from which a try's duration follows: only they
//! contain what the document really waited, and only they fit the timeline.

use std::time::Duration;

use serde_json::{Map, Value};
use status_model::{MatchClassification, Seconds, TokenUsage};

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

/// What an HTTP answer means. `retry_after` is the header of that name.
#[must_use]
pub fn read(code: u16, retry_after: Option<Duration>, body: &[u8]) -> Answer {
    let object = object(body);
    let fields = Fields(object.as_ref());
    let result = match (&object, (200..300).contains(&code)) {
        (_, false) => Err(Failure {
            cause: Cause::Status { code, retry_after },
            error: http_error(code, fields.error(), body),
            error_type: fields
                .error_type()
                .unwrap_or(kind_of_status(code))
                .to_owned(),
        }),
        (None, true) => Err(Failure {
            cause: Cause::Unreadable,
            error: format!(
                "HTTP {code} with an unreadable answer: {}",
                excerpt(&String::from_utf8_lossy(body), EXCERPT)
            ),
            error_type: "UnreadableAnswer".to_owned(),
        }),
        (Some(_), true) if fields.success() => Ok(fields.handed_on()),
        (Some(_), true) => Err(Failure {
            cause: Cause::Reported,
            error: excerpt(
                fields
                    .error()
                    .unwrap_or("The agent failed and gave no reason."),
                LONGEST_ERROR,
            ),
            error_type: fields.error_type().unwrap_or("AgentError").to_owned(),
        }),
    };
    Answer {
        result,
        token_usage: fields.token_usage(),
        processing_time: fields
            .number(&["processing_time_ms", "processingTimeMs"])
            .and_then(|millis| Seconds::from_secs_f64(millis / 1000.0)),
        simulated: fields.get(&["simulated"]) == Some(&Value::Bool(true)),
    }
}

/// The body as an object. Some runtimes wrap their JSON into a JSON string.
fn object(body: &[u8]) -> Option<Map<String, Value>> {
    match serde_json::from_slice(body).ok()? {
        Value::Object(object) => Some(object),
        Value::String(text) => serde_json::from_str(&text).ok(),
        _ => None,
    }
}

fn http_error(code: u16, error: Option<&str>, body: &[u8]) -> String {
    let body = String::from_utf8_lossy(body);
    match excerpt(error.unwrap_or(&body), EXCERPT).as_str() {
        "" => format!("HTTP {code}"),
        text => format!("HTTP {code}: {text}"),
    }
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

/// An answer's fields, under any of their names.
#[derive(Clone, Copy)]
struct Fields<'a>(Option<&'a Map<String, Value>>);

impl<'a> Fields<'a> {
    fn get(self, names: &[&str]) -> Option<&'a Value> {
        let object = self.0?;
        let mut values = names.iter().filter_map(|name| object.get(*name));
        values.find(|value| !value.is_null())
    }

    fn text(self, names: &[&str]) -> Option<&'a str> {
        let text = self.get(names)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// A number, also one that is written as a text.
    fn number(self, names: &[&str]) -> Option<f64> {
        match self.get(names)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
        .filter(|number| number.is_finite())
    }

    /// A count: a number without a sign or a fraction.
    fn count(self, names: &[&str]) -> Option<u64> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let number = self.number(names)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range is checked"
        )]
        let count = number as u64;
        ((0.0..=EXACT).contains(&number) && number.fract() == 0.0).then_some(count)
    }

    /// An agent that does not say is believed by whether it names an error.
    fn success(self) -> bool {
        match self.get(&["success"]) {
            Some(Value::Bool(success)) => *success,
            Some(Value::String(word)) => word.eq_ignore_ascii_case("true"),
            _ => self.text(&Self::ERROR).is_none(),
        }
    }

    const ERROR: [&'static str; 3] = ["error", "error_message", "errorMessage"];

    fn error(self) -> Option<&'a str> {
        self.text(&Self::ERROR)
            .or_else(|| self.text(&["message", "Message"]))
    }

    fn error_type(self) -> Option<&'a str> {
        self.text(&["error_type", "errorType"])
    }

    /// The parts, or one part and the total. A total alone does not tell what was read and what
    /// was written, and so nothing is known.
    fn token_usage(self) -> Option<TokenUsage> {
        let usage = Fields(self.get(&["token_usage", "tokenUsage"])?.as_object());
        let input = usage.count(&["input_tokens", "inputTokens"]);
        let output = usage.count(&["output_tokens", "outputTokens"]);
        let total = usage.count(&["total_tokens", "totalTokens"]);
        let rest = |part: u64| total?.checked_sub(part);
        let (input, output) = match (input, output) {
            (Some(input), Some(output)) => (input, output),
            (Some(input), None) => (input, rest(input)?),
            (None, Some(output)) => (rest(output)?, output),
            (None, None) => return None,
        };
        Some(TokenUsage { input, output })
    }

    fn handed_on(self) -> Success {
        let owned = |names: &[&str]| self.text(names).map(str::to_owned);
        Success {
            match_classification: self
                .text(&["match_classification", "matchClassification"])
                .map(|word| {
                    MatchClassification::from(word.to_uppercase().replace([' ', '-'], "_"))
                }),
            confidence_score: self
                .number(&["confidence_score", "confidenceScore"])
                .filter(|score| (0.0..=100.0).contains(score)),
            canonical_output_location: owned(&[
                "canonical_output_location",
                "canonicalOutputLocation",
            ]),
            trade_id: owned(&["trade_id", "tradeId"]),
        }
    }
}

//! What a person can do about a failure or a match that is none, in one or two sentences. Nothing
//! is advised that the system can't do, and where nothing is known that is said.

use status_model::{Agent, AgentName, AgentStatus, MatchClassification, Run, Session};

/// Why a try failed, as far as its record tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Too many requests at that time.
    Throttled,
    /// No answer in time.
    Timeout,
    /// The agent or what it needs was down or out of reach.
    Unavailable,
    /// Something refused access.
    Denied,
    /// Something was not where it was looked for.
    Missing,
    /// The agent could not work with what it was given.
    Rejected,
    /// Nothing that is known here.
    Unknown,
}

/// Words in an error's kind, then in its text, that give its cause away. The first one counts.
const WORDS: [(&str, Cause); 18] = [
    ("throttl", Cause::Throttled),
    ("too many requests", Cause::Throttled),
    ("toomanyrequests", Cause::Throttled),
    ("timeout", Cause::Timeout),
    ("timed out", Cause::Timeout),
    ("accessdenied", Cause::Denied),
    ("access denied", Cause::Denied),
    ("unauthorized", Cause::Denied),
    ("forbidden", Cause::Denied),
    ("expiredtoken", Cause::Denied),
    ("nosuch", Cause::Missing),
    ("notfound", Cause::Missing),
    ("unavailable", Cause::Unavailable),
    ("servererror", Cause::Unavailable),
    ("connectionerror", Cause::Unavailable),
    ("validation", Cause::Rejected),
    ("unsupported", Cause::Rejected),
    ("corrupt", Cause::Rejected),
];

impl Cause {
    /// From the HTTP status in the error's text, else its kind, else the text's words.
    #[must_use]
    pub fn of(kind: Option<&str>, message: Option<&str>) -> Self {
        let message = message.unwrap_or_default();
        let from_status = http_status(message).and_then(Self::of_status);
        from_status
            .or_else(|| Self::of_words(kind?))
            .or_else(|| Self::of_words(message))
            .unwrap_or(Self::Unknown)
    }

    const fn of_status(status: u16) -> Option<Self> {
        Some(match status {
            429 => Self::Throttled,
            408 | 504 => Self::Timeout,
            401 | 403 => Self::Denied,
            404 | 410 => Self::Missing,
            400 | 413 | 415 | 422 => Self::Rejected,
            500..=599 => Self::Unavailable,
            _ => return None,
        })
    }

    fn of_words(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let word = WORDS.iter().find(|(word, _)| text.contains(word));
        word.map(|(_, cause)| *cause)
    }
}

/// The status in a text such as `HTTP 429: throttled`.
fn http_status(message: &str) -> Option<u16> {
    message.split_once("HTTP ")?.1.get(..3)?.parse().ok()
}

/// What is said where nobody knows what helps.
pub const NOTHING_KNOWN: &str =
    "Nothing is known about what helps here: pass this session's link to support.";

/// What to do about an agent, if there is anything to say.
#[must_use]
pub fn on(session: &Session, name: AgentName, agent: &Agent) -> Option<&'static str> {
    let run = &agent.run;
    if run.status == AgentStatus::Error {
        return Some(on_failure(name, run, agent.attempts.len()));
    }
    let is_final = session.overall_status.is_final();
    let last = agent.attempts.iter().rev();
    let mut ended = last.skip_while(|attempt| attempt.status.is_running());
    let has_just_failed = ended.next().is_some_and(|a| a.status == AgentStatus::Error);
    if run.status.is_running() && !is_final && has_just_failed {
        return Some("Nothing to do: it is being tried again by itself.");
    }
    let judged = agent.match_classification.as_ref();
    judged.and_then(|judged| on_match(judged, session))
}

fn on_failure(name: AgentName, run: &Run, tries: usize) -> &'static str {
    let is_reader = name == AgentName::PdfAdapter;
    match Cause::of(run.error_type.as_deref(), run.error.as_deref()) {
        Cause::Throttled if tries > 1 => {
            "The model service was busy each time. Submit the document again later."
        }
        Cause::Throttled => "The model service was busy. Submit the document again later.",
        Cause::Timeout => {
            "The agent did not answer in time. Submit the document again; if that ends the same \
             way, pass this session's link to support."
        }
        Cause::Unavailable => {
            "A service was down or out of reach. Submit the document again later; if that ends \
             the same way, pass this session's link to support."
        }
        Cause::Denied => {
            "The agent was refused access, and submitting again will not change that: pass this \
             session's link to support."
        }
        Cause::Missing if is_reader => {
            "The document was not where the pipeline looked for it. Check that it was uploaded, \
             and submit it again."
        }
        Cause::Missing => {
            "Something that the agent needs was not there: pass this session's link to support."
        }
        Cause::Rejected if is_reader => {
            "The document could not be read. Check that the PDF opens, is whole and has no \
             password, and submit it again."
        }
        Cause::Rejected if name == AgentName::TradeExtraction => {
            "No trade could be read from the document. Check that it is a trade confirmation; if \
             it is, pass this session's link to support."
        }
        Cause::Rejected | Cause::Unknown => NOTHING_KNOWN,
    }
}

fn on_match(judged: &MatchClassification, session: &Session) -> Option<&'static str> {
    let needs_a_person = match judged {
        MatchClassification::ReviewRequired
        | MatchClassification::Break
        | MatchClassification::DataError => true,
        MatchClassification::Matched
        | MatchClassification::ProbableMatch
        | MatchClassification::Other(_) => false,
    };
    let status = &session.agents[AgentName::ExceptionManagement].run.status;
    needs_a_person.then_some(match status {
        AgentStatus::Success => "Exception management has taken it up: see there.",
        AgentStatus::Error => "Exception management ought to take it up and failed: see there.",
        status if status.is_running() => "Exception management is taking it up.",
        AgentStatus::Pending => "Exception management takes it up next.",
        _ => "Exception management has not taken it up: pass this session's link to support.",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_read_from_status_kind_and_words_in_this_order() {
        for (kind, message, cause) in [
            (None, "HTTP 429: slow down", Cause::Throttled),
            (Some("ClientError"), "HTTP 403: no", Cause::Denied),
            (Some("ClientError"), "HTTP 422: not a PDF", Cause::Rejected),
            (
                Some("ServerError"),
                "HTTP 502: bad gateway",
                Cause::Unavailable,
            ),
            (
                Some("ThrottlingException"),
                "Rate exceeded",
                Cause::Throttled,
            ),
            (Some("AccessDeniedException"), "no", Cause::Denied),
            (Some("Timeout"), "Timeout after 300s", Cause::Timeout),
            (None, "Timeout after 300s", Cause::Timeout),
            (None, "S3 NoSuchKey: document missing", Cause::Missing),
            (
                Some("ConnectionError"),
                "it did not answer",
                Cause::Unavailable,
            ),
            (Some("AgentError"), "boom", Cause::Unknown),
            (None, "HTTP 4", Cause::Unknown),
            (None, "HTTP é99", Cause::Unknown),
            (None, "HTTP 418: teapot", Cause::Unknown),
        ] {
            assert_eq!(Cause::of(kind, Some(message)), cause, "{kind:?} {message}");
        }
        assert_eq!(Cause::of(None, None), Cause::Unknown);
    }

    fn failed(error: &str) -> Run {
        Run {
            status: AgentStatus::Error,
            error: Some(error.to_owned()),
            ..Run::default()
        }
    }

    #[test]
    fn the_same_error_means_something_else_at_another_agent() {
        let unreadable = failed("HTTP 422: can't be read");
        let advice = |name| on_failure(name, &unreadable, 1);
        assert!(advice(AgentName::PdfAdapter).contains("Check that the PDF opens"));
        assert!(advice(AgentName::TradeExtraction).contains("a trade confirmation"));
        assert_eq!(advice(AgentName::TradeMatching), NOTHING_KNOWN);
    }

    #[test]
    fn what_nobody_knows_is_said_to_be_so() {
        assert_eq!(
            on_failure(AgentName::PdfAdapter, &failed("boom"), 3),
            NOTHING_KNOWN
        );
    }
}

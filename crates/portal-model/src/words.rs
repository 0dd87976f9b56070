//! The wording of everything that has a state: the one home of these words.

pub mod account;
pub mod wall;

use status_model::{AgentName, AgentStatus, MatchClassification, OverallStatus, Warning};

use crate::{
    find::Invalid,
    list_query::StatusFilter,
    mark::{Mark, State},
};

/// What a value that is not known is called.
pub const NOT_KNOWN: &str = "not known";
/// What token usage is called that an agent did not report.
pub const NOT_REPORTED: &str = "not reported";

/// An agent that runs longer than it nearly ever does.
pub const SLOW: &str = "slower than usual";
/// A session of which an agent does.
pub const LONGER_THAN_USUAL: &str = "longer than usual";

/// That nothing has been heard for long; `last` is when something was.
#[must_use]
pub fn stalled(last: &str) -> String {
    format!(
        "Nothing has been reported since {last}. The session may be stuck: if it does not go on, \
         pass its link to support."
    )
}

/// What stands in a list of all sessions as long as there are none.
pub const NO_SESSIONS: &str =
    "No sessions yet. They appear here as soon as a document enters the pipeline.";

/// Why a list has no rows: nothing starts so, or nothing is there; filters may have a part in it.
#[must_use]
pub fn nothing_found(search: Option<&str>, is_filtered: bool) -> String {
    let mut text = match search {
        Some(search) => format!(
            "No session, document or correlation id starts with “{search}”. Upper and lower case \
             matter."
        ),
        None => "No session is in this list.".to_owned(),
    };
    if is_filtered {
        text += " The filters leave out what does not fit them.";
    }
    text
}

/// What is asked for where another session is to be named.
pub const NOT_A_SESSION: &str = "Paste a whole session id, or a link to a session.";

/// An agent's name for people.
#[must_use]
pub const fn agent(name: AgentName) -> &'static str {
    match name {
        AgentName::PdfAdapter => "PDF adapter",
        AgentName::TradeExtraction => "Trade extraction",
        AgentName::TradeMatching => "Trade matching",
        AgentName::ExceptionManagement => "Exception management",
    }
}

/// An agent's name within a sentence.
#[must_use]
pub const fn agent_within(name: AgentName) -> &'static str {
    match name {
        AgentName::PdfAdapter => "PDF adapter",
        AgentName::TradeExtraction => "trade extraction",
        AgentName::TradeMatching => "trade matching",
        AgentName::ExceptionManagement => "exception management",
    }
}

/// An agent's state. A word that nobody knows is shown as written.
#[must_use]
pub fn agent_state(status: &AgentStatus) -> State {
    let word = match status {
        AgentStatus::Pending => "Waiting",
        AgentStatus::Loading => "Starting",
        AgentStatus::InProgress => "Running",
        AgentStatus::Success => "Done",
        AgentStatus::Error => "Failed",
        AgentStatus::Skipped => "Skipped",
        AgentStatus::Warning => "Ended with a warning",
        AgentStatus::Stopped => "Stopped",
        AgentStatus::Other(word) => word,
    };
    State {
        mark: Mark::from(status),
        word: word.to_owned(),
    }
}

/// A session's state. A word that nobody knows is shown as written.
#[must_use]
pub fn session_state(status: &OverallStatus) -> State {
    let word = match status {
        OverallStatus::Initializing => "Starting",
        OverallStatus::Processing => "Processing",
        OverallStatus::Completed => "Completed",
        OverallStatus::Failed => "Failed",
        OverallStatus::Other(word) => word,
    };
    State {
        mark: Mark::from(status),
        word: word.to_owned(),
    }
}

/// What a waiting agent waits for.
#[must_use]
pub const fn waits_for(name: AgentName) -> &'static str {
    match name {
        AgentName::PdfAdapter => "Waiting to start",
        AgentName::TradeExtraction => "Waiting for the PDF adapter",
        AgentName::TradeMatching => "Waiting for trade extraction",
        AgentName::ExceptionManagement => "Runs only if the match needs review",
    }
}

/// How a match was judged. A word that nobody knows is shown as written.
#[must_use]
pub fn classification(classification: &MatchClassification) -> &str {
    match classification {
        MatchClassification::Matched => "Matched",
        MatchClassification::ProbableMatch => "Probable match",
        MatchClassification::ReviewRequired => "Review required",
        MatchClassification::Break => "Break",
        MatchClassification::DataError => "Data error",
        MatchClassification::Other(word) => word,
    }
}

/// What a reader has to know.
#[must_use]
pub const fn warning(warning: Warning) -> &'static str {
    match warning {
        Warning::AgentFailedInCompletedSession => {
            "The session says completed, and one of its agents failed."
        }
        Warning::AgentUnfinishedInFinalSession => {
            "The session has ended, and one of its agents never reported its end."
        }
        Warning::PartlyUnreadable => {
            "Parts of this session's record could not be read and are shown as not known."
        }
    }
}

/// The status of an answer to somebody whom the server does not know.
pub const UNAUTHORIZED: u16 = 401;

/// A refusal in a few words.
#[must_use]
pub const fn refusal(status: u16) -> &'static str {
    match status {
        400 => "Not a valid request",
        UNAUTHORIZED => "Not signed in",
        _ => "No access",
    }
}

/// The same where data was there before.
#[must_use]
pub const fn later_refusal(status: u16) -> &'static str {
    match status {
        UNAUTHORIZED => "Your sign-in or link has ended",
        status => refusal(status),
    }
}

/// A state that a list is narrowed to.
#[must_use]
pub const fn status_filter(filter: StatusFilter) -> &'static str {
    match filter {
        StatusFilter::Running => "Running",
        StatusFilter::Completed => "Completed",
        StatusFilter::Failed => "Failed",
    }
}

/// Why nothing can be found with what was pasted.
#[must_use]
pub fn not_findable(why: Invalid) -> String {
    match why {
        Invalid::OtherLink => "This link leads to no session.".to_owned(),
        Invalid::Link(why) => format!("This link leads to no session: {why}."),
        Invalid::TooLong => "This is too long for an id.".to_owned(),
    }
}

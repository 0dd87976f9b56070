//! What a page says that has no data: what happened, what it means, what to do.

use status_model::{SessionId, identity::InvalidSessionId};

use crate::{
    clocks::Clocks,
    format,
    mark::Mark,
    poll::{Failure, Fetching, Freshness},
    words,
};

/// All that a page has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The shape above.
    pub mark: Mark,
    /// What happened.
    pub title: String,
    /// What it means and what to do.
    pub text: String,
    /// Can the viewer ask for a look right now?
    pub can_check_again: bool,
    /// Would it help to sign in?
    pub can_sign_in: bool,
}

/// What a page is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One session.
    Session(SessionId),
    /// The list of sessions.
    List,
}

impl Message {
    /// What to say as long as there is no data; nothing while the first answer is awaited.
    #[must_use]
    pub fn new(subject: &Subject, freshness: &Freshness, clocks: Clocks) -> Option<Self> {
        let message = |mark, title: &str, text: String| {
            Some(Self {
                mark,
                title: title.to_owned(),
                text,
                can_check_again: true,
                can_sign_in: false,
            })
        };
        let what = match subject {
            Subject::Session(_) => "session",
            Subject::List => "list of sessions",
        };
        match freshness.fetching {
            Fetching::LookingFor { until, .. } => {
                let left = format::ticking(clocks.until(until));
                let text = format!(
                    "{} It may be about to start, so this page keeps looking for another {left}.",
                    unknown(subject)
                );
                message(Mark::Waiting, "Not there yet", text)
            }
            Fetching::NotFound => {
                let text = format!(
                    "{} Check the id for a typing error. Sessions are kept for 90 days.",
                    unknown(subject)
                );
                message(Mark::Unknown, "No such session", text)
            }
            Fetching::Refused { status } => message(
                Mark::Skipped,
                words::refusal(status),
                refusal_advice(status).to_owned(),
            )
            .map(|message| Self {
                can_sign_in: status == words::UNAUTHORIZED,
                ..message
            }),
            Fetching::Offline { .. } => message(
                Mark::Warning,
                "Offline",
                "This computer has no network. The page goes on by itself when it is back."
                    .to_owned(),
            )
            .map(|message| Self {
                can_check_again: false,
                ..message
            }),
            Fetching::Final | Fetching::Paused => None,
            Fetching::Starting
            | Fetching::Live
            | Fetching::Resuming
            | Fetching::Delayed
            | Fetching::Disconnected { .. } => {
                let next = match freshness.fetching {
                    Fetching::Disconnected {
                        next_try: Some(at), ..
                    } => format!("Next try in {}.", format::ticking(clocks.until(at))),
                    _ => "Trying again.".to_owned(),
                };
                let (title, text) = trouble(freshness.failure?, what);
                message(Mark::Warning, title, format!("{text} {next}"))
            }
        }
    }
}

impl Message {
    /// Why there is no account to show. Nobody asks again but the viewer.
    #[must_use]
    pub fn no_account(failure: Failure) -> Self {
        let (mark, title, text) = match failure {
            Failure::Http {
                status: status @ (400 | 401 | 403),
                ..
            } => {
                let advice = refusal_advice(status).to_owned();
                (Mark::Skipped, words::refusal(status), advice)
            }
            failure => {
                let (title, text) = trouble(failure, "account");
                (Mark::Warning, title, text)
            }
        };
        let status = match failure {
            Failure::Http { status, .. } => status,
            _ => 0,
        };
        Self {
            mark,
            title: title.to_owned(),
            text,
            can_check_again: true,
            can_sign_in: status == words::UNAUTHORIZED,
        }
    }

    /// The address names something that can be no session.
    #[must_use]
    pub fn not_an_id(why: InvalidSessionId) -> Self {
        Self::of_address(
            "Not a session id",
            format!("The address names no session: {why}."),
        )
    }

    /// The portal has nothing at this address.
    #[must_use]
    pub fn no_such_page() -> Self {
        let text = "The portal has no page at this address. A session's page is found by its id.";
        Self::of_address("No such page", text.to_owned())
    }

    /// The comparison's address does not name two sessions.
    #[must_use]
    pub fn nothing_to_compare() -> Self {
        let text = "The address has to name two sessions. A session’s page leads here: its menu has \
                    a box for the other one.";
        Self::of_address("Nothing to compare", text.to_owned())
    }

    /// The address is at fault: asking again would not help.
    fn of_address(title: &str, text: String) -> Self {
        Self {
            mark: Mark::Unknown,
            title: title.to_owned(),
            text,
            can_check_again: false,
            can_sign_in: false,
        }
    }
}

fn unknown(subject: &Subject) -> String {
    match subject {
        Subject::Session(id) => format!("The server knows no session “{id}”."),
        Subject::List => "The server has no list of sessions.".to_owned(),
    }
}

const fn refusal_advice(status: u16) -> &'static str {
    match status {
        400 => "The server takes this address for no valid one. Check it for a typing error.",
        words::UNAUTHORIZED => {
            "This page is for people who are signed in, or who have a link to it that is still good. \
             After signing in you are back here."
        }
        _ => "You may not see this. Ask whoever runs this portal for access.",
    }
}

/// What went wrong, and what it means.
fn trouble(failure: Failure, what: &str) -> (&'static str, String) {
    match failure {
        Failure::Unreachable => (
            "The server can't be reached",
            "It may be restarting, or the network is down.".to_owned(),
        ),
        Failure::TimedOut => (
            "The server does not answer",
            "It took the question and did not answer in time.".to_owned(),
        ),
        Failure::Unreadable => (
            "The answer can't be read",
            format!(
                "Something answered, and it is no {what}. A proxy or a sign-in page may stand between."
            ),
        ),
        failure if failure.is_missing_index() => (
            "This table can't be listed",
            "It lacks an index, which whoever runs it adds with `trade-status table deploy --table \
             TABLE` (and `--key processing_id` where that is its key). Until then, sessions \
             are found by their whole ids."
                .to_owned(),
        ),
        Failure::Http { status: 503, .. } => (
            "The status table can't be reached",
            "The server is up and its table is not.".to_owned(),
        ),
        Failure::Http { status: 429, .. } => (
            "Too many requests",
            "The server asked this page to slow down.".to_owned(),
        ),
        Failure::Http { status: 404, .. } => (
            "Not offered here",
            format!("This server has no {what} at the usual address."),
        ),
        Failure::Http { status, .. } => (
            "The server has a problem",
            format!("It answered with error {status}."),
        ),
    }
}

//! How old the data is, and how loudly that is said.

use status_model::{Seconds, Timestamp};

use crate::{
    clocks::Clocks,
    format,
    freshness_view::Tone,
    poll::{Failure, Fetching, Freshness},
    words,
};

/// Whatever else is said, data of this age is old.
const OLD: Seconds = Seconds::from_secs(60);

/// The age of the data: a line that is always there, and the alarm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgeView {
    /// How it is drawn.
    pub tone: Tone,
    /// As in `as of 12:03:03 UTC · 4 s ago`.
    pub text: String,
    /// What is said so that nobody overlooks it.
    pub alarm: Option<Alarm>,
}

/// Said across the whole wall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// What is the matter.
    pub title: String,
    /// How old the data is, and what happens next.
    pub text: String,
}

pub(super) fn age(freshness: &Freshness, clocks: Clocks) -> AgeView {
    let age = freshness
        .as_of
        .map(|as_of| clocks.viewer.since(as_of).unwrap_or_default());
    let text = match (freshness.as_of, age) {
        (Some(as_of), Some(age)) => {
            let age = format::ticking(age);
            format!("as of {} · {age} ago", clocks.at(as_of))
        }
        _ => words::wall::NO_DATA.to_owned(),
    };
    let (tone, title, next) = match freshness.fetching {
        Fetching::Disconnected { since, next_try } => (
            Tone::Gone,
            Some(disconnected(freshness, since, clocks)),
            next(next_try, clocks),
        ),
        Fetching::Offline { since } => {
            let since = clocks.at(since);
            (
                Tone::Gone,
                Some(format!("No network since {since}")),
                String::new(),
            )
        }
        Fetching::Refused { status } => {
            let title = words::refusal(status).to_owned();
            (Tone::Gone, Some(title), words::wall::ASKS_AGAIN.to_owned())
        }
        Fetching::Delayed => (
            Tone::Late,
            Some(words::wall::DELAYED.to_owned()),
            String::new(),
        ),
        Fetching::Starting | Fetching::Paused => (Tone::Still, None, String::new()),
        Fetching::Live
        | Fetching::Resuming
        | Fetching::LookingFor { .. }
        | Fetching::NotFound
        | Fetching::Final => (Tone::Live, None, String::new()),
    };
    let is_old = age.is_some_and(|age| age >= OLD);
    let title = title.or_else(|| is_old.then(|| words::wall::OLD.to_owned()));
    let tone = match tone {
        Tone::Live | Tone::Still if is_old => Tone::Late,
        tone => tone,
    };
    let data = match age {
        Some(age) => format!("The data is {} old.", format::ticking(age)),
        None => words::wall::NO_DATA.to_owned(),
    };
    AgeView {
        tone,
        text,
        alarm: title.map(|title| Alarm {
            title,
            text: format!("{data} {next}").trim_end().to_owned(),
        }),
    }
}

fn disconnected(freshness: &Freshness, since: Timestamp, clocks: Clocks) -> String {
    if freshness.failure.is_some_and(Failure::is_missing_index) {
        return words::wall::NO_INDEX.to_owned();
    }
    match freshness.as_of {
        Some(_) => format!("Disconnected since {}", clocks.at(since)),
        None => words::wall::UNREACHABLE.to_owned(),
    }
}

fn next(next_try: Option<Timestamp>, clocks: Clocks) -> String {
    match next_try {
        Some(at) => format!("Next try in {}.", format::ticking(clocks.until(at))),
        None => "Trying now.".to_owned(),
    }
}

//! The freshness line: how old the data is, and what is being done about it.

use crate::{
    clocks::Clocks,
    format,
    poll::{Fetching, Freshness},
    words,
};

/// The line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreshnessView {
    /// How it is drawn.
    pub tone: Tone,
    /// What it says.
    pub text: String,
    /// Can the viewer ask for a look right now?
    pub can_check_again: bool,
    /// Would it help to sign in again?
    pub can_sign_in: bool,
}

/// How the line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The data is kept current.
    Live,
    /// The data may be out of date.
    Late,
    /// The data is out of date and not being renewed.
    Gone,
    /// Nothing is asked, and nothing needs to be.
    Still,
}

impl Tone {
    /// Names the drawing, as in `live`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Late => "late",
            Self::Gone => "gone",
            Self::Still => "still",
        }
    }
}

impl FreshnessView {
    /// The line, whether there is data or not.
    #[must_use]
    pub fn new(freshness: &Freshness, clocks: Clocks) -> Self {
        let as_of = freshness
            .as_of
            .map_or_else(String::new, |time| format!(" · as of {}", clocks.at(time)));
        let view = |tone, text: String, can_check_again| Self {
            tone,
            text,
            can_check_again,
            can_sign_in: false,
        };
        match freshness.fetching {
            Fetching::Starting => view(Tone::Still, "Loading".to_owned(), false),
            Fetching::Live => match freshness.stalled_for {
                Some(silence) => {
                    let silence = format::ticking(silence);
                    let text = format!("No progress for {silence}{as_of}");
                    view(Tone::Late, text, true)
                }
                None => view(Tone::Live, format!("Live{as_of}"), false),
            },
            Fetching::Resuming => view(Tone::Still, format!("Checking{as_of}"), false),
            Fetching::Delayed => view(Tone::Late, format!("Delayed{as_of}"), true),
            Fetching::Disconnected { since, next_try } => {
                let next = match next_try {
                    Some(at) => format!("next try in {}", format::ticking(clocks.until(at))),
                    None => "trying now".to_owned(),
                };
                let since = clocks.at(since);
                let text = format!("Disconnected since {since}, {next}{as_of}");
                view(Tone::Gone, text, true)
            }
            Fetching::Paused => view(Tone::Still, format!("Paused{as_of}"), false),
            Fetching::Offline { since } => {
                let since = clocks.at(since);
                view(Tone::Gone, format!("Offline since {since}{as_of}"), false)
            }
            Fetching::LookingFor { .. } => {
                let text = format!("The server no longer has this session{as_of}");
                view(Tone::Late, text, true)
            }
            Fetching::NotFound => {
                let text = format!("The server no longer has this session{as_of}");
                view(Tone::Gone, text, true)
            }
            Fetching::Refused { status } => {
                let why = match freshness.as_of {
                    Some(_) => words::later_refusal(status),
                    None => words::refusal(status),
                };
                Self {
                    can_sign_in: status == words::UNAUTHORIZED,
                    ..view(Tone::Gone, format!("{why}{as_of}"), true)
                }
            }
            Fetching::Final => view(
                Tone::Still,
                format!("Final – no longer checking{as_of}"),
                true,
            ),
        }
    }
}

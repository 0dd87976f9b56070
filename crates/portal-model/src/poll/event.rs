//! What can happen to a poller, and what it wants done.

use status_model::Seconds;

/// Names an [`Action`] and what comes of it, so that what comes of an older one is ignored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Turn(pub(super) u32);

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Event {
    /// The page has been opened. What the browser says about visibility and network at that
    /// moment is told before; untold, the page is seen and the network there.
    Opened,
    /// A request was answered with data or with 304.
    Answered(Turn, Answer),
    /// A request failed.
    Failed(Turn, Failure),
    /// The timer fired, however late.
    TimerFired(Turn),
    /// The page can (not) be seen.
    Visibility(bool),
    /// The browser has (no) network.
    Online(bool),
    /// The viewer wants (no longer) to be told when something happens.
    NotifyWanted(bool),
    /// The viewer wants to know now.
    CheckAgain,
}

/// A good answer, as far as the poller needs to know it.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts of an answer, independent of one another"
)]
pub struct Answer {
    /// Is it another than the last? Not with 304 or the same entity tag or, where there is
    /// none, the same body.
    pub changed: bool,
    /// Is there an entity tag to compare the next answer with? Only then can a server wait.
    pub comparable: bool,
    /// Did the server apply the wait (`Preference-Applied`)?
    pub waited: bool,
    /// Is what it shows final?
    pub is_final: bool,
    /// How long ago the last progress was when the answer was given, by the server's clock;
    /// nothing where that is not known. With 304 too.
    pub last_progress_age: Option<Seconds>,
}

/// Why a request brought no data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The server answered with an error.
    Http {
        /// The status code.
        status: u16,
        /// What its `Retry-After` asked for; see [`RetryAfter::delay`].
        ///
        /// [`RetryAfter::delay`]: crate::retry_after::RetryAfter::delay
        retry_after: Option<Seconds>,
    },
    /// No answer came: no connection, or it broke.
    Unreachable,
    /// An answer came that nobody can read.
    Unreadable,
    /// No answer came in time.
    TimedOut,
}

impl Failure {
    /// Does the table lack the index that the call needs? It can be read by id all the same.
    #[must_use]
    pub const fn is_missing_index(self) -> bool {
        matches!(self, Self::Http { status: 501, .. })
    }
}

/// What to do now.
///
/// Each, except [`Nothing`](Self::Nothing), says all that is under way from now on: whatever
/// request or timer there was before is aborted first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// All stays as it is.
    Nothing,
    /// Send a request (with `If-None-Match` wherever there is an entity tag), and set the timer.
    Request {
        /// To be given back with the answer, the failure or the timer.
        turn: Turn,
        /// The seconds to ask for with `Prefer: wait=`.
        wait: Option<u8>,
        /// When the timer fires: the request has then taken too long.
        give_up_after: Seconds,
    },
    /// Set the timer.
    Wake {
        /// To be given back when it fires.
        turn: Turn,
        /// When it fires.
        after: Seconds,
    },
    /// Neither request nor timer.
    Rest,
}

//! What a poller remembers.

use status_model::{Seconds, Timestamp};

use super::{Failure, pace::HoldOff};

/// What the poller itself is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The page is not open yet.
    Unopened,
    /// A request is in flight.
    Asking { wait: Option<u8> },
    /// The timer runs until the next request.
    Between { due: Timestamp },
    /// The page can't be seen, or the network is gone.
    Suspended,
    /// No more requests, unless the viewer wants one.
    Ended(End),
}

/// Why there are no more requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Final,
    NotFound,
    Refused { status: u16 },
}

/// What is known about the viewer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Viewer {
    pub(super) is_looking: bool,
    pub(super) wants_to_be_told: bool,
    pub(super) offline_since: Option<Timestamp>,
}

/// What the last good answer said. No failure takes any of it back.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    /// When it arrived.
    pub(super) as_of: Option<Timestamp>,
    pub(super) is_comparable: bool,
    pub(super) is_final: bool,
    pub(super) progress_age: Option<Seconds>,
}

/// What has gone wrong since the last good answer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trouble {
    pub(super) failures: u32,
    pub(super) since: Option<Timestamp>,
    pub(super) last: Option<Failure>,
    /// The failures since the asking last began anew.
    pub(super) tries: u32,
    /// What the server asked for with its last failure.
    pub(super) hold_off: Option<HoldOff>,
}

/// When the next answer was to be expected.
#[derive(Clone, Copy, Debug)]
pub(super) struct Promise {
    pub(super) from: Timestamp,
    pub(super) interval: Seconds,
}

impl Default for Viewer {
    /// Looking, with a network.
    fn default() -> Self {
        Self {
            is_looking: true,
            wants_to_be_told: false,
            offline_since: None,
        }
    }
}

impl Viewer {
    /// Is there a network, and somebody for whom to ask?
    pub(super) const fn may_be_served(&self) -> bool {
        self.offline_since.is_none() && (self.is_looking || self.wants_to_be_told)
    }
}

impl Promise {
    /// An answer is to be expected as soon as it can come.
    pub(super) fn at_once(now: Timestamp) -> Self {
        Self {
            from: now,
            interval: Seconds::default(),
        }
    }
}

//! How current the data is, and what is being done about it.

use status_model::{Seconds, Timestamp};

use super::{
    Failure, Poller,
    policy::{minus, plus},
    state::{End, Phase},
};

/// What to say about the data's age and the asking, which are two things: a failed refresh
/// keeps the data and its age.
///
/// All times are the viewer's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// When the last good answer arrived; nothing as long as there is no data.
    pub as_of: Option<Timestamp>,
    /// What the asking does.
    pub fetching: Fetching,
    /// What went wrong last; nothing after a good answer.
    pub failure: Option<Failure>,
    /// How long there has been no progress, once that is worth a word.
    pub stalled_for: Option<Seconds>,
}

/// What the asking does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fetching {
    /// The first answer is awaited.
    Starting,
    /// The data is kept current.
    Live,
    /// After a pause, or because the viewer wanted it, an answer is awaited; nothing has been
    /// heard since.
    Resuming,
    /// An answer is overdue.
    Delayed,
    /// Several tries in a row failed.
    Disconnected {
        /// When the first of them failed.
        since: Timestamp,
        /// When the next one is made; nothing while it is under way.
        next_try: Option<Timestamp>,
    },
    /// Nobody looks, so nothing is asked.
    Paused,
    /// The browser has no network.
    Offline {
        /// Since when.
        since: Timestamp,
    },
    /// The server says that it is not there. With data: that it is there no longer.
    LookingFor {
        /// When that was first said.
        since: Timestamp,
        /// When the looking ends.
        until: Timestamp,
    },
    /// It was looked for, and is not there. No more requests.
    NotFound,
    /// The server refuses to answer this request. No more requests.
    Refused {
        /// 400: the id is none. 401: sign in. 403: not allowed.
        status: u16,
    },
    /// Final, and confirmed. No more requests.
    Final,
}

impl Poller {
    /// What to say now.
    #[must_use]
    pub fn freshness(&self, now: Timestamp) -> Freshness {
        Freshness {
            as_of: self.known.as_of,
            fetching: self.fetching(now),
            failure: self.trouble.last,
            stalled_for: self.stalled_for(now),
        }
    }

    /// When [`freshness`](Self::freshness) will next change without any event: nothing has to
    /// be drawn anew before, save what the view itself counts down or up.
    #[must_use]
    pub fn changes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let overdue = match self.fetching(now) {
            Fetching::Starting | Fetching::Live | Fetching::Resuming => Some(self.overdue_at()),
            _ => None,
        };
        let stalled = self.stalled_at().filter(|at| *at > now);
        overdue.into_iter().chain(stalled).min()
    }

    fn fetching(&self, now: Timestamp) -> Fetching {
        match self.phase {
            Phase::Unopened => return Fetching::Starting,
            Phase::Ended(End::Final) => return Fetching::Final,
            Phase::Ended(End::NotFound) => return Fetching::NotFound,
            Phase::Ended(End::Refused { status }) => return Fetching::Refused { status },
            Phase::Asking { .. } | Phase::Between { .. } | Phase::Suspended => {}
        }
        if let Some(since) = self.viewer.offline_since {
            return Fetching::Offline { since };
        }
        if self.phase == Phase::Suspended {
            return Fetching::Paused;
        }
        match (self.trouble.since, self.missing_since) {
            (Some(since), _) if self.trouble.failures >= self.policy.disconnected_after => {
                let next_try = match self.phase {
                    Phase::Between { due } => Some(due),
                    _ => None,
                };
                Fetching::Disconnected { since, next_try }
            }
            (_, Some(since)) => Fetching::LookingFor {
                since,
                until: since + self.policy.look_for.unwrap_or_default(),
            },
            _ if self.is_overdue(now) => Fetching::Delayed,
            _ if self.known.as_of.is_none() => Fetching::Starting,
            _ if self.resuming => Fetching::Resuming,
            _ => Fetching::Live,
        }
    }

    pub(super) fn is_overdue(&self, now: Timestamp) -> bool {
        now >= self.overdue_at()
    }

    fn overdue_at(&self) -> Timestamp {
        self.promise.from + self.policy.overdue_after(self.promise.interval)
    }

    fn stalled_for(&self, now: Timestamp) -> Option<Seconds> {
        let since_answer = now.since(self.known.as_of?).unwrap_or_default();
        let stalled_for = plus(self.known.progress_age?, since_answer);
        let limit = self.policy.stalled_after?;
        (stalled_for >= limit && !self.known.is_final).then_some(stalled_for)
    }

    fn stalled_at(&self) -> Option<Timestamp> {
        let left = minus(self.policy.stalled_after?, self.known.progress_age?);
        (!self.known.is_final).then_some(self.known.as_of? + left)
    }
}

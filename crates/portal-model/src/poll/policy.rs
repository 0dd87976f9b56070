//! The numbers of the polling.

use status_model::Seconds;

/// After so long without progress a session is said to have none.
pub const STALLED_AFTER: Seconds = Seconds::from_secs(30 * 60);

/// How often is asked, how long is waited, and from when on what is said.
///
/// A value: it can be printed, compared and changed for a test.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Can what is asked for become final, so that the asking ends?
    pub can_become_final: bool,
    /// How long the server is asked to hold an answer back until something changes. Whole
    /// seconds.
    pub wait: u8,
    /// The least time from the start of one request to the start of the next.
    pub apart: Seconds,
    /// The time between polls of a server that does not wait; starts anew with every change.
    pub interval: Backoff,
    /// By what part of itself the interval is made shorter or longer at random.
    pub spread: f64,
    /// The interval is at least so many times what the last answer took.
    pub latencies: u32,
    /// The ceiling of the random time until the next try after a failure.
    pub retry: Backoff,
    /// The longest `Retry-After` that is believed; a longer one is taken for a mistake.
    pub longest_retry_after: Seconds,
    /// How long something that is not there is looked for: it may be about to start. Nothing:
    /// it has to be there, and a 404 is a failure like any other.
    pub look_for: Option<Seconds>,
    /// The time between looks at what does not move, or that nobody sees.
    pub seldom: Seconds,
    /// After how long without progress that is said. Nothing: never.
    pub stalled_after: Option<Seconds>,
    /// How long after the first final answer the confirming request follows.
    pub confirm_after: Seconds,
    /// After how long a request is given up that has no answer and asked for no wait.
    pub give_up_after: Seconds,
    /// By how much longer than its wait a waiting request may take.
    pub give_up_after_wait: Seconds,
    /// The least time by which an answer is overdue before it is called delayed.
    pub overdue_by: Seconds,
    /// After how many failures in a row the server is called disconnected.
    pub disconnected_after: u32,
}

impl Policy {
    /// Follows one session until it is final.
    #[must_use]
    pub const fn session() -> Self {
        Self {
            can_become_final: true,
            wait: 25,
            apart: Seconds::from_millis(250),
            interval: Backoff {
                first: Seconds::from_secs(1),
                longest: Seconds::from_secs(15),
                growth: 1.6,
            },
            spread: 0.2,
            latencies: 4,
            retry: Backoff {
                first: Seconds::from_secs(1),
                longest: Seconds::from_secs(60),
                growth: 2.0,
            },
            longest_retry_after: Seconds::from_secs(60 * 60),
            look_for: Some(Seconds::from_secs(2 * 60)),
            seldom: Seconds::from_secs(60),
            stalled_after: Some(STALLED_AFTER),
            confirm_after: Seconds::from_secs(1),
            give_up_after: Seconds::from_secs(15),
            give_up_after_wait: Seconds::from_secs(10),
            overdue_by: Seconds::from_secs(10),
            disconnected_after: 3,
        }
    }

    /// Follows what has no end, such as the list of sessions and the wall.
    ///
    /// It changes with every session, so its requests are a second apart, and it has to be
    /// there: a 404, as a proxy gives during a release, heals by itself.
    #[must_use]
    pub const fn overview() -> Self {
        Self {
            can_become_final: false,
            apart: Seconds::from_secs(1),
            look_for: None,
            stalled_after: None,
            ..Self::session()
        }
    }

    /// After how long a request is given up that asks for this wait.
    pub(super) fn patience(&self, wait: Option<u8>) -> Seconds {
        match wait {
            Some(wait) => plus(Seconds::from_secs(u64::from(wait)), self.give_up_after_wait),
            None => self.give_up_after,
        }
    }

    /// After how long without an answer one is overdue that was expected after `interval`.
    pub(super) fn overdue_after(&self, interval: Seconds) -> Seconds {
        plus(interval, interval.max(self.overdue_by))
    }
}

/// A length of time that grows by a factor with every step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Backoff {
    /// Where it starts.
    pub first: Seconds,
    /// Where it stays.
    pub longest: Seconds,
    /// The factor.
    pub growth: f64,
}

impl Backoff {
    /// Its length after so many steps.
    #[must_use]
    pub fn after(&self, steps: u32) -> Seconds {
        let grown = (0..steps.min(MANY)).try_fold(self.first, |length, _| {
            let grown = times(length, self.growth);
            (grown < self.longest).then_some(grown)
        });
        grown.unwrap_or(self.longest).min(self.longest)
    }
}

/// More steps than any backoff needs to reach its longest.
const MANY: u32 = 64;

/// One length after another.
pub(super) fn plus(one: Seconds, other: Seconds) -> Seconds {
    Seconds::from_millis(one.millis().saturating_add(other.millis()))
}

/// What is left of a length when a part of it has passed.
pub(super) fn minus(length: Seconds, part: Seconds) -> Seconds {
    Seconds::from_millis(length.millis().saturating_sub(part.millis()))
}

/// A length made longer or shorter; itself for a factor that is none.
pub(super) fn times(length: Seconds, factor: f64) -> Seconds {
    Seconds::from_secs_f64(length.as_secs_f64() * factor).unwrap_or(length)
}

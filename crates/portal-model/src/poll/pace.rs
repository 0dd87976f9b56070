//! How long until the next request.

use status_model::{Seconds, Timestamp};

use super::{
    Policy,
    policy::{minus, plus, times},
};

/// What is known about the server's willingness to hold an answer back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Waits {
    /// Not asked for yet.
    #[default]
    Untried,
    /// It does.
    Applied,
    /// The last request that asked for it failed. That may be the server's restart or a proxy
    /// that cuts what takes long.
    Doubtful,
    /// It answers at once, or not at all. Asked for with every poll all the same: it may only
    /// have had too many waiting.
    Refused,
}

impl Waits {
    /// Is it worth asking again at once, for the server to wait?
    pub(super) fn are_likely(self) -> bool {
        self != Self::Refused
    }

    /// After an answer to a request that asked for a wait.
    pub(super) fn answered(&mut self, applied: bool) {
        *self = if applied {
            Self::Applied
        } else {
            Self::Refused
        };
    }

    /// After the failure of a request that asked for a wait.
    pub(super) fn failed(&mut self) {
        *self = match self {
            Self::Untried | Self::Applied => Self::Doubtful,
            Self::Doubtful | Self::Refused => Self::Refused,
        };
    }
}

/// Until when the server asked to be left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HoldOff {
    pub(super) from: Timestamp,
    pub(super) length: Seconds,
}

impl HoldOff {
    /// What is left of it; never more than it was, even if the clock was set back.
    pub(super) fn left(self, now: Timestamp) -> Seconds {
        minus(self.length, now.since(self.from).unwrap_or_default())
    }
}

/// The time until the next poll of a server that does not wait, after so many answers in a row
/// that brought nothing new.
pub(super) fn interval(policy: &Policy, unchanged: u32, latency: Seconds, random: f64) -> Seconds {
    let factor = 1.0 - policy.spread + 2.0 * policy.spread * random.clamp(0.0, 1.0);
    times(policy.interval.after(unchanged), factor).max(times(latency, policy.latencies.into()))
}

/// The least time until the next poll of a server that does not wait.
pub(super) fn soonest(policy: &Policy, latency: Seconds) -> Seconds {
    interval(policy, 0, latency, 0.0)
}

/// The time until the next try after so many failures, `Retry-After` honoured.
///
/// The random part comes on top of what the server asked for: everybody who was told the same
/// must not come back at the same moment.
pub(super) fn retry(
    policy: &Policy,
    failures_before: u32,
    retry_after: Option<Seconds>,
    random: f64,
) -> Seconds {
    let jitter = times(policy.retry.after(failures_before), random.clamp(0.0, 1.0));
    plus(believed(policy, retry_after), jitter)
}

/// A `Retry-After` as far as it is believed.
pub(super) fn believed(policy: &Policy, retry_after: Option<Seconds>) -> Seconds {
    retry_after
        .unwrap_or_default()
        .min(policy.longest_retry_after)
}

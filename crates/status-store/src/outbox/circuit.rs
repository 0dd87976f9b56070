//! Whether the store is known to be away, and when to look for it. Pure.

use std::time::Duration;

use tokio::time::Instant;

use crate::RetryPolicy;

/// The time between two looks for a store that is away; full jitter, as with any other wait.
const PROBES: RetryPolicy = RetryPolicy {
    deadline: Duration::MAX,
    max_tries: u32::MAX,
    base_delay: Duration::from_millis(200),
    max_delay: Duration::from_secs(5),
};

/// Is the store known to be away?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Circuit {
    /// Not that one knew.
    #[default]
    Closed,
    /// It is, and was looked for so often; not again before this time.
    Open { failures: u32, probe_at: Instant },
}

impl Circuit {
    /// The store was asked and is away.
    pub fn fail(&mut self, now: Instant, random: f64) {
        let failures = match *self {
            // Somebody else has found that out before.
            Self::Open { probe_at, .. } if now < probe_at => return,
            Self::Open { failures, .. } => failures.saturating_add(1),
            Self::Closed => 1,
        };
        *self = Self::Open {
            failures,
            probe_at: now + PROBES.delay(failures, random),
        };
    }

    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

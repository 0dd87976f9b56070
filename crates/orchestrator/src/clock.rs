//! The time of one session.

use std::time::SystemTime;

use status_model::Timestamp;
use tokio::time::Instant;

/// Tells the time of one session: the wall clock at its start, and from there on a clock that
/// never jumps, so that an adjusted wall clock makes no duration wrong.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Timestamp,
    started: Instant,
}

impl Clock {
    /// A clock that starts now.
    #[must_use]
    pub fn start() -> Self {
        let since_epoch = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        let millis = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        Self {
            start: Timestamp::from_unix_millis(millis),
            started: Instant::now(),
        }
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let elapsed = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp::from_unix_millis(self.start.unix_millis().saturating_add(elapsed))
    }
}

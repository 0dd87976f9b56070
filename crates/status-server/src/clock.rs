//! What time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use status_model::Timestamp;

/// Tells the time; handed to whoever needs it, so that a test can tell another.
pub type Clock = fn() -> Timestamp;

/// The machine's clock.
#[must_use]
pub fn system() -> Timestamp {
    let since_epoch = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    Timestamp::from_unix_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

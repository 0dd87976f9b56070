//! The time, as it enters everything else.

use std::time::{SystemTime, UNIX_EPOCH};

use status_model::Timestamp;

/// Milliseconds since 1970, as `Date.now()` of a browser on this machine has them.
pub fn epoch_millis() -> f64 {
    // A clock before 1970 is 1970.
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or_default().as_secs_f64() * 1e3
}

/// The time now.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit"
)]
pub fn now() -> Timestamp {
    Timestamp::from_unix_millis(epoch_millis() as i64)
}

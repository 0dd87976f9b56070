//! The viewer's clock and time zone.

use js_sys::Date;
use status_model::Timestamp;
use wasm_bindgen::JsValue;

/// The viewer's time. It may be wrong; what is shown goes by the server's.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit"
)]
pub fn now() -> Timestamp {
    Timestamp::from_unix_millis(Date::now() as i64)
}

/// By how many minutes the viewer's zone is ahead of UTC at a point in time.
#[must_use]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "milliseconds since 1970 fit a double, minutes of an offset fit anything"
)]
pub fn minutes_ahead_of_utc(time: Timestamp) -> i32 {
    let date = Date::new(&JsValue::from_f64(time.unix_millis() as f64));
    -(date.get_timezone_offset() as i32)
}

/// A number from 0 to 1, for jitter.
#[must_use]
pub fn random() -> f64 {
    js_sys::Math::random()
}

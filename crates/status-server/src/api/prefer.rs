//! What the client prefers (RFC 7240): `wait=N`, how long it would wait for a change, and
//! `respond-async`, whether it would rather not wait at all.

use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};

const PREFER: HeaderName = HeaderName::from_static("prefer");
/// Says which preference was honoured.
pub(super) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// Longer than this nobody waits: what stands between client and server may lose patience.
const MAX_SECONDS: u64 = 25;

/// For how long the client would wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wait {
    seconds: u64,
}

/// The preference not to wait.
pub(super) const RESPOND_ASYNC: HeaderValue = HeaderValue::from_static("respond-async");

/// Would the client rather be answered before the work is done?
pub(super) fn responds_async(headers: &HeaderMap) -> bool {
    preferences(headers).any(|preference| {
        let name = preference.split(';').next().unwrap_or_default();
        name.trim().eq_ignore_ascii_case("respond-async")
    })
}

/// Each of a request's preferences.
fn preferences(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let values = headers.get_all(PREFER).iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
}

impl Wait {
    /// The first readable `wait` among a request's preferences, held to the longest that is
    /// granted. What can't be read is no preference: the client gets its answer at once.
    pub(super) fn of(headers: &HeaderMap) -> Option<Self> {
        let seconds = preferences(headers).find_map(wait_seconds)?;
        Some(Self {
            seconds: seconds.min(MAX_SECONDS),
        })
    }

    /// As a length of time.
    pub(super) const fn duration(self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// What the answer says of it.
    pub(super) fn applied(self) -> HeaderValue {
        let value = format!("wait={}", self.seconds);
        // Letters and digits are always a valid value.
        HeaderValue::try_from(value).unwrap_or_else(|_| HeaderValue::from_static("wait"))
    }
}

/// The number in a preference such as `wait=5`, `Wait = "5"` or `wait=5; why=not`.
fn wait_seconds(preference: &str) -> Option<u64> {
    let preference = preference.split(';').next()?;
    let (name, value) = preference.split_once('=')?;
    let digits = value.trim().trim_matches('"');
    let is_wait = name.trim().eq_ignore_ascii_case("wait")
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than a number can have mean a long wait all the same.
    is_wait.then(|| digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(values: &[&str]) -> Option<u64> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(PREFER, value.parse().unwrap());
        }
        Wait::of(&headers).map(|wait| wait.seconds)
    }

    #[test]
    fn every_form_of_the_standard_is_read() {
        for value in [
            "wait=5",
            "WAIT=5",
            "respond-async, wait=5",
            "wait = 5",
            "wait=\"5\"",
            "wait=5; for=ever, return=minimal",
            "wait=5, wait=7",
        ] {
            assert_eq!(seconds(&[value]), Some(5), "{value}");
        }
        assert_eq!(seconds(&["return=minimal", "wait=5"]), Some(5));
    }

    #[test]
    fn a_long_wait_is_shortened() {
        assert_eq!(seconds(&["wait=26"]), Some(25));
        assert_eq!(seconds(&["wait=99999999999999999999999"]), Some(25));
        assert_eq!(Wait { seconds: 25 }.applied(), "wait=25");
    }

    #[test]
    fn nonsense_is_no_preference() {
        for value in [
            "",
            "wait",
            "wait=",
            "wait=-1",
            "wait=+5",
            "wait=1.5",
            "wait=soon",
            "await=5",
        ] {
            assert_eq!(seconds(&[value]), None, "{value}");
        }
        assert_eq!(seconds(&[]), None);
    }

    #[test]
    fn who_would_rather_not_wait_says_so() {
        let says = |value: &str| {
            let mut headers = HeaderMap::new();
            headers.append(PREFER, value.parse().unwrap());
            responds_async(&headers)
        };
        for value in [
            "respond-async",
            "wait=5, Respond-Async",
            "respond-async; x=1",
        ] {
            assert!(says(value), "{value}");
        }
        for value in ["", "wait=5", "respond-asynchronously", "respond-async=no"] {
            assert!(!says(value), "{value}");
        }
    }
}

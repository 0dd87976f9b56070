//! Whether a failed try is tried again, and when. Pure.

use std::time::{Duration, SystemTime};

use crate::answer::{Cause, Failure};

/// When a failed try is tried again.
///
/// Timeouts, broken connections, 429, 5xx and what AWS calls retryable are: they pass. Other
/// statuses, what an agent says of itself, and unreadable answers are not: they would only cost
/// again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// So many tries in all.
    pub max_attempts: u32,
    /// The longest wait after the first try; it doubles with each.
    pub base: Duration,
    /// The longest wait after any try.
    pub cap: Duration,
    /// Whoever is asked by `Retry-After` to wait longer than this gives up.
    pub patience: Duration,
}

/// The kind of error that AgentCore gives with a 409 and expects to be tried again.
const RETRYABLE: &str = "RetryableConflictException";

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_secs(2),
            cap: Duration::from_secs(30),
            patience: Duration::from_mins(2),
        }
    }
}

impl RetryPolicy {
    /// How long to wait before the next try; nothing means to give up.
    ///
    /// `attempt` is the number of the failed try, from 1; `random` lies in 0 to 1 and spreads
    /// the wait over its whole range, so that those who failed together don't return together.
    #[must_use]
    pub fn wait(&self, attempt: u32, failure: &Failure, random: f64) -> Option<Duration> {
        let asked = match failure.cause {
            Cause::Timeout | Cause::Connection => None,
            Cause::Status { code, retry_after } if code == 429 || code >= 500 => retry_after,
            Cause::Status { retry_after, .. } if failure.error_type == RETRYABLE => retry_after,
            Cause::Status { .. } | Cause::Reported | Cause::Unreadable | Cause::Unsigned => {
                return None;
            }
        };
        if attempt >= self.max_attempts || asked.is_some_and(|asked| asked > self.patience) {
            return None;
        }
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        let longest = self.base.saturating_mul(doubled).min(self.cap);
        Some(
            longest
                .mul_f64(random.clamp(0.0, 1.0))
                .max(asked.unwrap_or_default()),
        )
    }
}

/// What a `Retry-After` header asks for: seconds, or a date that lies so far ahead of `now`.
#[must_use]
pub fn retry_after(header: &str, now: SystemTime) -> Option<Duration> {
    let header = header.trim();
    if let Ok(seconds) = header.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(header).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        max_attempts: 3,
        base: Duration::from_secs(2),
        cap: Duration::from_secs(3),
        patience: Duration::from_mins(2),
    };

    fn failure(cause: Cause) -> Failure {
        Failure {
            cause,
            error: String::new(),
            error_type: String::new(),
        }
    }

    fn status(code: u16, retry_after: Option<u64>) -> Failure {
        failure(Cause::Status {
            code,
            retry_after: retry_after.map(Duration::from_secs),
        })
    }

    #[test]
    fn what_passes_is_tried_again() {
        for passing in [
            failure(Cause::Timeout),
            failure(Cause::Connection),
            status(429, None),
            status(500, None),
            status(502, None),
            status(503, None),
            status(504, None),
        ] {
            assert!(POLICY.wait(1, &passing, 0.5).is_some(), "{passing:?}");
        }
    }

    #[test]
    fn a_conflict_is_tried_again_where_it_says_so() {
        let conflict = status(409, None);
        assert_eq!(POLICY.wait(1, &conflict, 0.5), None);
        let retryable = Failure {
            error_type: RETRYABLE.to_owned(),
            ..conflict
        };
        assert!(POLICY.wait(1, &retryable, 0.5).is_some());
    }

    #[test]
    fn what_stays_is_not() {
        for staying in [
            failure(Cause::Reported),
            failure(Cause::Unreadable),
            failure(Cause::Unsigned),
            status(302, None),
            status(400, None),
            status(401, None),
            status(403, None),
            status(404, None),
            status(400, Some(1)),
        ] {
            assert_eq!(POLICY.wait(1, &staying, 0.5), None, "{staying:?}");
        }
    }

    #[test]
    fn there_are_three_tries() {
        let timeout = failure(Cause::Timeout);
        assert!(POLICY.wait(2, &timeout, 0.5).is_some());
        assert_eq!(POLICY.wait(3, &timeout, 0.5), None);
        assert_eq!(POLICY.wait(u32::MAX, &timeout, 0.5), None);
    }

    #[test]
    fn waits_double_up_to_the_cap_and_spread_over_the_whole_range() {
        let timeout = failure(Cause::Timeout);
        let wait = |attempt, random| POLICY.wait(attempt, &timeout, random).unwrap();
        assert_eq!(wait(1, 0.0), Duration::ZERO);
        assert_eq!(wait(1, 0.5), Duration::from_secs(1));
        assert_eq!(wait(1, 1.0), Duration::from_secs(2));
        assert_eq!(wait(2, 1.0), Duration::from_secs(3), "4 s, capped");
        let patient = RetryPolicy {
            max_attempts: u32::MAX,
            ..POLICY
        };
        assert_eq!(
            patient.wait(u32::MAX - 1, &timeout, 1.0),
            Some(Duration::from_secs(3))
        );
    }

    #[test]
    fn retry_after_is_the_least_that_is_waited() {
        let asked = status(429, Some(7));
        assert_eq!(POLICY.wait(1, &asked, 0.9), Some(Duration::from_secs(7)));
        let asked = status(503, Some(1));
        assert_eq!(POLICY.wait(1, &asked, 1.0), Some(Duration::from_secs(2)));
        let longer_than_patience = status(429, Some(121));
        assert_eq!(POLICY.wait(1, &longer_than_patience, 0.0), None);
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        let read = |header| retry_after(header, now);
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(
            read("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(Duration::from_secs(7))
        );
        assert_eq!(
            read("Sun, 06 Nov 1994 08:00:00 GMT"),
            Some(Duration::ZERO),
            "in the past"
        );
        assert_eq!(read("soon"), None);
        assert_eq!(read("-1"), None);
    }
}

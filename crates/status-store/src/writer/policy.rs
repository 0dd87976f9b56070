//! When a report is tried again, and when it is given up.

use std::time::Duration;

/// When a report is tried again, and when it is given up: exponential backoff with full
/// jitter, within a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// From the report on, the store's own time included. The workflow waits no longer.
    pub deadline: Duration,
    /// At most so many tries, the first included.
    pub max_tries: u32,
    /// The longest wait after the first try; it doubles with each further one.
    pub base_delay: Duration,
    /// No wait is longer.
    pub max_delay: Duration,
}

impl Default for RetryPolicy {
    /// Five seconds, waits from 50 ms to 1 s, and as many tries as fit.
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(5),
            max_tries: u32::MAX,
            base_delay: Duration::from_millis(50),
            max_delay: Duration::from_secs(1),
        }
    }
}

impl RetryPolicy {
    /// The wait before the next try, after so many that have failed within this time; nothing
    /// where it is to be given up.
    #[must_use]
    pub fn again(&self, tries: u32, elapsed: Duration, random: f64) -> Option<Duration> {
        let delay = self.delay(tries, random);
        (tries < self.max_tries && elapsed.saturating_add(delay) < self.deadline).then_some(delay)
    }

    /// The wait after so many tries. `random` is from 0 to below 1, and spreads it from nothing
    /// to its longest.
    #[must_use]
    pub fn delay(&self, tries: u32, random: f64) -> Duration {
        let doubled = 2_u32.saturating_pow(tries.saturating_sub(1));
        let longest = self.base_delay.saturating_mul(doubled).min(self.max_delay);
        longest.mul_f64(random.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = RetryPolicy::default();
        let longest = [1, 2, 3, 4, 5, 6, 7, u32::MAX].map(|tries| policy.delay(tries, 1.0));
        assert_eq!(
            longest.map(|delay| delay.as_millis()),
            [50, 100, 200, 400, 800, 1000, 1000, 1000]
        );
    }

    #[test]
    fn there_is_no_try_after_the_deadline_or_the_last_one() {
        let policy = RetryPolicy {
            max_tries: 3,
            ..RetryPolicy::default()
        };
        let millis = Duration::from_millis;
        assert_eq!(policy.again(1, millis(4_949), 1.0), Some(millis(50)));
        assert_eq!(policy.again(1, millis(4_950), 1.0), None);
        assert_eq!(policy.again(2, millis(0), 0.5), Some(millis(50)));
        assert_eq!(policy.again(3, millis(0), 0.5), None);
    }

    #[test]
    fn jitter_spreads_a_wait_from_nothing_to_its_longest() {
        let policy = RetryPolicy::default();
        let waits = [0.0, 0.25, 0.5].map(|random| policy.delay(3, random).as_millis());
        assert_eq!(waits, [0, 50, 100]);
    }
}

//! No more than two reads in a second.

use std::time::Duration;

use tokio::time::Instant;

/// The length of the window.
const WINDOW: Duration = Duration::from_secs(1);

/// When the latest two reads began.
#[derive(Debug, Default)]
pub(super) struct Pace {
    before_last: Option<Instant>,
    last: Option<Instant>,
}

impl Pace {
    /// From when on the next read keeps to two in any second.
    pub(super) fn next(&self) -> Option<Instant> {
        self.before_last.map(|time| time + WINDOW)
    }

    /// A read begins.
    pub(super) fn begin(&mut self, now: Instant) {
        self.before_last = self.last.replace(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_third_read_waits_until_the_first_is_a_second_old() {
        let start = Instant::now();
        let mut pace = Pace::default();
        assert_eq!(pace.next(), None);
        pace.begin(start);
        assert_eq!(pace.next(), None);
        pace.begin(start + Duration::from_millis(100));
        assert_eq!(pace.next(), Some(start + WINDOW));
        pace.begin(start + WINDOW);
        assert_eq!(
            pace.next(),
            Some(start + Duration::from_millis(100) + WINDOW)
        );
    }
}

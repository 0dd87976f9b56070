//! The server's time on a machine whose clock may be wrong.

use status_model::Timestamp;

/// Half of the second that a `Date` header is rounded to, in milliseconds.
const HALF_A_SECOND: i64 = 500;

/// By one part in so many do two clocks run apart at most.
const DRIFT: i64 = 10_000;

/// What is known about the server's clock from the `Date` headers of its answers.
///
/// A `Date` says the second in which an answer was made, and it was made between the sending of
/// the request and the arrival of the answer. That leaves an interval for the difference of the
/// two clocks; the next answer leaves another, and the truth lies in both. After some answers
/// the difference is known to a fraction of a second.
///
/// ```
/// use portal_model::server_clock::ServerClock;
/// use status_model::Timestamp;
///
/// let at = Timestamp::from_unix_millis;
/// let mut clock = ServerClock::default();
/// clock.observe(at(7_000), at(100), at(100));
/// assert_eq!(clock.now(at(100)), at(7_500));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerClock {
    known: Option<Known>,
}

/// Milliseconds from the viewer's clock to the server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    least: i64,
    most: i64,
    /// What is reckoned with, between the two.
    ahead: i64,
    /// Up to when the drift is allowed for, by the viewer's clock.
    widened_at: Timestamp,
}

impl ServerClock {
    /// Learns from an answer: its `Date` (whole seconds), and when the request was sent and the
    /// answer arrived, by the viewer's clock.
    ///
    /// Not to be fed with answers out of a cache, whose `Date` is old.
    pub fn observe(&mut self, date: Timestamp, sent_at: Timestamp, received_at: Timestamp) {
        // The viewer's clock was set back while the request was in flight.
        if received_at < sent_at {
            return;
        }
        let least = date.unix_millis() - received_at.unix_millis();
        let most = date.unix_millis() + 2 * HALF_A_SECOND - sent_at.unix_millis();
        self.known = self
            .known
            .and_then(|known| known.narrowed(least, most, received_at))
            // The first, or one of the clocks was set since. An answer that was held back is
            // made at the end of the wait, so the arrival says more than the sending.
            .or(Some(Known {
                least,
                most,
                ahead: least + HALF_A_SECOND,
                widened_at: received_at,
            }));
    }

    /// The server's time now; the viewer's own as long as nothing was observed.
    ///
    /// What is reckoned with moves only where an answer proves it wrong, and only as far as
    /// that: an elapsed time on the screen steps by fractions of a second at most, unless a
    /// clock was set.
    #[must_use]
    pub fn now(&self, viewer_now: Timestamp) -> Timestamp {
        let ahead = self.known.map_or(0, |known| known.ahead);
        Timestamp::from_unix_millis(viewer_now.unix_millis().saturating_add(ahead))
    }
}

impl Known {
    /// What is left of it with a further interval; nothing where the two contradict.
    fn narrowed(self, least: i64, most: i64, at: Timestamp) -> Option<Self> {
        let passed = at.unix_millis() - self.widened_at.unix_millis();
        let drift = passed / DRIFT;
        let least = least.max(self.least - drift);
        let most = most.min(self.most + drift);
        (least <= most).then(|| Self {
            least,
            most,
            ahead: self.ahead.clamp(least, most),
            // What is less than a millisecond is allowed for later.
            widened_at: if drift == 0 { self.widened_at } else { at },
        })
    }
}

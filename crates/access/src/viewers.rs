//! How often each viewer may ask, and how many of its requests may wait.

use std::{
    collections::HashMap,
    num::NonZeroU32,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use governor::{
    Quota, RateLimiter,
    clock::{Clock, MonotonicClock, Reference},
    middleware::NoOpMiddleware,
    state::{InMemoryState, NotKeyed},
};

use crate::identity::ViewerKey;

/// What one viewer may ask of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// So many requests a second, as a mean.
    pub rate: NonZeroU32,
    /// So many at once, after a pause.
    pub burst: NonZeroU32,
    /// So many requests may wait for a change at a time.
    pub waiting: usize,
}

impl Limits {
    /// 50 a second, 100 at once, 64 that wait: a portal with many tabs stays well below.
    pub const USUAL: Self = Self {
        rate: NonZeroU32::MIN.saturating_add(49),
        burst: NonZeroU32::MIN.saturating_add(99),
        waiting: 64,
    };
}

/// Who has been idle for so long is forgotten: by then it may ask as often as a newcomer.
const FORGOTTEN_AFTER: Duration = Duration::from_mins(2);
/// Below this it is not worth looking for who may be forgotten.
const SWEEP_FROM: usize = 1024;

/// The viewers that have asked lately.
pub struct Viewers<C: Clock = MonotonicClock> {
    limits: Limits,
    clock: C,
    seen: Mutex<Seen<C>>,
}

struct Seen<C: Clock> {
    viewers: HashMap<ViewerKey, (Arc<Viewer<C>>, C::Instant)>,
    /// When there are so many, those who are idle are forgotten.
    sweep_at: usize,
}

type Rate<C> = RateLimiter<NotKeyed, InMemoryState, C, NoOpMiddleware<<C as Clock>::Instant>>;

/// One viewer's share of the server.
pub struct Viewer<C: Clock = MonotonicClock> {
    rate: Rate<C>,
    max_waiting: usize,
    waiting: AtomicUsize,
}

/// The viewer asks too often; it may again after this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooOften {
    /// From now.
    pub retry_after: Duration,
}

impl Viewers {
    /// By the machine's clock that never goes back.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::by(limits, MonotonicClock)
    }
}

impl<C: Clock + Clone> Viewers<C> {
    /// By this clock. Nobody has asked yet.
    pub fn by(limits: Limits, clock: C) -> Self {
        Self {
            limits,
            clock,
            seen: Mutex::new(Seen {
                viewers: HashMap::new(),
                sweep_at: SWEEP_FROM,
            }),
        }
    }

    /// One more request of a viewer.
    ///
    /// # Errors
    /// [`TooOften`] where it is one too many.
    pub fn admit(&self, key: ViewerKey) -> Result<Arc<Viewer<C>>, TooOften> {
        let now = self.clock.now();
        let viewer = self.viewer(key, now);
        match viewer.rate.check() {
            Ok(()) => Ok(viewer),
            Err(until) => Err(TooOften {
                retry_after: until.wait_time_from(now),
            }),
        }
    }

    fn viewer(&self, key: ViewerKey, now: C::Instant) -> Arc<Viewer<C>> {
        // Each viewer is whole by itself, whoever panicked.
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.viewers.len() >= seen.sweep_at {
            seen.viewers.retain(|_, (viewer, last)| {
                let idle: Duration = now.duration_since(*last).into();
                idle < FORGOTTEN_AFTER || Arc::strong_count(viewer) > 1
            });
            seen.sweep_at = SWEEP_FROM.max(2 * seen.viewers.len());
        }
        let (viewer, last) = seen
            .viewers
            .entry(key)
            .or_insert_with(|| (Arc::new(self.newcomer()), now));
        *last = now;
        Arc::clone(viewer)
    }

    fn newcomer(&self) -> Viewer<C> {
        let quota = Quota::per_second(self.limits.rate).allow_burst(self.limits.burst);
        Viewer {
            rate: RateLimiter::direct_with_clock(quota, self.clock.clone()),
            max_waiting: self.limits.waiting,
            waiting: AtomicUsize::new(0),
        }
    }
}

impl<C: Clock> Viewer<C> {
    /// A place to wait at, where one is left.
    #[must_use]
    pub fn wait(self: &Arc<Self>) -> Option<Place<C>> {
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let place = Place(Arc::clone(self));
        (before < self.max_waiting).then_some(place)
    }
}

/// One of a viewer's places to wait at, until it is dropped.
pub struct Place<C: Clock = MonotonicClock>(Arc<Viewer<C>>);

impl<C: Clock> Drop for Place<C> {
    fn drop(&mut self) {
        self.0.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;

    use super::*;

    fn viewers(clock: &FakeRelativeClock) -> Viewers<FakeRelativeClock> {
        let limits = Limits {
            rate: NonZeroU32::new(10).unwrap(),
            burst: NonZeroU32::new(20).unwrap(),
            waiting: 2,
        };
        Viewers::by(limits, clock.clone())
    }

    fn person(name: &str) -> ViewerKey {
        ViewerKey::Person(name.to_owned())
    }

    #[test]
    fn a_viewer_that_asks_too_often_is_told_when_it_may_again() {
        let clock = FakeRelativeClock::default();
        let viewers = viewers(&clock);
        for _ in 0..20 {
            assert!(viewers.admit(person("a")).is_ok());
        }
        let refused = viewers.admit(person("a")).err().unwrap();
        assert!(refused.retry_after <= Duration::from_millis(100));
        clock.advance(refused.retry_after);
        assert!(viewers.admit(person("a")).is_ok());
        assert!(viewers.admit(person("a")).is_err());
        clock.advance(Duration::from_mins(1));
        let granted = (0..100).filter(|_| viewers.admit(person("a")).is_ok());
        assert_eq!(granted.count(), 20, "a pause gives one burst and no more");
    }

    #[test]
    fn a_viewer_beyond_its_limit_takes_nothing_from_another() {
        let viewers = viewers(&FakeRelativeClock::default());
        while viewers.admit(person("a")).is_ok() {}
        for _ in 0..20 {
            assert!(viewers.admit(person("b")).is_ok());
        }
    }

    #[test]
    fn so_many_requests_of_a_viewer_wait_and_a_place_that_is_left_is_free() {
        let viewers = viewers(&FakeRelativeClock::default());
        let viewer = viewers.admit(person("a")).ok().unwrap();
        let places = [viewer.wait(), viewer.wait()];
        assert!(places.iter().all(Option::is_some));
        assert!(viewer.wait().is_none() && viewer.wait().is_none());
        drop(places);
        assert!(viewer.wait().is_some());
        let other = viewers.admit(person("b")).ok().unwrap();
        assert!(other.wait().is_some());
    }

    #[test]
    fn who_is_idle_is_forgotten_and_who_waits_is_not() {
        let clock = FakeRelativeClock::default();
        let viewers = viewers(&clock);
        let waits = viewers.admit(person("waits")).ok().unwrap();
        for number in 0..10_000 {
            assert!(viewers.admit(person(&number.to_string())).is_ok());
            clock.advance(Duration::from_secs(1));
        }
        let known = viewers.seen.lock().unwrap().viewers.len();
        assert!(known <= 2 * SWEEP_FROM, "{known}");
        assert!(Arc::ptr_eq(
            &waits,
            &viewers.admit(person("waits")).ok().unwrap()
        ));
    }
}

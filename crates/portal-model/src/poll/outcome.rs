//! What comes of a request: when the next one follows.

use status_model::{Seconds, Timestamp};

use super::{
    Action, Answer, Failure, Poller,
    pace::{self, HoldOff},
    policy::minus,
    state::{End, Known, Phase, Promise, Trouble},
};

impl Poller {
    pub(super) fn answered(&mut self, answer: Answer, now: Timestamp, random: f64) -> Action {
        let wait = self.wait_in_flight();
        if wait.is_some() {
            self.waits.answered(answer.waited);
        }
        self.unchanged = if answer.changed || answer.waited {
            0
        } else {
            self.unchanged.saturating_add(1)
        };
        // The timer would have given it up, had the machine been awake: the answer has lain
        // somewhere, and is as old as its request may be.
        let has_lain = self.since_sent(now) > self.policy.patience(wait);
        let as_of = self.sent_at.filter(|_| has_lain).unwrap_or(now);
        let was_final = self.known.is_final;
        self.known = Known {
            as_of: Some(as_of),
            is_comparable: answer.comparable,
            is_final: answer.is_final && self.policy.can_become_final,
            progress_age: answer.last_progress_age,
        };
        self.trouble = Trouble::default();
        self.missing_since = None;
        self.resuming = has_lain;

        if self.known.is_final && was_final {
            return self.end(End::Final);
        }
        let after = if has_lain {
            Seconds::default()
        } else {
            self.pace(now, random)
        };
        self.promise = Promise {
            from: as_of,
            interval: self.expected_after(after),
        };
        self.ask_after(after, now)
    }

    /// How long after a good answer the next request follows.
    fn pace(&self, now: Timestamp, random: f64) -> Seconds {
        if self.known.is_final {
            self.policy.confirm_after
        } else if self.has_stalled() {
            self.policy.seldom
        } else if self.can_wait() {
            Seconds::default()
        } else if self.viewer.is_looking {
            pace::interval(&self.policy, self.unchanged, self.latency(now), random)
        } else {
            self.policy.seldom
        }
    }

    pub(super) fn failed(&mut self, failure: Failure, now: Timestamp, random: f64) -> Action {
        if self.wait_in_flight().is_some() {
            self.waits.failed();
        }
        match (failure, self.policy.look_for) {
            (Failure::Http { status, .. }, _) if matches!(status, 400 | 401 | 403) => {
                self.trouble.last = Some(failure);
                self.end(End::Refused { status })
            }
            (
                Failure::Http {
                    status: 404,
                    retry_after,
                },
                Some(look_for),
            ) => self.missing(look_for, retry_after, now, random),
            (Failure::Http { retry_after, .. }, _) => self.retry(failure, retry_after, now, random),
            _ => self.retry(failure, None, now, random),
        }
    }

    /// The server says that it is not there: looks again for a while, once more at the end of
    /// it, and no more after that.
    fn missing(
        &mut self,
        look_for: Seconds,
        retry_after: Option<Seconds>,
        now: Timestamp,
        random: f64,
    ) -> Action {
        self.trouble = Trouble::default();
        self.unchanged = match self.missing_since {
            Some(_) => self.unchanged.saturating_add(1),
            None => 0,
        };
        // A clock that was set back must not make the looking longer.
        let since = self.missing_since.map_or(now, |since| since.min(now));
        self.missing_since = Some(since);
        let left = minus(look_for, now.since(since).unwrap_or_default());
        if left == Seconds::default() {
            return self.end(End::NotFound);
        }
        self.hold_off(retry_after, now);
        let latency = self.latency(now);
        let interval = pace::interval(&self.policy, self.unchanged, latency, random);
        let soonest = pace::soonest(&self.policy, latency);
        self.ask_after(interval.min(left.max(soonest)), now)
    }

    fn retry(
        &mut self,
        failure: Failure,
        retry_after: Option<Seconds>,
        now: Timestamp,
        random: f64,
    ) -> Action {
        let after = pace::retry(&self.policy, self.trouble.tries, retry_after, random);
        self.hold_off(retry_after, now);
        let trouble = &mut self.trouble;
        trouble.failures = trouble.failures.saturating_add(1);
        trouble.tries = trouble.tries.saturating_add(1);
        trouble.since.get_or_insert(now);
        trouble.last = Some(failure);
        self.ask_after(after, now)
    }

    /// How long the answer took that has just come. What took longer than a request may was
    /// not the server but a machine asleep or a clock that was set.
    fn latency(&self, now: Timestamp) -> Seconds {
        let took = Some(self.since_sent(now));
        took.filter(|took| *took <= self.policy.give_up_after)
            .unwrap_or_default()
    }

    /// The wait that the request in flight asked for.
    fn wait_in_flight(&self) -> Option<u8> {
        match self.phase {
            Phase::Asking { wait } => wait,
            _ => None,
        }
    }

    fn hold_off(&mut self, retry_after: Option<Seconds>, now: Timestamp) {
        self.trouble.hold_off = retry_after.map(|_| HoldOff {
            from: now,
            length: pace::believed(&self.policy, retry_after),
        });
    }
}

//! From event to action.

use status_model::{Seconds, Timestamp};

use super::{
    Action, Event, Failure, Policy, Turn,
    pace::Waits,
    policy::{minus, plus},
    state::{End, Known, Phase, Promise, Trouble, Viewer},
};

/// Decides when to ask next, and knows how current the last answer is.
///
/// Times are the viewer's own, to be compared with one another only: it does not matter whether
/// that clock is right.
#[derive(Clone, Debug)]
pub struct Poller {
    pub(super) policy: Policy,
    pub(super) phase: Phase,
    turn: Turn,
    pub(super) viewer: Viewer,
    pub(super) known: Known,
    pub(super) trouble: Trouble,
    /// Since when something that is asked for is not there.
    pub(super) missing_since: Option<Timestamp>,
    /// Has nothing been heard since the asking began anew?
    pub(super) resuming: bool,
    pub(super) promise: Promise,
    pub(super) waits: Waits,
    pub(super) sent_at: Option<Timestamp>,
    /// So many answers in a row brought nothing new.
    pub(super) unchanged: u32,
}

impl Poller {
    /// A poller that waits for [`Event::Opened`].
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            phase: Phase::Unopened,
            turn: Turn::default(),
            viewer: Viewer::default(),
            known: Known::default(),
            trouble: Trouble::default(),
            missing_since: None,
            resuming: false,
            promise: Promise::at_once(Timestamp::from_unix_millis(0)),
            waits: Waits::default(),
            sent_at: None,
            unchanged: 0,
        }
    }

    /// What to do after an event, at a time by the viewer's clock and with a random number from
    /// 0 to 1.
    #[must_use = "polling stands still when an action is not done"]
    pub fn step(&mut self, event: Event, now: Timestamp, random: f64) -> Action {
        match event {
            Event::Opened => self.open(now),
            Event::Answered(turn, answer) if self.awaits(turn) => {
                self.answered(answer, now, random)
            }
            Event::Failed(turn, failure) if self.awaits(turn) => self.failed(failure, now, random),
            Event::TimerFired(turn) if turn == self.turn => self.timer_fired(now, random),
            Event::Answered(..) | Event::Failed(..) | Event::TimerFired(_) => Action::Nothing,
            Event::Visibility(is_looking) => {
                let came_back = is_looking && !self.viewer.is_looking;
                self.viewer.is_looking = is_looking;
                self.viewer_changed(came_back, now)
            }
            Event::Online(true) => {
                self.viewer.offline_since = None;
                self.viewer_changed(false, now)
            }
            Event::Online(false) => {
                self.viewer.offline_since.get_or_insert(now);
                self.viewer_changed(false, now)
            }
            Event::NotifyWanted(wanted) => {
                self.viewer.wants_to_be_told = wanted;
                self.viewer_changed(false, now)
            }
            Event::CheckAgain => self.check_again(now),
        }
    }

    /// Is the request of this turn the one in flight? The answer to any other is out of date
    /// and must not be shown.
    #[must_use]
    pub fn awaits(&self, turn: Turn) -> bool {
        turn == self.turn && matches!(self.phase, Phase::Asking { .. })
    }

    /// When the last good answer arrived, by the viewer's clock.
    #[must_use]
    pub const fn as_of(&self) -> Option<Timestamp> {
        self.known.as_of
    }

    fn open(&mut self, now: Timestamp) -> Action {
        if self.phase != Phase::Unopened {
            return Action::Nothing;
        }
        self.phase = Phase::Suspended;
        self.promise = Promise::at_once(now);
        if self.viewer.may_be_served() {
            self.request(now)
        } else {
            Action::Rest
        }
    }

    fn timer_fired(&mut self, now: Timestamp, random: f64) -> Action {
        match self.phase {
            Phase::Asking { .. } => self.failed(Failure::TimedOut, now, random),
            Phase::Between { .. } => {
                // The machine slept: an answer is wanted now, not when something changes.
                self.resuming |= self.is_overdue(now);
                self.request(now)
            }
            Phase::Unopened | Phase::Suspended | Phase::Ended(_) => Action::Nothing,
        }
    }

    /// After anything about the viewer has changed.
    fn viewer_changed(&mut self, came_back: bool, now: Timestamp) -> Action {
        match self.phase {
            Phase::Suspended if self.viewer.may_be_served() => self.begin_anew(now),
            Phase::Unopened | Phase::Ended(_) | Phase::Suspended => Action::Nothing,
            _ if !self.viewer.may_be_served() => {
                self.phase = Phase::Suspended;
                self.next_turn();
                Action::Rest
            }
            Phase::Between { .. } if came_back => self.begin_anew(now),
            Phase::Between { due } if !self.viewer.is_looking => self.slow_down(due, now),
            Phase::Asking { .. } | Phase::Between { .. } => Action::Nothing,
        }
    }

    /// Nobody looks any more, but somebody wants to be told: the next poll can wait.
    fn slow_down(&mut self, due: Timestamp, now: Timestamp) -> Action {
        let is_steady = self.trouble.failures == 0 && self.missing_since.is_none();
        if !is_steady || self.known.is_final || self.can_wait() {
            return Action::Nothing;
        }
        let left = minus(self.policy.seldom, self.since_sent(now));
        let planned = due.since(now).unwrap_or_default();
        self.promise.interval = self.expected_after(self.policy.seldom);
        self.ask_after(left.max(planned), now)
    }

    fn check_again(&mut self, now: Timestamp) -> Action {
        match self.phase {
            Phase::Unopened | Phase::Suspended | Phase::Asking { wait: None } => Action::Nothing,
            Phase::Ended(_) => {
                self.trouble = Trouble::default();
                self.missing_since = None;
                // Without a network it is made when that is back.
                self.phase = Phase::Suspended;
                self.viewer_changed(false, now)
            }
            Phase::Asking { wait: Some(_) } | Phase::Between { .. } => {
                // A person asks: what the server wanted of the machine does not hold.
                self.trouble.hold_off = None;
                self.trouble.tries = 0;
                self.resuming = true;
                self.ask_after(Seconds::default(), now)
            }
        }
    }

    /// Asks at once after a pause, and begins the pace anew.
    fn begin_anew(&mut self, now: Timestamp) -> Action {
        self.resuming = true;
        self.trouble.tries = 0;
        self.promise = Promise::at_once(now);
        self.ask_after(Seconds::default(), now)
    }

    /// Asks after a while: later where it would be too soon after the last request or where the
    /// server wants to be left alone, at once where nothing of it is left.
    pub(super) fn ask_after(&mut self, after: Seconds, now: Timestamp) -> Action {
        let apart = minus(self.policy.apart, self.since_sent(now));
        let hold_off = self.trouble.hold_off.map(|hold_off| hold_off.left(now));
        let after = after.max(apart).max(hold_off.unwrap_or_default());
        if after == Seconds::default() {
            return self.request(now);
        }
        self.phase = Phase::Between { due: now + after };
        Action::Wake {
            turn: self.next_turn(),
            after,
        }
    }

    fn request(&mut self, now: Timestamp) -> Action {
        let wait = self.next_wait();
        self.phase = Phase::Asking { wait };
        self.sent_at = Some(now);
        Action::Request {
            turn: self.next_turn(),
            wait,
            give_up_after: self.policy.patience(wait),
        }
    }

    pub(super) fn end(&mut self, end: End) -> Action {
        self.phase = Phase::Ended(end);
        self.next_turn();
        Action::Rest
    }

    fn next_turn(&mut self) -> Turn {
        self.turn = Turn(self.turn.0.wrapping_add(1));
        self.turn
    }

    /// Is the server likely to hold its next answer back until something changes?
    pub(super) fn can_wait(&self) -> bool {
        self.known.is_comparable && self.waits.are_likely()
    }

    /// The wait to ask for. None where an answer is wanted soon, be it the same: after trouble
    /// or a pause, to confirm, or to look whether anything moves again.
    pub(super) fn next_wait(&self) -> Option<u8> {
        let is_steady = self.trouble.failures == 0
            && self.missing_since.is_none()
            && !self.resuming
            && !self.known.is_final
            && !self.has_stalled();
        (self.known.is_comparable && is_steady).then_some(self.policy.wait)
    }

    /// When the next answer is to be expected if it is asked for after a while.
    pub(super) fn expected_after(&self, after: Seconds) -> Seconds {
        let wait = self.next_wait().unwrap_or_default();
        plus(after, Seconds::from_secs(wait.into()))
    }

    pub(super) fn has_stalled(&self) -> bool {
        let limit = self.policy.stalled_after;
        matches!((self.known.progress_age, limit), (Some(age), Some(limit)) if age >= limit)
    }

    pub(super) fn since_sent(&self, now: Timestamp) -> Seconds {
        match self.sent_at {
            Some(sent_at) => now.since(sent_at).unwrap_or_default(),
            None => Seconds::from_millis(u64::MAX),
        }
    }
}

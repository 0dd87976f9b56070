//! A tab that does what the poller says, one event after another.

use portal_model::poll::{Action, Answer, Event, Failure, Fetching, Policy, Poller, Turn};
use status_model::{Seconds, Timestamp};

/// 2026-11-22T12:00:00Z.
pub const NOON: i64 = 1_795_348_800_000;

pub const SECOND: u64 = 1000;
pub const MINUTE: u64 = 60 * SECOND;
pub const HOUR: u64 = 60 * MINUTE;

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis)
}

pub fn ms(millis: u64) -> Seconds {
    Seconds::from_millis(millis)
}

/// An answer that brings something new, of a server that knows neither entity tag nor wait.
pub fn changed() -> Answer {
    Answer {
        changed: true,
        comparable: false,
        waited: false,
        is_final: false,
        last_progress_age: None,
    }
}

/// An answer that brings nothing new, of the same old server.
pub fn unchanged() -> Answer {
    Answer {
        changed: false,
        ..changed()
    }
}

/// Of a server that has entity tags and was not asked to wait.
pub fn tagged(answer: Answer) -> Answer {
    Answer {
        comparable: true,
        ..answer
    }
}

/// Of a server that held it back as asked.
pub fn waited(answer: Answer) -> Answer {
    Answer {
        waited: true,
        ..tagged(answer)
    }
}

pub fn is_final(answer: Answer) -> Answer {
    Answer {
        is_final: true,
        ..answer
    }
}

pub fn http(status: u16) -> Failure {
    Failure::Http {
        status,
        retry_after: None,
    }
}

/// Reproducible random numbers (splitmix64).
pub struct Random(pub u64);

impl Random {
    pub fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to, not including, 1.
    pub fn unit(&mut self) -> f64 {
        let high = u32::try_from(self.next_u64() >> 32).unwrap();
        f64::from(high) / (f64::from(u32::MAX) + 1.0)
    }

    pub fn below(&mut self, limit: u64) -> u64 {
        self.next_u64() % limit
    }
}

/// One browser tab: a poller, its clock, its one timer.
pub struct Tab {
    pub poller: Poller,
    pub now: i64,
    pub random: f64,
    timer: Option<(Turn, i64)>,
    request: Option<Turn>,
}

impl Tab {
    /// Before it is opened, at noon, with a random source that always gives the middle.
    pub fn new(policy: Policy) -> Self {
        Self {
            poller: Poller::new(policy),
            now: NOON,
            random: 0.5,
            timer: None,
            request: None,
        }
    }

    /// A tab on a session, opened, its first request in flight.
    pub fn open() -> Self {
        let mut tab = Self::new(Policy::session());
        assert_eq!(request(tab.step(Event::Opened)), None);
        tab
    }

    pub fn step(&mut self, event: Event) -> Action {
        let action = self.poller.step(event, at(self.now), self.random);
        match action {
            Action::Nothing => {}
            Action::Request {
                turn,
                give_up_after,
                ..
            } => {
                self.request = Some(turn);
                self.timer = Some((turn, self.now + signed(give_up_after.millis())));
            }
            Action::Wake { turn, after } => {
                self.request = None;
                self.timer = Some((turn, self.now + signed(after.millis())));
            }
            Action::Rest => {
                self.request = None;
                self.timer = None;
            }
        }
        action
    }

    /// Time goes by; the timer is not heard.
    pub fn pass(&mut self, millis: u64) -> &mut Self {
        self.now += signed(millis);
        self
    }

    /// The request in flight.
    pub fn in_flight(&self) -> Turn {
        self.request.expect("a request is in flight")
    }

    pub fn is_asking(&self) -> bool {
        self.request.is_some()
    }

    pub fn has_timer(&self) -> bool {
        self.timer.is_some()
    }

    /// The request in flight is answered after so long.
    pub fn answer_after(&mut self, millis: u64, answer: Answer) -> Action {
        let turn = self.in_flight();
        self.pass(millis).step(Event::Answered(turn, answer))
    }

    /// The request in flight fails after so long.
    pub fn fail_after(&mut self, millis: u64, failure: Failure) -> Action {
        let turn = self.in_flight();
        self.pass(millis).step(Event::Failed(turn, failure))
    }

    /// Time goes by until the timer fires.
    pub fn fire(&mut self) -> Action {
        self.fire_late(0)
    }

    /// The timer fires so much later than it was set for.
    pub fn fire_late(&mut self, millis: u64) -> Action {
        let (turn, due) = self.timer.take().expect("a timer is set");
        self.now = self.now.max(due) + signed(millis);
        self.step(Event::TimerFired(turn))
    }

    /// The timer fires at once, as it does when the clock was set meanwhile.
    pub fn fire_now(&mut self) -> Action {
        let (turn, _) = self.timer.take().expect("a timer is set");
        self.step(Event::TimerFired(turn))
    }

    pub fn fetching(&self) -> Fetching {
        self.poller.freshness(at(self.now)).fetching
    }

    /// Seconds since the last good answer.
    pub fn age(&self) -> Option<Seconds> {
        at(self.now).since(self.poller.freshness(at(self.now)).as_of?)
    }
}

/// It has to be a request: the wait that it asks for.
pub fn request(action: Action) -> Option<u8> {
    match action {
        Action::Request { wait, .. } => wait,
        other => panic!("a request was to be sent, not {other:?}"),
    }
}

/// It has to be a timer: in how many milliseconds it fires.
pub fn wake(action: Action) -> u64 {
    match action {
        Action::Wake { after, .. } => after.millis(),
        other => panic!("a timer was to be set, not {other:?}"),
    }
}

pub fn signed(millis: u64) -> i64 {
    i64::try_from(millis).unwrap()
}

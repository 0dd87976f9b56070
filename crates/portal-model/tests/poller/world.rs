//! A tab, its viewer, a network and a scripted server, in virtual time.

use std::collections::VecDeque;

use portal_model::poll::{Action, Answer, Event, Failure, Policy, Poller, Turn};
use status_model::Timestamp;

use crate::support::{NOON, Random, at, ms, signed};

/// A server and the session on it, known from start to end beforehand.
pub struct Server {
    /// Has it entity tags?
    pub has_tags: bool,
    /// Does it hold answers back?
    pub waits: bool,
    /// What it takes to answer, at least and at most.
    pub latency: (u64, u64),
    /// When the session changes.
    pub changes: Vec<i64>,
    /// When its last change makes it final.
    pub final_at: Option<i64>,
    /// From when to when it fails, and how.
    pub outages: Vec<(i64, i64, Outage)>,
}

/// How a request ends; with the version of the session that it brings.
type Reply = Result<(usize, Answer), Failure>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outage {
    /// Connections are refused.
    Refuses,
    /// Connections are taken, and nothing comes.
    Hangs,
    /// It answers, with an error.
    Fails(Failure),
}

impl Server {
    pub fn modern() -> Self {
        Self {
            has_tags: true,
            waits: true,
            latency: (5, 60),
            changes: Vec::new(),
            final_at: None,
            outages: Vec::new(),
        }
    }

    /// Today's backend, which knows neither entity tag nor wait.
    pub fn old() -> Self {
        Self {
            has_tags: false,
            waits: false,
            ..Self::modern()
        }
    }

    pub fn outage_at(&self, time: i64) -> Option<(i64, i64, Outage)> {
        let during = |(from, to, _): &&(i64, i64, Outage)| (*from..*to).contains(&time);
        self.outages.iter().find(during).copied()
    }

    /// The number of changes so far.
    fn version_at(&self, time: i64) -> usize {
        self.changes.partition_point(|change| *change <= time)
    }

    /// When a request ends, and with what; nothing where it hangs.
    fn handle(
        &self,
        sent_at: i64,
        wait: Option<u8>,
        shown: Option<usize>,
        latency: i64,
    ) -> Option<(i64, Reply)> {
        let arrives = sent_at + latency / 2;
        if let Some((_, _, outage)) = self.outage_at(arrives) {
            return match outage {
                Outage::Refuses => Some((arrives, Err(Failure::Unreachable))),
                Outage::Hangs => None,
                Outage::Fails(failure) => Some((sent_at + latency, Err(failure))),
            };
        }
        let waits = self.has_tags && self.waits && wait.is_some();
        let until = arrives + i64::from(wait.unwrap_or_default()) * 1000;
        let change = self.changes.get(self.version_at(arrives)).copied();
        let answers = if waits && shown == Some(self.version_at(arrives)) {
            change.unwrap_or(i64::MAX).min(until)
        } else {
            arrives
        };
        let broken = |(from, _, _): &&(i64, i64, Outage)| (arrives..answers).contains(from);
        if let Some((from, _, _)) = self.outages.iter().find(broken) {
            return Some((*from, Err(Failure::Unreachable)));
        }
        let version = self.version_at(answers);
        let answer = Answer {
            changed: shown != Some(version),
            comparable: self.has_tags,
            waited: waits,
            is_final: self.final_at.is_some_and(|time| time <= answers),
            last_progress_age: None,
        };
        Some((answers + latency / 2, Ok((version, answer))))
    }
}

/// A request as the server saw it.
#[derive(Clone, Copy, Debug)]
pub struct Sent {
    pub at: i64,
    pub wait: Option<u8>,
    pub ended: Option<i64>,
    pub outcome: Outcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Open,
    Answered { changed: bool },
    Failed,
    Aborted,
}

pub struct World {
    pub now: i64,
    pub poller: Poller,
    pub server: Server,
    /// What the viewer does, and when.
    pub viewer: VecDeque<(i64, Event)>,
    pub sent: Vec<Sent>,
    /// When each version was first on the screen.
    pub shown: Vec<(i64, usize)>,
    random: Random,
    flight: Option<(Turn, i64, Reply)>,
    timer: Option<(Turn, i64)>,
    as_of: Option<Timestamp>,
}

impl World {
    pub fn new(policy: Policy, server: Server, seed: u64) -> Self {
        Self {
            now: NOON,
            poller: Poller::new(policy),
            server,
            viewer: VecDeque::new(),
            sent: Vec::new(),
            shown: Vec::new(),
            random: Random(seed),
            flight: None,
            timer: None,
            as_of: None,
        }
    }

    /// Opens the page and lets time go by, to this time.
    pub fn run_to(&mut self, end: i64) {
        self.step(Event::Opened);
        while let Some(next) = self.next().filter(|next| *next <= end) {
            self.now = next;
            if self.viewer.front().is_some_and(|(time, _)| *time <= next) {
                let (_, event) = self.viewer.pop_front().unwrap();
                self.step(event);
            } else if self.flight.is_some_and(|(_, time, _)| time <= next) {
                self.land();
            } else if let Some((turn, _)) = self.timer.take() {
                self.step(Event::TimerFired(turn));
            }
        }
        self.now = end;
    }

    fn next(&self) -> Option<i64> {
        let viewer = self.viewer.front().map(|(time, _)| *time);
        let flight = self.flight.map(|(_, time, _)| time);
        let timer = self.timer.map(|(_, time)| time);
        let next = [viewer, flight, timer].into_iter().flatten().min();
        next.map(|next| next.max(self.now))
    }

    /// The request in flight ends.
    fn land(&mut self) {
        let (turn, _, result) = self.flight.take().unwrap();
        assert!(self.poller.awaits(turn), "the one in flight is awaited");
        match result {
            Ok((version, answer)) => {
                let changed = answer.changed;
                self.end_request(Outcome::Answered { changed });
                if changed {
                    self.shown.push((self.now, version));
                }
                self.step(Event::Answered(turn, answer));
            }
            Err(failure) => {
                self.end_request(Outcome::Failed);
                self.step(Event::Failed(turn, failure));
            }
        }
    }

    fn end_request(&mut self, outcome: Outcome) {
        let open = self.sent.last_mut().filter(|sent| sent.ended.is_none());
        if let Some(sent) = open {
            sent.ended = Some(self.now);
            sent.outcome = outcome;
        }
    }

    fn step(&mut self, event: Event) {
        let random = self.random.unit();
        let action = self.poller.step(event, at(self.now), random);
        self.check_data_is_kept();
        match action {
            Action::Nothing => return,
            Action::Rest => self.timer = None,
            Action::Wake { turn, after } => {
                self.timer = Some((turn, self.now + signed(after.millis())));
            }
            Action::Request { .. } => {}
        }
        self.flight = None;
        self.end_request(Outcome::Aborted);
        if let Action::Request {
            turn,
            wait,
            give_up_after,
        } = action
        {
            self.timer = Some((turn, self.now + signed(give_up_after.millis())));
            self.send(turn, wait);
        }
    }

    fn send(&mut self, turn: Turn, wait: Option<u8>) {
        let in_flight = self.sent.last().is_some_and(|sent| sent.ended.is_none());
        assert!(!in_flight, "two requests in flight at {}", self.now);
        self.sent.push(Sent {
            at: self.now,
            wait,
            ended: None,
            outcome: Outcome::Open,
        });
        let (least, most) = self.server.latency;
        let latency = signed(least + self.random.below(most - least + 1));
        let shown = self.shown.last().map(|(_, version)| *version);
        let result = self.server.handle(self.now, wait, shown, latency);
        self.flight = result.map(|(time, result)| (turn, time, result));
    }

    /// Whatever happened: what is on the screen stays, and its age does not jump back.
    fn check_data_is_kept(&mut self) {
        let as_of = self.poller.freshness(at(self.now)).as_of;
        assert!(as_of >= self.as_of, "{as_of:?} after {:?}", self.as_of);
        assert!(as_of.is_none_or(|as_of| as_of <= at(self.now)));
        self.as_of = as_of;
    }

    /// The times from the end of a request to the start of the next.
    pub fn pauses(&self) -> Vec<i64> {
        let pairs = self.sent.windows(2);
        pairs
            .filter_map(|pair| Some(pair[1].at - pair[0].ended?))
            .collect()
    }

    /// The most requests that were sent within any stretch of this length.
    pub fn most_within(&self, length: u64) -> usize {
        let starts: Vec<i64> = self.sent.iter().map(|sent| sent.at).collect();
        let within = |index: usize| {
            let end = starts[index] + signed(ms(length).millis());
            starts[index..]
                .iter()
                .take_while(|start| **start < end)
                .count()
        };
        (0..starts.len()).map(within).max().unwrap_or_default()
    }
}

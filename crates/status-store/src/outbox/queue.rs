//! What waits for the store, and what is to be done next. Pure: the time and randomness are
//! arguments.

use std::collections::{HashMap, HashSet, VecDeque};

use status_model::{SessionId, Timestamp, change::Change};
use tokio::time::Instant;

use super::{circuit::Circuit, record::Report};

/// So many sessions are written at a time once the store is back.
const AT_A_TIME: usize = 16;

/// Where a report goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    /// To the store.
    Send,
    /// Behind what waits, without asking a store that is known to be away.
    Keep,
    /// Nowhere: the session's start was refused, so the session is somebody else's.
    Foreign,
}

/// What is next to be done for what waits.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Next {
    /// Write this one.
    Write(Report),
    /// Nothing before this time.
    Until(Instant),
    /// Nothing before something happens.
    Rest,
}

/// What the store says to a report that has waited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It stands there.
    Taken,
    /// It never will.
    Refused,
    /// Nothing: the store is away.
    Away,
}

/// There is no more room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

#[derive(Debug, Default)]
pub(crate) struct Queue {
    sessions: HashMap<SessionId, Waiting>,
    /// Those of whom nothing is being written, in turn.
    ready: VecDeque<SessionId>,
    /// So many are being written.
    busy: usize,
    /// Their start was refused.
    foreign: HashSet<SessionId>,
    circuit: Circuit,
    last_number: u64,
    count: usize,
    bytes: usize,
    dropped: u64,
}

/// What waits of one session, oldest first.
#[derive(Debug, Default)]
struct Waiting {
    reports: VecDeque<Numbered>,
    is_busy: bool,
}

#[derive(Debug)]
struct Numbered {
    number: u64,
    bytes: usize,
    report: Report,
}

impl Queue {
    /// Where a report goes that is made now.
    pub fn route(&mut self, id: &SessionId, change: &Change) -> Route {
        let has = |is: fn(&Change) -> bool| change.parts().iter().any(is);
        let is_foreign = if has(|part| matches!(part, Change::Start(_))) {
            // A new beginning, which is judged by itself.
            self.foreign.remove(id);
            false
        } else if has(|part| matches!(part, Change::Finalize(_))) {
            self.foreign.remove(id)
        } else {
            self.foreign.contains(id)
        };
        if is_foreign {
            Route::Foreign
        } else if self.sessions.contains_key(id) || (self.is_open() && !self.is_empty()) {
            Route::Keep
        } else {
            Route::Send
        }
    }

    /// The number of the next report that is taken in.
    pub const fn next_number(&self) -> u64 {
        self.last_number + 1
    }

    /// Takes reports in, each of so many bytes, all or none; there may be so many bytes.
    pub fn keep(&mut self, reports: Vec<(Report, usize)>, most: usize) -> Result<(), Full> {
        let more: usize = reports.iter().map(|(_, bytes)| bytes).sum();
        if self.bytes.saturating_add(more) > most {
            self.dropped += reports.len() as u64;
            return Err(Full);
        }
        self.bytes += more;
        self.count += reports.len();
        for (report, bytes) in reports {
            self.last_number = self.next_number();
            let id = report.session_id.clone();
            let waiting = self.sessions.entry(id.clone()).or_default();
            if waiting.reports.is_empty() && !waiting.is_busy {
                self.ready.push_back(id);
            }
            waiting.reports.push_back(Numbered {
                number: self.last_number,
                bytes,
                report,
            });
        }
        Ok(())
    }

    /// The store was asked and is away.
    pub fn store_is_away(&mut self, now: Instant, random: f64) {
        self.circuit.fail(now, random);
    }

    /// The store has answered.
    pub fn store_answers(&mut self) {
        self.circuit = Circuit::Closed;
    }

    /// Is the store known to be away?
    pub const fn is_open(&self) -> bool {
        self.circuit.is_open()
    }

    /// What is to be done now. A report that is to be written is out until [`Queue::settle`].
    pub fn next(&mut self, now: Instant) -> Next {
        let at_a_time = match self.circuit {
            Circuit::Closed => AT_A_TIME,
            Circuit::Open { .. } => 1,
        };
        if self.busy >= at_a_time {
            return Next::Rest;
        }
        if let Circuit::Open { probe_at, .. } = self.circuit
            && now < probe_at
            && !self.ready.is_empty()
        {
            return Next::Until(probe_at);
        }
        while let Some(id) = self.ready.pop_front() {
            if let Some(waiting) = self.sessions.get_mut(&id)
                && let Some(first) = waiting.reports.front()
            {
                waiting.is_busy = true;
                self.busy += 1;
                return Next::Write(first.report.clone());
            }
        }
        Next::Rest
    }

    /// What the store said to the oldest report of a session; answers the numbers of those that
    /// are dealt with. The session's next one waits until [`Queue::release`].
    pub fn settle(
        &mut self,
        id: &SessionId,
        verdict: Verdict,
        now: Instant,
        random: f64,
    ) -> Vec<u64> {
        if verdict == Verdict::Away {
            self.store_is_away(now, random);
            return Vec::new();
        }
        self.store_answers();
        let Some(waiting) = self.sessions.get_mut(id) else {
            return Vec::new();
        };
        let mut dealt_with: Vec<Numbered> = waiting.reports.pop_front().into_iter().collect();
        let is_start = |numbered: &Numbered| matches!(numbered.report.change, Change::Start(_));
        if verdict == Verdict::Refused {
            if dealt_with.iter().any(is_start) {
                // What follows is of a session that is not ours, up to the next beginning.
                while let Some(next) = waiting.reports.pop_front_if(|next| !is_start(next)) {
                    dealt_with.push(next);
                }
                let goes_on = !dealt_with
                    .iter()
                    .any(|numbered| matches!(numbered.report.change, Change::Finalize(_)));
                if waiting.reports.is_empty() && goes_on {
                    self.foreign.insert(id.clone());
                }
            }
            self.dropped += dealt_with.len() as u64;
        }
        let bytes: usize = dealt_with.iter().map(|numbered| numbered.bytes).sum();
        self.bytes -= bytes;
        self.count -= dealt_with.len();
        dealt_with.iter().map(|numbered| numbered.number).collect()
    }

    /// What was said of a session's oldest report is on the disk: the next one may go.
    pub fn release(&mut self, id: &SessionId) {
        let Some(waiting) = self.sessions.get_mut(id).filter(|waiting| waiting.is_busy) else {
            return;
        };
        waiting.is_busy = false;
        self.busy -= 1;
        if waiting.reports.is_empty() {
            self.sessions.remove(id);
        } else {
            self.ready.push_back(id.clone());
        }
    }

    /// Does nothing wait, and is nothing being written?
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
    }

    /// All that waits with its numbers, in the order in which it came.
    pub fn reports(&self) -> Vec<(u64, &Report)> {
        let waiting = self.sessions.values();
        let mut all: Vec<_> = waiting
            .flat_map(|waiting| &waiting.reports)
            .map(|numbered| (numbered.number, &numbered.report))
            .collect();
        all.sort_unstable_by_key(|(number, _)| *number);
        all
    }

    /// So many reports wait.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// So many bytes of them.
    pub const fn bytes(&self) -> usize {
        self.bytes
    }

    /// When the oldest of them was made.
    pub fn oldest(&self) -> Option<Timestamp> {
        let waiting = self.sessions.values();
        waiting
            .filter_map(|waiting| waiting.reports.front())
            .map(|numbered| numbered.report.at)
            .min()
    }

    /// So many were given up: refused for good, or there was no more room.
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }
}

#[cfg(test)]
mod tests;

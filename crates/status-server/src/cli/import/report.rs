//! What is seen of a loading: a bar, and the counts at the end.

use std::{
    io::{self, IsTerminal},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use status_store::PutCounts;

use super::Exit;
use crate::cli::output;

/// How often progress is told where there is no terminal for a bar.
const EVERY: Duration = Duration::from_secs(10);

/// A bar on a terminal, a line now and then elsewhere.
#[derive(Clone)]
pub(super) struct Screen {
    bar: ProgressBar,
    told: Instant,
}

impl Screen {
    /// For so many bytes, where that is known.
    pub(super) fn new(total: Option<u64>) -> Self {
        let target = if io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => "{bar:30} {bytes}/{total_bytes}  {eta} left  {msg}",
            None => "{spinner} {bytes}  {elapsed}  {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar,
            told: Instant::now(),
        }
    }

    /// Counts bytes that are read.
    pub(super) const fn bytes(&self) -> &ProgressBar {
        &self.bar
    }

    /// A line that is not to be written across the bar.
    pub(super) fn note(&self, text: &str) {
        self.bar.suspend(|| output::note(text));
    }

    /// So many sessions are loaded.
    pub(super) fn loaded(&mut self, sessions: usize) {
        self.bar.set_message(format!("{sessions} sessions"));
        if self.bar.is_hidden() && self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            output::note(&format!("{sessions} sessions so far …"));
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Read {
    /// Items that could not be read.
    pub(super) unreadable: u64,
    /// Sessions of which something could not be read.
    pub(super) with_warnings: u64,
    /// Sessions that have expired and are not shown.
    pub(super) expired: u64,
    /// Files that could not be opened or broke off.
    pub(super) broken_off: u64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    /// Sessions that are in the store now as they came.
    pub(super) written: usize,
    /// Sessions that were there as new or newer.
    pub(super) left: usize,
    /// What was read.
    pub(super) read: Read,
}

impl Report {
    pub(super) const fn add(&mut self, counts: PutCounts) {
        self.written += counts.written;
        self.left += counts.left;
    }

    pub(super) const fn exit(&self) -> Exit {
        if self.read.broken_off > 0 {
            Exit::Failed
        } else if self.read.unreadable > 0 {
            Exit::Partly
        } else {
            Exit::Well
        }
    }

    /// Prints the counts.
    pub(super) fn tell(&self, as_json: bool, stopped: bool) {
        let Self {
            written,
            left,
            read,
        } = self;
        if as_json {
            let counts = json!({
                "loaded": written, "alreadyThere": left, "unreadable": read.unreadable,
                "withWarnings": read.with_warnings, "expired": read.expired,
                "filesBrokenOff": read.broken_off, "stopped": stopped,
            });
            output::line(&counts.to_string());
        }
        output::note(&self.sentence(stopped));
    }

    fn sentence(&self, stopped: bool) -> String {
        let sessions = if self.written == 1 {
            "session"
        } else {
            "sessions"
        };
        let mut parts = vec![format!("{} {sessions} loaded", self.written)];
        for (count, what) in [
            (self.left as u64, "were there already, as new or newer"),
            (self.read.unreadable, "could not be read"),
            (self.read.with_warnings, "only in part"),
            (self.read.expired, "have expired and are not shown"),
            (self.read.broken_off, "files broke off"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        let counts = parts.join(", ");
        if stopped {
            format!("{counts}; stopped before the end: run the same command again for the rest.")
        } else {
            format!("{counts}.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counts_are_told_in_a_sentence() {
        let mut report = Report::default();
        report.add(PutCounts {
            written: 7,
            left: 0,
        });
        assert_eq!(report.sentence(false), "7 sessions loaded.");
        assert_eq!(report.exit(), Exit::Well);
        report.add(PutCounts {
            written: 1,
            left: 2,
        });
        report.read.unreadable = 3;
        assert_eq!(
            report.sentence(false),
            "8 sessions loaded, 2 were there already, as new or newer, 3 could not be read."
        );
        assert_eq!(report.exit(), Exit::Partly);
        report.read.broken_off = 1;
        assert_eq!(report.exit(), Exit::Failed);
    }
}

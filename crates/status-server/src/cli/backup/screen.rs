//! What is seen of a backup: a bar, and what it came to.

use std::{
    fmt::Display,
    io::{self, IsTerminal},
    path::Path,
    time::{Duration, Instant},
};

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use status_store::sqlite::backup::Done;

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
    pub(super) fn new() -> Self {
        let target = if io::stderr().is_terminal() {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes}  {msg}") {
            bar.set_style(style);
        }
        Self {
            bar,
            told: Instant::now(),
        }
    }

    /// So many bytes of so many are copied.
    pub(super) fn copied(&mut self, bytes: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(bytes);
        if bytes == total {
            self.bar.set_message("checking …");
        }
        if self.bar.is_hidden() && self.told.elapsed() >= EVERY {
            self.told = Instant::now();
            let (bytes, total) = (HumanBytes(bytes), HumanBytes(total));
            output::note(&format!("{bytes} of {total} so far …"));
        }
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Prints what the backup came to.
pub(super) fn tell(target: &Path, done: Done, took: Duration, as_json: bool) {
    let Done { sessions, bytes } = done;
    if as_json {
        let made = json!({
            "target": target, "sessions": sessions, "bytes": bytes,
            "seconds": (took.as_secs_f64() * 1000.0).round() / 1000.0,
        });
        output::line(&made.to_string());
    }
    output::note(&sentence(target, done, took));
}

/// Prints why there is none.
pub(super) fn note(reason: &dyn Display) {
    output::note(&format!("{reason}."));
}

fn sentence(target: &Path, done: Done, took: Duration) -> String {
    let sessions = match done.sessions {
        1 => "1 session".to_owned(),
        many => format!("{many} sessions"),
    };
    format!(
        "{} is a backup of {sessions}, {}, checked, made in {:.1} s.",
        target.display(),
        HumanBytes(done.bytes),
        took.as_secs_f64()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_backup_came_to_is_told_in_a_sentence() {
        let done = |sessions| Done {
            sessions,
            bytes: 3 * 1024 * 1024,
        };
        let said = |sessions| {
            let took = Duration::from_millis(1_240);
            sentence(Path::new("a.db"), done(sessions), took)
        };
        assert_eq!(
            said(7),
            "a.db is a backup of 7 sessions, 3.00 MiB, checked, made in 1.2 s."
        );
        assert!(said(1).contains("of 1 session,"));
    }
}

//! What is seen meanwhile, and what is asked.

use std::{
    io::{self, IsTerminal, Write},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output;

/// Tells what goes on: on a terminal beside a clock, elsewhere once.
pub(super) struct Screen {
    bar: ProgressBar,
    json: bool,
}

impl Screen {
    pub(super) fn new(json: bool) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        Self { bar, json }
    }

    /// For people: where standard output is for machines, on standard error.
    pub(super) fn say(&self, text: &str) {
        if self.json {
            output::note(text);
        } else {
            output::line(text);
        }
    }

    /// Something begins that may take minutes.
    pub(super) fn begin(&mut self, what: &str) {
        self.bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed}  {msg}") {
            self.bar.set_style(style);
        }
        self.bar.set_message(what.to_owned());
        self.bar.enable_steady_tick(Duration::from_millis(200));
    }

    /// It has ended.
    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }
}

/// What is typed in answer; nothing where there is nobody to ask.
pub(super) async fn ask(question: &str) -> Option<String> {
    if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
        return None;
    }
    let mut stderr = io::stderr();
    let _ = write!(stderr, "{question} ").and_then(|()| stderr.flush());
    let line = tokio::task::spawn_blocking(|| {
        let mut line = String::new();
        io::stdin().read_line(&mut line).map(|_| line)
    });
    let line = line.await.ok()?.ok()?;
    Some(line.trim().to_owned())
}

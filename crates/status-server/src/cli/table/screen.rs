//! What is seen meanwhile, and what is asked.

use std::{
    future::Future,
    io::{self, IsTerminal, Write},
    pin::pin,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output;

/// What every command begins with.
pub(super) const LOOKING: &str = "looking at the table";

/// Tells what goes on, on a terminal beside a clock.
pub(super) struct Screen {
    json: bool,
}

impl Screen {
    pub(super) const fn new(json: bool) -> Self {
        Self { json }
    }

    /// For people: where standard output is for machines, on standard error.
    pub(super) fn say(&self, text: &str) {
        if self.json {
            output::note(text);
        } else {
            output::line(text);
        }
    }

    /// Waits for what may take minutes, and says each minute that it goes on.
    pub(super) async fn wait<T>(&self, what: &str, work: impl Future<Output = T>) -> T {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed}  {msg}") {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        let mut work = pin!(work);
        let mut minutes = 0;
        let done = loop {
            tokio::select! {
                done = &mut work => break done,
                () = tokio::time::sleep(Duration::from_mins(1)) => {
                    minutes += 1;
                    if bar.is_hidden() {
                        output::note(&format!("still at it after {minutes} min: {what}"));
                    }
                }
            }
        };
        bar.finish_and_clear();
        done
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

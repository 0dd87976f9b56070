//! What is seen of a run: a line for each document, a bar below on a terminal, the counts at the
//! end.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use orchestrator::{Event, Outcome, Summary, Verdict};
use serde_json::json;

use super::{Read, Unwritten};
use crate::cli::output;

/// Tells of a run.
pub(super) struct Progress {
    bar: ProgressBar,
    json: bool,
    running: u64,
    completed: u64,
    failed: u64,
}

impl Progress {
    pub(super) fn new(json: bool, on_terminal: bool) -> Self {
        let bar = if on_terminal {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {elapsed}  {msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            bar
        } else {
            ProgressBar::hidden()
        };
        Self {
            bar,
            json,
            running: 0,
            completed: 0,
            failed: 0,
        }
    }

    /// Takes lines for standard error, which are then not written across the bar.
    pub(super) fn complaints(&self) -> impl Fn(&str) + Send + use<> {
        let bar = self.bar.clone();
        move |text| bar.suspend(|| output::note(text))
    }

    /// Something has happened.
    pub(super) fn tell(&mut self, event: Event<'_>) {
        match event {
            Event::Started(_) => self.running += 1,
            Event::Ended(outcome) => {
                self.running = self.running.saturating_sub(1);
                match outcome.verdict {
                    Verdict::Completed => self.completed += 1,
                    Verdict::Failed(..) => self.failed += 1,
                    Verdict::Refused(_) => {}
                }
                let text = sentence(outcome);
                self.bar.suspend(|| {
                    output::note(&text);
                    if self.json {
                        output::line(&machine_readable(outcome).to_string());
                    }
                });
            }
        }
        let Self {
            running,
            completed,
            failed,
            ..
        } = self;
        self.bar.set_message(format!(
            "{running} running, {completed} completed, {failed} failed"
        ));
    }

    /// A line for people.
    pub(super) fn note(&self, text: &str) {
        self.bar.suspend(|| output::note(text));
    }

    /// Nothing runs any more; so much is still to be written.
    pub(super) fn wait_for(&self, reports: &str) {
        self.bar
            .set_message(format!("waiting for the store to take {reports}"));
    }

    /// It is over.
    pub(super) fn finish(self, summary: &Summary, read: &Read, unwritten: &Unwritten) {
        self.bar.finish_and_clear();
        let Summary {
            completed,
            failed,
            refused,
            reports_lost,
            stopped,
        } = *summary;
        let unreadable = read.unreadable;
        let Unwritten { kept, dropped } = *unwritten;
        if self.json {
            let counts = json!({
                "completed": completed, "failed": failed, "refused": refused,
                "unreadableLines": unreadable, "reportsLost": reports_lost, "reportsKept": kept,
                "reportsDropped": dropped, "stopped": stopped,
            });
            output::line(&json!({ "summary": counts }).to_string());
        }
        let mut parts = vec![format!("{completed} completed, {failed} failed")];
        for (count, what) in [
            (refused, "refused"),
            (unreadable, "lines unreadable"),
            (reports_lost as u64, "reports lost"),
            (kept as u64, "reports kept in the outbox"),
            (dropped, "reports dropped"),
        ] {
            if count > 0 {
                parts.push(format!("{count} {what}"));
            }
        }
        let end = if stopped {
            "; stopped before the end."
        } else {
            "."
        };
        output::note(&(parts.join(", ") + end));
    }
}

fn sentence(outcome: &Outcome) -> String {
    let Outcome {
        session_id,
        document_id,
        ..
    } = outcome;
    let seconds = outcome.elapsed.as_secs_f64();
    let how = match &outcome.verdict {
        Verdict::Completed => format!("completed in {seconds:.1} s"),
        Verdict::Failed(agent, error) => {
            format!(
                "failed in {agent} after {seconds:.1} s: {}",
                first_line(error)
            )
        }
        Verdict::Refused(reason) => {
            format!("not run: {reason}. To run the document again, give it a new sessionId")
        }
    };
    format!("{document_id} ({session_id}) {how}")
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn machine_readable(outcome: &Outcome) -> serde_json::Value {
    let (verdict, agent, error) = match &outcome.verdict {
        Verdict::Completed => ("completed", None, None),
        Verdict::Failed(agent, error) => ("failed", Some(*agent), Some(error)),
        Verdict::Refused(reason) => ("refused", None, Some(reason)),
    };
    json!({
        "sessionId": outcome.session_id,
        "documentId": outcome.document_id,
        "outcome": verdict,
        "agent": agent,
        "error": error,
        "seconds": outcome.elapsed.as_secs_f64(),
        "reportsLost": outcome.reports_lost,
    })
}

#[cfg(test)]
mod tests {
    use status_model::AgentName;

    use super::*;

    fn outcome(verdict: Verdict) -> Outcome {
        Outcome {
            session_id: "s-1".parse().unwrap(),
            document_id: "FAB_1".to_owned(),
            verdict,
            reports_lost: 0,
            elapsed: Duration::from_millis(12_345),
        }
    }

    #[test]
    fn a_document_is_told_in_a_line() {
        let failed = Verdict::Failed(AgentName::PdfAdapter, "one\ntwo".to_owned());
        for (verdict, expected) in [
            (Verdict::Completed, "FAB_1 (s-1) completed in 12.3 s"),
            (failed, "FAB_1 (s-1) failed in pdfAdapter after 12.3 s: one"),
        ] {
            assert_eq!(sentence(&outcome(verdict)), expected);
        }
    }

    #[test]
    fn a_document_is_told_to_machines_with_all_that_is_known() {
        let failed = Verdict::Failed(AgentName::PdfAdapter, "one\ntwo".to_owned());
        assert_eq!(
            machine_readable(&outcome(failed)),
            json!({
                "sessionId": "s-1", "documentId": "FAB_1", "outcome": "failed",
                "agent": "pdfAdapter", "error": "one\ntwo", "seconds": 12.345, "reportsLost": 0,
            })
        );
    }
}

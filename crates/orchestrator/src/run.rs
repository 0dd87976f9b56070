//! Documents, one or many, each to an end that is reported.

use std::{sync::Arc, time::Duration};

use futures_util::{Stream, StreamExt, stream::FuturesUnordered};
use status_model::{AgentName, SessionId, change::FinalStatus};
use tokio::{sync::watch, time::Instant};

use crate::{
    agent::{Agents, Findings},
    clock::Clock,
    document::Document,
    pipeline::{End, Pipeline},
    reporter::Reporter,
    retry::RetryPolicy,
    sink::StatusSink,
    stop::{Phase, Stop},
    track::never_begun,
};

/// Runs documents through the agents and reports to a sink.
#[derive(Debug)]
pub struct Orchestrator<A, S> {
    agents: Arc<A>,
    sink: Arc<S>,
    settings: Settings,
}

/// How documents are run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// When a failed try is tried again.
    pub retry: RetryPolicy,
    /// Are the agents known to be simulated? Then everything says so from its start; otherwise
    /// from the first answer on that does.
    pub simulated: bool,
}

/// What came of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its session.
    pub session_id: SessionId,
    /// The document.
    pub document_id: String,
    /// How it ended.
    pub verdict: Verdict,
    /// So many of its reports never reached the sink.
    pub reports_lost: usize,
    /// How long it took.
    pub elapsed: Duration,
}

/// How a document ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Well.
    Completed,
    /// With a failure: the first agent that failed, and the error.
    Failed(AgentName, String),
    /// It was not run, because its session has ended or has already come further. To run it
    /// again, give it a new session id.
    Refused(String),
}

/// What came of all documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// So many ended well.
    pub completed: u64,
    /// So many failed.
    pub failed: u64,
    /// So many were not run.
    pub refused: u64,
    /// So many reports never reached the sink.
    pub reports_lost: usize,
    /// Was the run stopped before the documents' end?
    pub stopped: bool,
}

/// Something that happened to a document.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Its processing begins.
    Started(&'a Document),
    /// It has come to an end.
    Ended(&'a Outcome),
}

impl<A: Agents, S: StatusSink> Orchestrator<A, S> {
    /// An orchestrator of these agents that reports to this sink.
    #[must_use]
    pub const fn new(agents: Arc<A>, sink: Arc<S>, settings: Settings) -> Self {
        Self {
            agents,
            sink,
            settings,
        }
    }

    /// Runs all documents, at most `concurrency` at a time, and tells what happens to each.
    /// Returns when the last has ended. To end it sooner, stop it: dropped in the middle, it
    /// leaves sessions without their end.
    pub async fn run_all(
        &self,
        documents: impl Stream<Item = Document>,
        concurrency: usize,
        mut stop: Stop,
        mut on_event: impl FnMut(Event<'_>),
    ) -> Summary {
        let mut documents = std::pin::pin!(documents);
        let mut running = FuturesUnordered::new();
        let mut summary = Summary::default();
        let mut has_more = true;
        loop {
            let has_room = running.len() < concurrency.max(1);
            tokio::select! {
                biased;
                Some(outcome) = running.next(), if !running.is_empty() => {
                    summary.count(&outcome);
                    on_event(Event::Ended(&outcome));
                }
                () = stop.reached(Phase::Draining), if has_more => {
                    has_more = false;
                    summary.stopped = true;
                }
                document = documents.next(), if has_more && has_room => match document {
                    Some(document) => {
                        on_event(Event::Started(&document));
                        running.push(self.run(document, stop.clone()));
                    }
                    None => has_more = false,
                },
                else => return summary,
            }
        }
    }

    /// Runs one document. Its session is finalized in every case, whatever breaks.
    pub async fn run(&self, document: Document, mut stop: Stop) -> Outcome {
        let begun = Instant::now();
        let clock = Clock::start();
        let session_id = document.session_id.clone();
        let document_id = document.document_id.clone();
        let (reporter, written) = Reporter::new(Arc::clone(&self.sink), session_id.clone());
        let (at_work, last_at_work) = watch::channel(None);
        let pipeline = Pipeline {
            agents: Arc::clone(&self.agents),
            document,
            reporter: reporter.clone(),
            at_work,
            clock,
            retry: self.settings.retry,
            simulated: self.settings.simulated,
            findings: Findings::default(),
        };

        let mut workflow = tokio::spawn(pipeline.run());
        let joined = tokio::select! {
            joined = &mut workflow => joined,
            () = stop.reached(Phase::Stopping) => {
                workflow.abort();
                workflow.await
            }
        };
        let verdict = match joined {
            Ok(End::Refused(reason)) => Verdict::Refused(reason),
            Ok(End::Finished(status, failure)) => {
                reporter.finalize(status);
                match failure {
                    None => Verdict::Completed,
                    Some((agent, error)) => Verdict::Failed(agent, error),
                }
            }
            Err(error) => {
                let (text, kind) = why_broken_off(error.is_cancelled());
                let track = last_at_work.borrow().clone();
                let (agent, update) = if let Some(mut track) = track {
                    (track.agent, track.broken_off(clock.now(), text, kind))
                } else {
                    // It was about to start, and so it is where a viewer looks for the reason.
                    let first = AgentName::PdfAdapter;
                    let simulated = self.settings.simulated;
                    (
                        first,
                        never_begun(first, clock.now(), text, kind, simulated),
                    )
                };
                reporter.report(agent, update);
                reporter.finalize(FinalStatus::Failed);
                Verdict::Failed(agent, text.to_owned())
            }
        };
        drop(reporter);
        Outcome {
            session_id,
            document_id,
            verdict,
            reports_lost: written.await.unwrap_or_default(),
            elapsed: begun.elapsed(),
        }
    }
}

/// Why a workflow did not come to its end by itself: the error and its kind.
const fn why_broken_off(was_stopped: bool) -> (&'static str, &'static str) {
    if was_stopped {
        ("The orchestrator was stopped.", "OrchestratorStopped")
    } else {
        ("The orchestrator broke off.", "OrchestratorPanicked")
    }
}

impl Summary {
    fn count(&mut self, outcome: &Outcome) {
        match outcome.verdict {
            Verdict::Completed => self.completed += 1,
            Verdict::Failed(..) => self.failed += 1,
            Verdict::Refused(_) => self.refused += 1,
        }
        self.reports_lost += outcome.reports_lost;
    }
}

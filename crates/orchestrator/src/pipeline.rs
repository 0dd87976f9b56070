//! One document's way through the agents.

use std::sync::Arc;

use status_model::{AgentName, MatchClassification, change::FinalStatus};
use tokio::sync::watch;

use crate::{
    agent::{Agents, Findings, Request},
    answer::{Answer, Failure, Success},
    clock::Clock,
    document::Document,
    reporter::Reporter,
    retry::RetryPolicy,
    route::{self, Ending, Next},
    sink::Delivery,
    track::{Activity, Track, skipped},
};

/// How the workflow ended by itself.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum End {
    /// It came to its end; the first failed agent and its error, where one failed.
    Finished(FinalStatus, Option<(AgentName, String)>),
    /// It was not run, because the session has already come further.
    Refused(String),
}

pub(crate) struct Pipeline<A> {
    pub agents: Arc<A>,
    pub document: Document,
    pub reporter: Reporter,
    /// The agent at work, for whoever has to clean up after a panic.
    pub at_work: watch::Sender<Option<Track>>,
    pub clock: Clock,
    pub retry: RetryPolicy,
    pub simulated: bool,
    pub findings: Findings,
}

impl<A: Agents> Pipeline<A> {
    pub async fn run(mut self) -> End {
        if let Delivery::Refused(reason) = self.reporter.start(self.document.start()).await {
            return End::Refused(reason);
        }
        let mut ended = Vec::new();
        let mut first_failure = None;
        loop {
            let next = route::next(&ended);
            for agent in route::skipped(&ended, next) {
                self.reporter
                    .hold(agent, skipped(agent, ended.last(), self.simulated));
            }
            let agent = match next {
                Next::Run(agent) => agent,
                Next::End(status) => return End::Finished(status, first_failure),
            };
            let track = Track::start(agent, self.simulated, self.clock.now());
            let update = track.running(Activity::Running);
            if ended.is_empty() {
                // A session that is final, or whose work is done, is not run again: that would
                // cost and be reported nowhere.
                if let Delivery::Refused(reason) = self.reporter.begin(agent, update).await {
                    return End::Refused(reason);
                }
            } else {
                self.reporter.report(agent, update);
            }
            let result = self.work(track).await;
            self.at_work.send_replace(None);
            self.learn(agent, &result);
            ended.push(match result {
                Ok(success) => (agent, Ending::Success(success.match_classification)),
                Err(failure) => {
                    first_failure.get_or_insert((agent, failure.error));
                    (agent, Ending::Failure)
                }
            });
        }
    }

    /// All of an agent's tries, the first of which is already reported.
    async fn work(&mut self, mut track: Track) -> Result<Success, Failure> {
        let agent = track.agent;
        loop {
            self.at_work.send_replace(Some(track.clone()));
            let attempt = track.attempt();
            let request = Request::new(&self.document, &self.findings, attempt);
            let answer = self.agents.ask(agent, &request).await;
            track.end_try(self.clock.now(), &answer);
            self.at_work.send_replace(Some(track.clone()));
            self.log(agent, attempt, &answer);
            self.simulated = track.simulated;
            let failure = match answer.result {
                Ok(success) => {
                    self.reporter.hold(agent, track.ended(Some(&success)));
                    return Ok(success);
                }
                Err(failure) => failure,
            };
            let Some(wait) = self.retry.wait(attempt, &failure, rand::random()) else {
                self.reporter.hold(agent, track.ended(None));
                return Err(failure);
            };
            let waiting = Activity::Waiting {
                wait,
                next: attempt + 1,
                of: self.retry.max_attempts,
            };
            self.reporter.report(agent, track.running(waiting));
            tokio::time::sleep(wait).await;
            track.begin_try(self.clock.now());
            self.reporter
                .report(agent, track.running(Activity::Running));
        }
    }

    /// Keeps what the agents that follow need.
    fn learn(&mut self, agent: AgentName, result: &Result<Success, Failure>) {
        let findings = &mut self.findings;
        match (agent, result) {
            (AgentName::PdfAdapter, Ok(success)) => {
                findings
                    .canonical_output_location
                    .clone_from(&success.canonical_output_location);
            }
            (AgentName::TradeExtraction, Ok(success)) => {
                let trade_id = success.trade_id.as_ref();
                findings.trade_id = trade_id.or(Some(&self.document.document_id)).cloned();
            }
            (AgentName::TradeExtraction, Err(failure)) => {
                findings.trade_id = Some(self.document.document_id.clone());
                findings.event_type = Some("EXTRACTION_FAILED");
                findings.error_message = Some(failure.error.clone());
            }
            (AgentName::TradeMatching, Ok(success)) => {
                findings.event_type = Some("MATCHING_EXCEPTION");
                findings
                    .match_classification
                    .clone_from(&success.match_classification);
                findings.match_score = success.confidence_score.map(|score| score / 100.0);
            }
            _ => {}
        }
    }

    fn log(&self, agent: AgentName, attempt: u32, answer: &Answer) {
        let session_id = &self.document.session_id;
        let processing_ms = answer.processing_time.map(status_model::Seconds::millis);
        match &answer.result {
            Ok(success) => {
                tracing::debug!(%session_id, %agent, attempt, processing_ms, "agent succeeded");
                if let Some(MatchClassification::Other(word)) = &success.match_classification {
                    tracing::warn!(%session_id, word, "unknown match classification");
                }
            }
            Err(failure) => {
                let error = &failure.error;
                tracing::debug!(%session_id, %agent, attempt, processing_ms, error, "agent failed");
            }
        }
    }
}

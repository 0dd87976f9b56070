//! One agent's work as it is reported: its tries, its words. Pure.

use std::time::Duration;

use status_model::{
    AgentName, AgentStatus, MatchClassification, Run, Timestamp, change::AgentUpdate,
};

use crate::{
    answer::{Answer, Success},
    route::Ending,
};

/// The record of an agent that is at work, or was.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Track {
    /// The agent.
    pub agent: AgentName,
    started_at: Timestamp,
    tries: Vec<Run>,
    /// Does it only play, as far as one knows?
    pub simulated: bool,
}

impl Track {
    /// An agent that starts with its first try.
    pub fn start(agent: AgentName, simulated: bool, now: Timestamp) -> Self {
        let mut track = Self {
            agent,
            started_at: now,
            tries: Vec::new(),
            simulated,
        };
        track.begin_try(now);
        track
    }

    pub fn begin_try(&mut self, now: Timestamp) {
        self.tries.push(Run {
            status: AgentStatus::InProgress,
            started_at: Some(now),
            ..Run::default()
        });
    }

    pub fn end_try(&mut self, now: Timestamp, answer: &Answer) {
        let Some(current) = self.tries.last_mut() else {
            return;
        };
        self.simulated |= answer.simulated;
        end(current, now);
        current.token_usage = answer.token_usage;
        match &answer.result {
            Ok(_) => current.status = AgentStatus::Success,
            Err(failure) => fail(current, &failure.error, &failure.error_type),
        }
    }

    /// The number of the current try, from 1.
    pub fn attempt(&self) -> u32 {
        u32::try_from(self.tries.len()).unwrap_or(u32::MAX)
    }

    /// At work, or waiting for the next try.
    pub fn running(&self, activity: Activity<'_>) -> AgentUpdate {
        AgentUpdate {
            activity: Some(activity.of(self.agent, self.simulated)),
            started_at: Some(self.started_at),
            attempts: Some(self.tries.clone()),
            ..AgentUpdate::new(AgentStatus::InProgress)
        }
    }

    /// At its end, which was that of its last try.
    pub fn ended(&self, success: Option<&Success>) -> AgentUpdate {
        let last = self.tries.last().cloned().unwrap_or_default();
        let activity = match last.status {
            AgentStatus::Success => Activity::Done,
            _ => Activity::Failed,
        };
        let judgement = success.filter(|_| self.agent == AgentName::TradeMatching);
        AgentUpdate {
            completed_at: last.completed_at,
            duration: last.completed_at.and_then(|end| end.since(self.started_at)),
            token_usage: last.token_usage,
            error: last.error,
            error_type: last.error_type,
            // Only words of the vocabulary may be written.
            match_classification: judgement
                .and_then(|success| success.match_classification.clone())
                .filter(|word| !matches!(word, MatchClassification::Other(_))),
            confidence_score: judgement.and_then(|success| success.confidence_score),
            status: last.status,
            ..self.running(activity)
        }
    }

    /// At an end that came from outside, in the middle of a try or between two.
    pub fn broken_off(&mut self, now: Timestamp, error: &str, error_type: &str) -> AgentUpdate {
        match self.tries.last_mut() {
            Some(current) if current.status.is_running() => {
                end(current, now);
                fail(current, error, error_type);
                self.ended(None)
            }
            _ => AgentUpdate {
                status: AgentStatus::Error,
                completed_at: Some(now),
                duration: now.since(self.started_at),
                error: Some(error.to_owned()),
                error_type: Some(error_type.to_owned()),
                ..self.running(Activity::Failed)
            },
        }
    }
}

fn end(run: &mut Run, now: Timestamp) {
    run.completed_at = Some(now);
    run.duration = run.started_at.and_then(|start| now.since(start));
}

fn fail(run: &mut Run, error: &str, error_type: &str) {
    run.status = AgentStatus::Error;
    run.error = Some(error.to_owned());
    run.error_type = Some(error_type.to_owned());
}

/// An agent that was about to start when an end came from outside.
pub(crate) fn never_begun(
    agent: AgentName,
    now: Timestamp,
    error: &str,
    error_type: &str,
    simulated: bool,
) -> AgentUpdate {
    AgentUpdate {
        activity: Some(Activity::Failed.of(agent, simulated)),
        completed_at: Some(now),
        error: Some(error.to_owned()),
        error_type: Some(error_type.to_owned()),
        ..AgentUpdate::new(AgentStatus::Error)
    }
}

/// An agent that is passed over after another one's end.
pub(crate) fn skipped(
    agent: AgentName,
    after: Option<&(AgentName, Ending)>,
    simulated: bool,
) -> AgentUpdate {
    AgentUpdate {
        activity: Some(Activity::Skipped(after).of(agent, simulated)),
        ..AgentUpdate::new(AgentStatus::Skipped)
    }
}

/// What an agent is doing, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Activity<'a> {
    /// At work.
    Running,
    /// Between two tries.
    Waiting { wait: Duration, next: u32, of: u32 },
    /// At its good end.
    Done,
    /// At its bad end.
    Failed,
    /// Passed over after another agent's end.
    Skipped(Option<&'a (AgentName, Ending)>),
}

impl Activity<'_> {
    /// The words as today's orchestrator writes them, labelled where the agents only play.
    fn of(self, agent: AgentName, simulated: bool) -> String {
        let words = self.words(agent);
        if simulated {
            format!("{words} (simulated)")
        } else {
            words
        }
    }

    fn words(self, agent: AgentName) -> String {
        use AgentName::{ExceptionManagement, PdfAdapter, TradeExtraction, TradeMatching};
        let words = match (self, agent) {
            (Self::Running, PdfAdapter) => "Extracting text from PDF document",
            (Self::Running, TradeExtraction) => "Extracting structured trade data",
            (Self::Running, TradeMatching) => "Matching bank and counterparty trades",
            (Self::Running, ExceptionManagement) => "Managing exceptions",
            (Self::Done, PdfAdapter) => "Text extraction complete",
            (Self::Done, TradeExtraction) => "Trade data extraction complete",
            (Self::Done, TradeMatching) => "Trade matching complete",
            (Self::Done, ExceptionManagement) => "Exception management complete",
            (Self::Failed, PdfAdapter) => "Text extraction failed",
            (Self::Failed, TradeExtraction) => "Trade data extraction failed",
            (Self::Failed, TradeMatching) => "Trade matching failed",
            (Self::Failed, ExceptionManagement) => "Exception management failed",
            (Self::Waiting { wait, next, of }, _) => {
                let seconds = wait.as_secs_f64();
                return format!("Waiting {seconds:.1} s before attempt {next} of {of}");
            }
            (Self::Skipped(after), _) => match after {
                Some((PdfAdapter, Ending::Failure)) => "Not run: text extraction failed",
                Some((TradeExtraction, Ending::Failure)) => "Not run: trade data extraction failed",
                Some((_, Ending::Failure)) => "Not run: trade matching failed",
                Some((_, Ending::Success(Some(_)))) => "Not needed: the trades match",
                _ => "Not needed",
            },
        };
        words.to_owned()
    }
}

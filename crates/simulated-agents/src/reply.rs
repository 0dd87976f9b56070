//! One request to one reply. Pure: the same request gets the same reply.

use std::{fmt::Display, time::Duration};

use rand::{RngExt, rngs::Xoshiro256PlusPlus};
use status_model::{AgentName, MatchClassification, Seconds, Timestamp};

use crate::{
    config::Config,
    random::{generator, log_normal},
    scenario::{Behaviour, Scenario},
    wire::{AGENT_VERSION, AgentRequest, Answer, TokenUsage, agent_name},
};

/// What is sent back, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The `Retry-After` header, in seconds.
    pub retry_after: Option<u64>,
    /// How long the agent takes.
    pub delay: Duration,
    /// The body.
    pub answer: Answer,
}

/// What the agent replies to a request that arrives `now`.
#[must_use]
pub fn reply(config: &Config, agent: AgentName, request: &AgentRequest, now: Timestamp) -> Reply {
    let Some(document_id) = request.document_id.as_ref().or(request.trade_id.as_ref()) else {
        return refusal("document_id is missing");
    };
    let scenario = match request.scenario.as_deref().map(str::parse::<Scenario>) {
        Some(Ok(scenario)) => scenario,
        Some(Err(error)) => return refusal(&format!("scenario is {error}")),
        None => Scenario::of_document(config.seed, document_id),
    };
    let attempt = request.attempt.unwrap_or(1);
    let purpose = [agent.as_str(), document_id, &attempt.to_string()];
    let work = Work {
        agent,
        scenario,
        document_id,
        request,
        random: generator(config.seed, &purpose),
    };
    let mut reply = work.reply(config, scenario.behaviour(agent, attempt));
    reply.answer.processing_time_ms = (reply.delay.as_secs_f64() * 10_000.0).round() / 10.0;
    if agent == AgentName::TradeExtraction {
        let length = u64::try_from(reply.delay.as_millis()).unwrap_or(u64::MAX);
        reply.answer.timestamp = Some((now + Seconds::from_millis(length)).to_string());
    }
    reply
}

/// The reply to a request that no agent can make sense of: HTTP 400, at once.
#[must_use]
pub fn refusal(why: &str) -> Reply {
    Reply {
        status: 400,
        retry_after: None,
        delay: Duration::ZERO,
        answer: Answer {
            simulated: true,
            error: Some(said(why)),
            error_type: Some("ValidationException"),
            ..Answer::default()
        },
    }
}

/// What a real agent takes and uses, in the median.
struct Typical {
    seconds: f64,
    input_tokens: f64,
    output_tokens: f64,
}

const fn typical(agent: AgentName) -> Typical {
    let (seconds, input_tokens, output_tokens) = match agent {
        AgentName::PdfAdapter => (80.0, 12_000.0, 2_100.0),
        AgentName::TradeExtraction => (45.0, 5_900.0, 1_150.0),
        AgentName::TradeMatching => (17.0, 3_400.0, 520.0),
        AgentName::ExceptionManagement => (32.0, 2_300.0, 610.0),
    };
    Typical {
        seconds,
        input_tokens,
        output_tokens,
    }
}

struct Work<'a> {
    agent: AgentName,
    scenario: Scenario,
    document_id: &'a str,
    request: &'a AgentRequest,
    random: Xoshiro256PlusPlus,
}

impl Work<'_> {
    fn reply(mut self, config: &Config, behaviour: Behaviour) -> Reply {
        let duration = log_normal(&mut self.random, typical(self.agent).seconds, 0.25);
        let duration = Duration::from_secs_f64(duration);
        let early = Duration::from_secs_f64(self.random.random_range(0.3..1.5));
        let at_speed = |real| config.speed.apply(real);
        let mut retry_after = None;
        let (status, delay, answer) = match behaviour {
            Behaviour::Works => (200, at_speed(duration), self.done()),
            Behaviour::Hangs => (200, config.hang, self.done()),
            Behaviour::Fails => {
                let (error, kind) = self.failure();
                (200, at_speed(duration / 2), self.failed(&error, kind))
            }
            Behaviour::Rejects => {
                let (error, kind) = self.failure();
                (400, at_speed(early), self.failed(&error, kind))
            }
            Behaviour::Throttles => {
                // The header has whole seconds: at high speed even one would be too long a wait.
                let seconds = at_speed(Duration::from_secs(2)).as_secs();
                retry_after = (seconds > 0).then_some(seconds);
                let error = "Too many tokens, please wait before trying again";
                let answer = self.failed(error, "ThrottlingException");
                (429, at_speed(early), answer)
            }
            Behaviour::Unavailable => {
                let error = "The model service is unavailable";
                let answer = self.failed(error, "ServiceUnavailableException");
                (503, at_speed(early), answer)
            }
        };
        Reply {
            status,
            retry_after,
            delay,
            answer,
        }
    }

    fn done(&mut self) -> Answer {
        let base = Answer {
            simulated: true,
            success: true,
            token_usage: self
                .scenario
                .reports_usage(self.agent)
                .then(|| self.tokens()),
            ..Answer::default()
        };
        let document_id = Some(self.document_id.to_owned());
        let correlation_id = self.request.correlation_id.clone();
        let source_type = self.request.source_type.clone();
        let source = source_type.as_deref().unwrap_or("UNKNOWN");
        let name = Some(agent_name(self.agent));
        match self.agent {
            AgentName::PdfAdapter => Answer {
                document_id,
                correlation_id,
                canonical_output_location: Some(format!(
                    "s3://simulated/extracted/{source}/{}.json",
                    self.document_id
                )),
                agent_response: Some(said(format!(
                    "the text of {} pages is extracted",
                    self.random.random_range(1..=6)
                ))),
                source_type,
                agent_name: name,
                agent_version: Some(AGENT_VERSION),
                agent_alias: Some(AGENT_VERSION),
                ..base
            },
            AgentName::TradeExtraction => Answer {
                document_id,
                correlation_id,
                agent_response: Some(said(format!("trade {} is extracted", self.trade_id()))),
                source_type,
                agent_name: name,
                agent_version: Some(AGENT_VERSION),
                ..base
            },
            AgentName::TradeMatching => {
                let (classification, confidence) = self.judgement();
                Answer {
                    agent_response: Some(said(format!(
                        "trade {} is judged {classification}",
                        self.trade_id()
                    ))),
                    match_classification: Some(classification.as_str().to_owned()),
                    confidence_score: Some(confidence),
                    ..base
                }
            }
            AgentName::ExceptionManagement => Answer {
                exception_id: Some(self.exception_id()),
                trade_id: Some(self.trade_id()),
                correlation_id,
                agent_response: Some(said(format!(
                    "an exception is filed for {}",
                    self.trade_id()
                ))),
                agent_name: name,
                agent_version: Some(AGENT_VERSION),
                agent_alias: Some(AGENT_VERSION),
                ..base
            },
        }
    }

    fn failed(&self, error: &str, kind: &'static str) -> Answer {
        let base = Answer {
            simulated: true,
            error: Some(said(error)),
            error_type: Some(kind),
            ..Answer::default()
        };
        let document_id = Some(self.document_id.to_owned());
        let correlation_id = self.request.correlation_id.clone();
        let name = Some(agent_name(self.agent));
        match self.agent {
            AgentName::PdfAdapter => Answer {
                document_id,
                correlation_id,
                agent_name: name,
                agent_version: Some(AGENT_VERSION),
                ..base
            },
            AgentName::TradeExtraction => Answer {
                document_id,
                correlation_id,
                ..base
            },
            AgentName::TradeMatching => base,
            AgentName::ExceptionManagement => Answer {
                exception_id: Some(self.exception_id()),
                trade_id: Some(self.trade_id()),
                agent_name: name,
                agent_version: Some(AGENT_VERSION),
                ..base
            },
        }
    }

    fn failure(&self) -> (String, &'static str) {
        let document_id = self.document_id;
        match self.agent {
            AgentName::PdfAdapter => (
                format!("S3 NoSuchKey: document {document_id} is missing"),
                "NoSuchKey",
            ),
            AgentName::TradeExtraction => (
                "the document names no trade date".to_owned(),
                "ValidationError",
            ),
            AgentName::TradeMatching => (
                format!("no counterparty record for {}", self.trade_id()),
                "RecordNotFound",
            ),
            AgentName::ExceptionManagement => (
                "the exceptions table does not take the record".to_owned(),
                "ClientError",
            ),
        }
    }

    /// A classification that fits the scenario, and a confidence that fits the classification.
    fn judgement(&mut self) -> (MatchClassification, u8) {
        use MatchClassification::{Break, DataError, Matched, ProbableMatch, ReviewRequired};
        let classification = match self.scenario {
            Scenario::ReviewRequired => ReviewRequired,
            Scenario::DataError => DataError,
            Scenario::Break | Scenario::Troubled(AgentName::ExceptionManagement, _) => Break,
            _ if self.random.random_bool(0.2) => ProbableMatch,
            _ => Matched,
        };
        let confidence = match classification {
            Matched => 92..=100,
            ProbableMatch => 75..=91,
            ReviewRequired => 50..=74,
            _ => 5..=49,
        };
        (classification, self.random.random_range(confidence))
    }

    fn tokens(&mut self) -> TokenUsage {
        let typical = typical(self.agent);
        let input_tokens = whole(log_normal(&mut self.random, typical.input_tokens, 0.2));
        let output_tokens = whole(log_normal(&mut self.random, typical.output_tokens, 0.2));
        TokenUsage {
            input_tokens,
            output_tokens,
            total_tokens: input_tokens + output_tokens,
        }
    }

    /// The digits of `FAB_26933659`, as the real agents find them.
    fn trade_id(&self) -> String {
        let name = self.document_id.split('+').next().unwrap_or_default();
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        if digits.is_empty() {
            name.to_owned()
        } else {
            digits
        }
    }

    fn exception_id(&self) -> String {
        format!("exc-{}", self.trade_id())
    }
}

fn said(text: impl Display) -> String {
    format!("Simulated: {text}")
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates and a log-normal draw is positive"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

//! Agents and a sink that do what a test tells them.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use orchestrator::{
    Agents, Delivery, StatusSink, agent,
    answer::{Answer, Cause, Success},
};
use status_model::{
    AgentName, SessionId, TokenUsage,
    change::{AgentUpdate, Change, FinalStatus, StartSession},
};

use crate::common::Table;

/// What an agent does with a try.
#[derive(Clone, Copy)]
pub enum Act {
    /// Answers well after ten seconds.
    Answers,
    /// Is throttled at once, and asks for a wait of so many seconds.
    Throttles(u64),
    /// Says at once that it failed.
    Fails,
    /// Never answers.
    Hangs,
    /// Panics.
    Panics,
}

/// Agents that do what they are told, one try after the other, and else answer.
#[derive(Default)]
pub struct Scripted {
    script: Mutex<VecDeque<(AgentName, Act)>>,
    asked: Mutex<Vec<AgentName>>,
}

impl Scripted {
    pub fn new(script: impl IntoIterator<Item = (AgentName, Act)>) -> Arc<Self> {
        Arc::new(Self {
            script: Mutex::new(script.into_iter().collect()),
            ..Self::default()
        })
    }

    pub fn asked(&self) -> Vec<AgentName> {
        self.asked.lock().unwrap().clone()
    }
}

impl Agents for Scripted {
    async fn ask(&self, agent: AgentName, _: &agent::Request<'_>) -> Answer {
        self.asked.lock().unwrap().push(agent);
        let act = {
            let mut script = self.script.lock().unwrap();
            script
                .pop_front_if(|(of, _)| *of == agent)
                .map_or(Act::Answers, |(_, act)| act)
        };
        match act {
            Act::Answers => {
                tokio::time::sleep(Duration::from_secs(10)).await;
                Answer {
                    result: Ok(Success::default()),
                    token_usage: Some(TokenUsage {
                        input: 3,
                        output: 4,
                    }),
                    processing_time: None,
                    simulated: false,
                }
            }
            Act::Throttles(seconds) => Answer::failed(
                Cause::Status {
                    code: 429,
                    retry_after: Some(Duration::from_secs(seconds)),
                },
                "HTTP 429".to_owned(),
                "Throttled",
            ),
            Act::Fails => Answer::failed(Cause::Reported, format!("{agent} failed"), "Error"),
            Act::Hangs => std::future::pending().await,
            Act::Panics => panic!("this agent panics, as this test wants"),
        }
    }
}

/// What a sink does with a report.
#[derive(Clone, Copy, PartialEq)]
pub enum Sink {
    Loses,
    Panics,
    /// Takes it after half a minute.
    Slow,
}

/// A table that does not take the first reports.
pub struct Flaky {
    pub table: Table,
    pub acts: Mutex<VecDeque<Sink>>,
    /// What it does when there are no more acts.
    then: Option<Sink>,
}

impl Flaky {
    pub fn new(acts: impl IntoIterator<Item = Sink>, then: Option<Sink>) -> Arc<Self> {
        Arc::new(Self {
            table: Table::default(),
            acts: Mutex::new(acts.into_iter().collect()),
            then,
        })
    }

    async fn take(&self, id: &SessionId, change: Change) -> Delivery {
        let act = self.acts.lock().unwrap().pop_front().or(self.then);
        match act {
            None => self.table.write(id, change),
            Some(Sink::Loses) => Delivery::Lost,
            Some(Sink::Slow) => {
                tokio::time::sleep(Duration::from_secs(30)).await;
                self.table.write(id, change)
            }
            Some(Sink::Panics) => panic!("this sink panics, as this test wants"),
        }
    }
}

impl StatusSink for Flaky {
    async fn initialize_status(&self, id: &SessionId, start: StartSession) -> Delivery {
        self.take(id, Change::Start(start)).await
    }

    async fn update_agent_status(
        &self,
        id: &SessionId,
        agent: AgentName,
        update: AgentUpdate,
    ) -> Delivery {
        self.take(id, Change::Report(agent, Box::new(update))).await
    }

    async fn finalize_status(&self, id: &SessionId, status: FinalStatus) -> Delivery {
        self.take(id, Change::Finalize(status)).await
    }
}

//! `GET /api/workflow/usual-durations`: how long agents usually take.

use serde::{Deserialize, Serialize};

use crate::{AgentName, AgentStatus, OverallStatus, Seconds, Session};

/// Median and 95th percentile over recent completed sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsualDuration {
    /// Half of them took at most this long.
    pub median: Seconds,
    /// 19 of 20 took at most this long.
    pub p95: Seconds,
    /// How many they are.
    pub count: usize,
}

/// What agents and whole sessions usually take; nothing where nobody has completed yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UsualDurations {
    /// PDF adapter.
    pub pdf_adapter: Option<UsualDuration>,
    /// Trade extraction.
    pub trade_extraction: Option<UsualDuration>,
    /// Trade matching.
    pub trade_matching: Option<UsualDuration>,
    /// Exception management.
    pub exception_management: Option<UsualDuration>,
    /// From a session's start to its end.
    pub whole: Option<UsualDuration>,
}

impl UsualDurations {
    /// Over these sessions; those that are not completed, and agents that did not succeed,
    /// are left aside.
    pub fn over<'a>(sessions: impl IntoIterator<Item = &'a Session>) -> Self {
        let mut agents: [Vec<Seconds>; 4] = Default::default();
        let mut whole = Vec::new();
        let completed = sessions
            .into_iter()
            .filter(|session| session.overall_status == OverallStatus::Completed);
        for session in completed {
            whole.extend(session.total_duration);
            for (name, agent) in session.agents.iter() {
                if agent.run.status == AgentStatus::Success {
                    agents[name.index()].extend(agent.run.duration);
                }
            }
        }
        let [pdf, extraction, matching, exceptions] = agents;
        Self {
            pdf_adapter: usual(pdf),
            trade_extraction: usual(extraction),
            trade_matching: usual(matching),
            exception_management: usual(exceptions),
            whole: usual(whole),
        }
    }

    /// What this agent usually takes.
    #[must_use]
    pub const fn of(&self, agent: AgentName) -> Option<UsualDuration> {
        match agent {
            AgentName::PdfAdapter => self.pdf_adapter,
            AgentName::TradeExtraction => self.trade_extraction,
            AgentName::TradeMatching => self.trade_matching,
            AgentName::ExceptionManagement => self.exception_management,
        }
    }
}

fn usual(mut durations: Vec<Seconds>) -> Option<UsualDuration> {
    durations.sort_unstable();
    let count = durations.len();
    // Nearest rank: the smallest value that at least so many percent do not exceed.
    let rank = |percent: usize| durations.get((count * percent).div_ceil(100).saturating_sub(1));
    Some(UsualDuration {
        median: *rank(50)?,
        p95: *rank(95)?,
        count,
    })
}

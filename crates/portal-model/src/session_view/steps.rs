//! The finer steps of an agent's work.

use status_model::{Agent, AgentName, AgentStatus, SubStep};

use super::{
    Context,
    lists::{List, ListView},
};
use crate::{format, mark::State, words};

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepView {
    /// Which one, from 1.
    pub number: usize,
    /// Its state.
    pub state: State,
    /// What it does.
    pub activity: String,
    /// When it started and how long it took or runs, as far as that is known.
    pub time: String,
}

/// The list, where there is one, and the steps of it that are seen.
pub(super) fn steps(
    name: AgentName,
    agent: &Agent,
    context: Context,
) -> (Option<ListView>, Vec<StepView>) {
    let total = agent.sub_steps.len();
    if total == 0 {
        return (None, Vec::new());
    }
    let failed = |step: &&SubStep| step.status == AgentStatus::Error;
    let failed = agent.sub_steps.iter().filter(failed).count();
    let what = if total == 1 { "step" } else { "steps" };
    let list = ListView::new(what, total, failed, context.windows.of(name, List::Steps));
    let seen = list.seen();
    let steps = agent.sub_steps[seen.clone()]
        .iter()
        .zip(seen.start + 1..)
        .map(|(step, number)| view(step, number, context))
        .collect();
    (Some(list), steps)
}

fn view(step: &SubStep, number: usize, context: Context) -> StepView {
    let (zone, now) = (context.zone, context.now);
    let started = step.started_at.map(|start| zone.short(start, now));
    let length = match (step.started_at, step.completed_at) {
        (Some(start), Some(end)) => end.since(start).map(format::duration),
        (Some(start), None) if step.status.is_running() => now.since(start).map(format::ticking),
        (None, Some(end)) => Some(format!("ended {}", zone.short(end, now))),
        _ => None,
    };
    let time: Vec<_> = started.into_iter().chain(length).collect();
    StepView {
        number,
        state: words::agent_state(&step.status),
        activity: step.activity.clone().unwrap_or_default(),
        time: time.join(" · "),
    }
}

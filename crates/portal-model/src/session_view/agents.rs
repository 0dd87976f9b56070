//! Each agent in words: what it did, when, with what result, and what can be done about it.

use status_model::{
    Agent, AgentName, AgentStatus, Run, Seconds, Session, api::UsualDuration, truth,
};

use super::{
    Context,
    attempts::{self, AttemptView},
    lists::ListView,
    steps::{self, StepView},
};
use crate::{advice, format, mark::State, words};

/// One agent's panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentView {
    /// Which agent.
    pub name: AgentName,
    /// Its name for people.
    pub label: &'static str,
    /// Its state.
    pub state: State,
    /// What it used, or that it did not say.
    pub tokens: String,
    /// What it did or waits for, when, and how long: one line.
    pub summary: String,
    /// How the match was judged.
    pub judgement: Option<String>,
    /// The tries that are seen: those that failed or, where the list is unfolded, a part of all.
    /// Without a record of tries, the failure itself.
    pub attempts: Vec<AttemptView>,
    /// Says what lies between the first try and the others that are seen, if that is something.
    pub omitted: Option<String>,
    /// The list of all tries; nothing where there is one at most.
    pub attempt_list: Option<ListView>,
    /// The steps that are seen; none unless the list is unfolded.
    pub steps: Vec<StepView>,
    /// The list of all steps; nothing where the agent reports none.
    pub step_list: Option<ListView>,
    /// What a person can do.
    pub advice: Option<&'static str>,
    /// Does the address point at this agent, and at none of its tries?
    pub is_focused: bool,
    /// Did it do any work?
    pub has_run: bool,
}

pub(super) fn agent(
    session: &Session,
    name: AgentName,
    agent: &Agent,
    context: Context,
) -> AgentView {
    let attempts = attempts::attempts(name, agent, context);
    let (step_list, steps) = steps::steps(name, agent, context);
    AgentView {
        name,
        label: words::agent(name),
        state: words::agent_state(&agent.run.status),
        tokens: tokens(agent),
        summary: summary(session, name, agent, context),
        judgement: judgement(agent),
        attempts: attempts.seen,
        omitted: attempts.omitted,
        attempt_list: attempts.list,
        steps,
        step_list,
        advice: advice::on(session, name, agent),
        is_focused: context.focus == Some((name, None)),
        has_run: agent.run.status.has_run(),
    }
}

fn tokens(agent: &Agent) -> String {
    match (agent.run.token_usage, &agent.run.status) {
        (Some(usage), _) if truth::is_usage_partial(agent) => {
            format!("{} tokens, not all reported", format::count(usage.total()))
        }
        (Some(usage), _) => format!("{} tokens", format::count(usage.total())),
        (None, AgentStatus::Pending) => "not started".to_owned(),
        (None, AgentStatus::Skipped) => String::new(),
        (None, status) if status.is_running() => "tokens not reported yet".to_owned(),
        (None, _) => "tokens not reported".to_owned(),
    }
}

fn summary(session: &Session, name: AgentName, agent: &Agent, context: Context) -> String {
    let run = &agent.run;
    let mut parts: Vec<String> = Vec::new();
    let activity = run.activity.clone().filter(|text| !text.is_empty());
    match run.status {
        AgentStatus::Pending => parts.push(words::waits_for(name).to_owned()),
        AgentStatus::Skipped if session.overall_status.is_final() => {
            parts.push("Not needed: the pipeline ended without it".to_owned());
        }
        AgentStatus::Skipped => parts.push("Not needed".to_owned()),
        _ => parts.extend(activity),
    }
    if run.status.is_running() {
        if session.overall_status.is_final() {
            parts.push("no end was reported".to_owned());
        } else if agent.attempts.len() > 1 {
            parts.push(format!("{} attempt", ordinal(agent.attempts.len())));
        }
        let start = agent
            .attempts
            .last()
            .map_or(run.started_at, |a| a.started_at);
        parts
            .extend(start.map(|start| format!("since {}", context.zone.short(start, context.now))));
        if !session.overall_status.is_final() {
            parts.extend(running_pace(name, agent, context));
            let silence = context.silence(session).map(format::ticking);
            parts.extend(silence.map(|silence| format!("no progress for {silence}")));
        }
    } else if run.status.has_run() {
        parts.extend(range(run, context));
        parts.extend(length(run, context.usual_of(name)));
        if run.status == AgentStatus::Success && agent.attempts.len() > 1 {
            parts.push(format!("at the {} attempt", ordinal(agent.attempts.len())));
        } else if run.status == AgentStatus::Error && agent.attempts.len() > 1 {
            let tries = format::count(agent.attempts.len() as u64);
            parts.push(format!("tried {tries} times"));
        }
    }
    parts.join(" · ")
}

/// As in `12:01:22 → 12:02:42 UTC`.
pub(super) fn range(run: &Run, context: Context) -> Option<String> {
    let (zone, now) = (context.zone, context.now);
    match (run.started_at, run.completed_at) {
        (Some(start), Some(end)) => Some(format!(
            "{} → {}",
            zone.clock(start, now),
            // The day is written once, unless midnight lies between.
            zone.short(end, start)
        )),
        (Some(start), None) => Some(format!("started {}, end not known", zone.short(start, now))),
        (None, Some(end)) => Some(format!("ended {}, start not known", zone.short(end, now))),
        (None, None) => None,
    }
}

fn length(run: &Run, usual: Option<UsualDuration>) -> Option<String> {
    let duration = run.duration?;
    let text = format::duration(duration);
    Some(match pace(duration, usual) {
        Some(pace) if run.status == AgentStatus::Success => format!("{text}, {pace}"),
        _ => text,
    })
}

fn pace(duration: Seconds, usual: Option<UsualDuration>) -> Option<&'static str> {
    Some(if duration > usual?.p95 {
        words::SLOW
    } else {
        "about as usual"
    })
}

/// A running agent against what it usually takes.
fn running_pace(name: AgentName, agent: &Agent, context: Context) -> Option<String> {
    let usual = format::about(context.usual_of(name)?.median);
    Some(if context.is_slow(name, agent) {
        format!("{}, which is {usual}", words::SLOW)
    } else {
        format!("usually takes {usual}")
    })
}

fn judgement(agent: &Agent) -> Option<String> {
    let word = agent
        .match_classification
        .as_ref()
        .map(words::classification);
    let confidence = agent
        .confidence_score
        .map(|score| format!("confidence {} of 100", format::decimal(score)));
    match (word, confidence) {
        (Some(word), Some(confidence)) => Some(format!("{word}, {confidence}")),
        (Some(word), None) => Some(word.to_owned()),
        (None, confidence) => confidence,
    }
}

/// As in `2nd`.
fn ordinal(number: usize) -> String {
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{}{ending}", format::count(number as u64))
}

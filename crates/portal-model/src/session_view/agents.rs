//! Each agent in words: what it did, when, with what result, and every try that failed.

use status_model::{
    Agent, AgentName, AgentStatus, Run, Seconds, Session, Timestamp, api::UsualDuration, truth,
};

use super::Context;
use crate::{format, mark::State, words};

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
    /// The tries that failed and, without a record of tries, the failure itself.
    pub failures: Vec<AttemptView>,
    /// Did it do any work?
    pub has_run: bool,
}

/// A try that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptView {
    /// Which try, how it ended, after how long.
    pub title: String,
    /// The error, whole; its line breaks are kept.
    pub message: String,
    /// The error's kind.
    pub kind: Option<String>,
    /// When it ended, and what it used.
    pub note: Option<String>,
}

pub(super) fn agent(
    session: &Session,
    name: AgentName,
    agent: &Agent,
    context: Context,
) -> AgentView {
    AgentView {
        name,
        label: words::agent(name),
        state: words::agent_state(&agent.run.status),
        tokens: tokens(agent),
        summary: summary(session, name, agent, context),
        judgement: judgement(agent),
        failures: failures(agent, context),
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
    } else if run.status.has_run() {
        parts.extend(range(run, context));
        parts.extend(length(run, context.usual.of(name)));
        if run.status == AgentStatus::Success && agent.attempts.len() > 1 {
            parts.push(format!("at the {} attempt", ordinal(agent.attempts.len())));
        }
    }
    parts.join(" · ")
}

/// As in `12:01:22 → 12:02:42 UTC`.
fn range(run: &Run, context: Context) -> Option<String> {
    let (zone, now) = (context.zone, context.now);
    match (run.started_at, run.completed_at) {
        (Some(start), Some(end)) => Some(format!(
            "{} → {}",
            zone.clock(start, now),
            zone.short(end, now)
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

/// Fewer sessions than this say nothing about what is usual.
const ENOUGH_SESSIONS: usize = 5;

fn pace(duration: Seconds, usual: Option<UsualDuration>) -> Option<&'static str> {
    let usual = usual.filter(|usual| usual.count >= ENOUGH_SESSIONS)?;
    Some(if duration > usual.p95 {
        "slower than usual"
    } else {
        "about as usual"
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

fn failures(agent: &Agent, context: Context) -> Vec<AttemptView> {
    let failed = |run: &Run| run.status == AgentStatus::Error || run.error.is_some();
    let tries = agent.attempts.len();
    let mut failures: Vec<AttemptView> = agent
        .attempts
        .iter()
        .zip(1..)
        .filter(|(run, _)| failed(run))
        .map(|(run, number)| attempt(run, (tries > 1).then_some(number), context))
        .collect();
    // The agent's own error, where no try tells it.
    let told = agent.attempts.iter().any(|a| a.error == agent.run.error);
    if failed(&agent.run) && (failures.is_empty() || !told) {
        failures.push(attempt(&agent.run, None, context));
    }
    failures
}

fn attempt(run: &Run, number: Option<usize>, context: Context) -> AttemptView {
    let failed = run.status == AgentStatus::Error;
    let what = match (number, failed) {
        (Some(number), true) => format!("Attempt {number} failed"),
        (Some(number), false) => format!("Attempt {number} reported an error"),
        (None, true) => "Failed".to_owned(),
        (None, false) => "Reported an error".to_owned(),
    };
    let title = match run.duration {
        Some(length) if failed => format!("{what} after {}", format::duration(length)),
        _ => what,
    };
    let ended = run
        .completed_at
        .map(|end: Timestamp| format!("ended {}", context.zone.short(end, context.now)));
    let used = run
        .token_usage
        .map(|usage| format!("{} tokens", format::count(usage.total())));
    let notes: Vec<_> = ended.into_iter().chain(used).collect();
    AttemptView {
        title,
        message: run
            .error
            .clone()
            .unwrap_or_else(|| "No error text was reported.".to_owned()),
        kind: run.error_type.clone(),
        note: (!notes.is_empty()).then(|| notes.join(" · ")),
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
    format!("{number}{ending}")
}

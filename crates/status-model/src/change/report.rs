//! A report on one agent.

use super::{AgentUpdate, Refusal};
use crate::{Agent, AgentStatus, Run, Timestamp};

/// The agent with the report in it.
pub(super) fn reported(
    agent: &Agent,
    update: &AgentUpdate,
    now: Timestamp,
) -> Result<Agent, Refusal> {
    let (from, to) = (&agent.run.status, &update.status);
    let goes_back = matches!(to, AgentStatus::Pending | AgentStatus::Skipped)
        && (from.is_running() || from.has_ended());
    if goes_back || (*from == AgentStatus::Success && to != from) {
        return Err(Refusal::AgentIsFurther);
    }

    let mut after = agent.clone();
    let is_new_try = from.has_ended() && to != from;
    if is_new_try {
        if update.attempts.is_none() {
            begin_attempt(&mut after, now);
        }
        after.run.completed_at = None;
        after.run.duration = None;
        after.run.error = None;
        after.run.error_type = None;
    }
    write(&mut after.run, update, now);
    match &update.attempts {
        Some(attempts) => after.attempts.clone_from(attempts),
        None => {
            if let Some(current) = after.attempts.last_mut() {
                write(current, update, now);
            }
        }
    }
    set(&mut after.sub_steps, update.sub_steps.as_ref());
    set_some(
        &mut after.match_classification,
        update.match_classification.as_ref(),
    );
    set_some(
        &mut after.confidence_score,
        update.confidence_score.as_ref(),
    );
    Ok(after)
}

/// Keeps the try that ended and opens a record for the one that begins.
fn begin_attempt(agent: &mut Agent, now: Timestamp) {
    if agent.attempts.is_empty() {
        agent.attempts.push(agent.run.clone());
    }
    agent.attempts.push(Run {
        started_at: Some(now),
        ..Run::default()
    });
    // What the agent used in all is the sum over its attempts from here on.
    agent.run.token_usage = None;
}

fn write(run: &mut Run, update: &AgentUpdate, now: Timestamp) {
    let has_ended_before = run.status.has_ended();
    run.status = update.status.clone();
    set_some(&mut run.activity, update.activity.as_ref());
    if update.completed_at.is_some() && update.completed_at != run.completed_at {
        run.completed_at = update.completed_at;
        // The length that went with the other end; derived again where none is named.
        run.duration = None;
    }
    set_some(&mut run.duration, update.duration.as_ref());
    set_some(&mut run.token_usage, update.token_usage.as_ref());
    set_some(&mut run.error, update.error.as_ref());
    set_some(&mut run.error_type, update.error_type.as_ref());
    if run.status.has_ended() && !has_ended_before && run.completed_at.is_none() {
        run.completed_at = Some(now);
    }
    if run.started_at.is_none() {
        // A report of an end says nothing of the start: without a time of its own it stays unknown.
        run.started_at = update
            .started_at
            .or_else(|| run.status.is_running().then_some(now));
    }
}

fn set<T: Clone>(target: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        target.clone_from(value);
    }
}

fn set_some<T: Clone>(target: &mut Option<T>, value: Option<&T>) {
    if let Some(value) = value {
        *target = Some(value.clone());
    }
}

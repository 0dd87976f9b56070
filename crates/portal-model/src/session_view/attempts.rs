//! An agent's tries: those that failed or, where the list is unfolded, a part of all.

use status_model::{Agent, AgentName, AgentStatus, Run};

use super::{
    Context,
    lists::{List, ListView, Window},
};
use crate::{format, words};

/// Of more failed tries than these, the first one and the last ones are seen.
const ALL_SEEN: usize = 3;

/// A try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptView {
    /// Which one, from 1; nothing where no record of tries is kept.
    pub number: Option<usize>,
    /// Did it fail, or report an error?
    pub is_failed: bool,
    /// Which one, how it ended, after how long.
    pub title: String,
    /// What was tried.
    pub activity: Option<String>,
    /// The error, whole; its line breaks are kept. Nothing where it did not fail.
    pub message: Option<String>,
    /// The error's kind.
    pub kind: Option<String>,
    /// When it was, and what it used.
    pub note: Option<String>,
    /// Does the address point at it?
    pub is_focused: bool,
}

/// What is seen of an agent's tries.
pub(super) struct Attempts {
    /// The list of all; nothing where there is at most one.
    pub(super) list: Option<ListView>,
    pub(super) seen: Vec<AttemptView>,
    /// What lies between the first and the others that are seen.
    pub(super) omitted: Option<String>,
}

pub(super) fn attempts(name: AgentName, agent: &Agent, context: Context) -> Attempts {
    let total = agent.attempts.len();
    let failed: Vec<usize> = (0..total)
        .filter(|index| is_failed(&agent.attempts[*index]))
        .collect();
    let mut folded = failed.clone();
    if failed.len() > ALL_SEEN {
        folded.drain(1..failed.len() - (ALL_SEEN - 1));
    }
    let focused = match context.focus {
        Some((focused, Some(number))) if focused == name && number <= total => {
            number.checked_sub(1)
        }
        _ => None,
    };
    let window = match (context.windows.of(name, List::Attempts), focused) {
        // What the address points at is seen, until the viewer chooses otherwise.
        (Window::Untouched, Some(index)) if !folded.contains(&index) => Window::At(index),
        (window, _) => window,
    };
    let list = (total > 1).then(|| ListView::new("attempts", total, failed.len(), window));
    let omitted = (failed.len() > folded.len()).then(|| {
        let omitted = (failed.len() - folded.len()) as u64;
        format!(
            "{} more failed attempts between these",
            format::count(omitted)
        )
    });
    let (indices, omitted) = match &list {
        Some(list) if list.first.is_some() => (list.seen().collect(), None),
        _ => (folded, omitted),
    };
    let view = |index: usize| {
        let view = attempt(
            &agent.attempts[index],
            (total > 1).then_some(index + 1),
            context,
        );
        AttemptView {
            is_focused: focused == Some(index),
            number: Some(index + 1),
            ..view
        }
    };
    let mut seen: Vec<_> = indices.into_iter().map(view).collect();
    // The agent's own error, where no try tells it.
    let told = failed
        .iter()
        .any(|index| agent.attempts[*index].error == agent.run.error);
    if is_failed(&agent.run) && !told {
        seen.push(AttemptView {
            // The agent says it itself.
            activity: None,
            ..attempt(&agent.run, None, context)
        });
    }
    Attempts {
        list,
        seen,
        omitted,
    }
}

fn is_failed(run: &Run) -> bool {
    run.status == AgentStatus::Error || run.error.is_some()
}

fn attempt(run: &Run, number: Option<usize>, context: Context) -> AttemptView {
    let is_failed = is_failed(run);
    AttemptView {
        number: None,
        is_failed,
        title: title(run, number),
        activity: run.activity.clone().filter(|text| !text.is_empty()),
        message: is_failed.then(|| match &run.error {
            Some(error) => error.clone(),
            None => "No error text was reported.".to_owned(),
        }),
        kind: run.error_type.clone(),
        note: note(run, context),
        is_focused: false,
    }
}

fn title(run: &Run, number: Option<usize>) -> String {
    let failed = run.status == AgentStatus::Error;
    let mut title = match (number, failed) {
        (None, true) => "Failed".to_owned(),
        (None, false) => "Reported an error".to_owned(),
        (Some(number), _) => {
            let what = match &run.status {
                AgentStatus::Error => "failed".to_owned(),
                _ if run.error.is_some() => "reported an error".to_owned(),
                AgentStatus::Success => "succeeded".to_owned(),
                status => words::agent_state(status).word.to_ascii_lowercase(),
            };
            format!("Attempt {} {what}", format::count(number as u64))
        }
    };
    if let Some(length) = run.duration.filter(|_| run.status.has_ended()) {
        title.push_str(" after ");
        title.push_str(&format::duration(length));
    }
    title
}

fn note(run: &Run, context: Context) -> Option<String> {
    let when = match (run.started_at, run.completed_at) {
        (Some(start), None) => Some(format!("since {}", context.zone.short(start, context.now))),
        _ => super::agents::range(run, context),
    };
    let used = run
        .token_usage
        .map(|usage| format!("{} tokens", format::count(usage.total())));
    let notes: Vec<_> = when.into_iter().chain(used).collect();
    (!notes.is_empty()).then(|| notes.join(" · "))
}

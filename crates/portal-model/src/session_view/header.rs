//! What stands at the top of a session's page, and its attributes.

use status_model::{AgentName, Session, Timestamp, truth};

use super::Context;
use crate::{
    format::{self, Zone},
    mark::{Mark, State},
    words,
};

/// The top of a session's page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderView {
    /// The document or, where that is not known, the session.
    pub title: String,
    /// For the browser's tab: the state's sign, the title, what is going on.
    pub page_title: String,
    /// Whose document, as on the wire.
    pub source: Option<String>,
    /// Where the session stands.
    pub state: State,
    /// Has it ended?
    pub is_final: bool,
    /// How long it runs or took: a lead-in and the value.
    pub elapsed: Option<(&'static str, String)>,
    /// When it is expected to end, or that it takes longer than usual: a lead-in and the value.
    pub expected_end: Option<(&'static str, String)>,
    /// What it used so far.
    pub tokens: String,
    /// When it started.
    pub started: Option<String>,
    /// The session's id.
    pub session_id: String,
}

/// An attribute of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: &'static str,
    /// What it says.
    pub value: String,
    /// Is it an id that people copy?
    pub is_id: bool,
}

pub(super) fn header(session: &Session, context: Context) -> HeaderView {
    let state = words::session_state(&session.overall_status);
    let title = session
        .document_id
        .clone()
        .unwrap_or_else(|| session.session_id.to_string());
    HeaderView {
        page_title: format!("{} {title} – {}", sign(state.mark), doing(session, &state)),
        title,
        source: session.source_type.as_ref().map(ToString::to_string),
        elapsed: elapsed(session, context.now),
        expected_end: expected_end(session, context),
        tokens: tokens(session),
        started: truth::start(session).map(|start| context.zone.short(start, context.now)),
        session_id: session.session_id.to_string(),
        is_final: session.overall_status.is_final(),
        state,
    }
}

/// A state in one character, for a tab's title.
fn sign(mark: Mark) -> char {
    match mark {
        Mark::Done => '✓',
        Mark::Running => '▶',
        Mark::Waiting => '○',
        Mark::Failed => '✕',
        Mark::Skipped => '–',
        Mark::Warning => '⚠',
        Mark::Unknown => '?',
    }
}

fn doing(session: &Session, state: &State) -> String {
    let running = session
        .agents
        .iter()
        .rev()
        .find(|(_, agent)| agent.run.status.is_running());
    match running {
        Some((name, _)) if !session.overall_status.is_final() => {
            words::agent_within(name).to_owned()
        }
        _ => state.word.to_ascii_lowercase(),
    }
}

fn elapsed(session: &Session, now: Timestamp) -> Option<(&'static str, String)> {
    if session.overall_status.is_final() {
        let total = session.total_duration?;
        Some(("Took", format::duration(total)))
    } else {
        let elapsed = now.since(truth::start(session)?).unwrap_or_default();
        Some(("Running for", format::ticking(elapsed)))
    }
}

fn tokens(session: &Session) -> String {
    let total = truth::total_token_usage(session);
    let known = format::count(total.known.total());
    let nobody = session
        .agents
        .iter()
        .all(|(_, agent)| agent.run.token_usage.is_none());
    match (nobody, total.partial, session.overall_status.is_final()) {
        (true, _, true) => format!("tokens {}", words::NOT_REPORTED),
        (true, _, false) => "no tokens reported yet".to_owned(),
        (false, true, true) => format!("{known} tokens, not all reported"),
        (false, true, false) => format!("{known} tokens so far, not all reported"),
        (false, false, true) => format!("{known} tokens"),
        (false, false, false) => format!("{known} tokens so far"),
    }
}

/// When it ends or, once an agent runs longer than nearly ever, that nobody can say.
fn expected_end(session: &Session, context: Context) -> Option<(&'static str, String)> {
    if session.overall_status.is_final() {
        return None;
    }
    let mut agents = session.agents.iter();
    if agents.any(|(name, agent)| context.is_slow(name, agent)) {
        return Some(("Takes", words::LONGER_THAN_USUAL.to_owned()));
    }
    let end = usual_end(session, context)?;
    let end = context.zone.short(end, context.now);
    Some(("Expected to finish about", end))
}

/// Now and what usually remains: the rest of the running agent and those that wait. Exception
/// management is not expected. Nothing once an agent failed: the pipeline's way is open then.
fn usual_end(session: &Session, context: Context) -> Option<Timestamp> {
    if session.agents.first_failed().is_some() {
        return None;
    }
    let mut remaining = 0;
    let mut is_any_running = false;
    for (name, agent) in session.agents.iter() {
        let usual = context.usual_of(name);
        if agent.run.status.is_running() {
            is_any_running = true;
            let elapsed = truth::elapsed(&agent.run, context.now)?;
            remaining += usual?.median.millis().saturating_sub(elapsed.millis());
        } else if !agent.run.status.has_run() && name != AgentName::ExceptionManagement {
            remaining += usual?.median.millis();
        }
    }
    is_any_running.then(|| context.now + status_model::Seconds::from_millis(remaining))
}

pub(super) fn facts(session: &Session, zone: Zone) -> Vec<Fact> {
    let known = |value: Option<String>| value.unwrap_or_else(|| words::NOT_KNOWN.to_owned());
    let id = |label, value: Option<&String>| Fact {
        label,
        value: known(value.cloned()),
        is_id: value.is_some(),
    };
    let fact = |label, value: Option<String>| Fact {
        label,
        value: known(value),
        is_id: false,
    };
    let expires_at = session
        .expires_at
        .map(|seconds| Timestamp::from_unix_millis(seconds.saturating_mul(1000)));
    vec![
        id("Correlation", session.correlation_id.as_ref()),
        id("Document", session.document_id.as_ref()),
        fact(
            "Source",
            session.source_type.as_ref().map(ToString::to_string),
        ),
        fact("Created", session.created_at.map(|time| zone.exact(time))),
        fact(
            "Last change",
            session.last_updated.map(|time| zone.exact(time)),
        ),
        fact("Kept until", expires_at.map(|time| zone.date(time))),
    ]
}

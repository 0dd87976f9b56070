//! Sessions as rows of a list.

use status_model::{
    AgentName, Timestamp,
    api::{SessionRow, Strip},
};

use crate::{
    format::{self, Zone},
    mark::State,
    words,
};

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowView {
    /// Where it leads.
    pub session_id: String,
    /// Where the session stands.
    pub state: State,
    /// The document or, where that is not known, the session.
    pub title: String,
    /// Whose document, as on the wire.
    pub source: Option<String>,
    /// The failure in one line, or what is going on.
    pub note: Option<Note>,
    /// The four agents, in pipeline order; empty where the backend does not say.
    pub strip: Vec<(&'static str, State)>,
    /// When it started.
    pub started: String,
    /// How long it took or runs.
    pub duration: String,
    /// What it used.
    pub tokens: String,
    /// Is it in the list no more, and shown only because the list is held?
    pub is_gone: bool,
}

/// The line below a row's title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// What failed.
    Failure(String),
    /// What is going on.
    Activity(String),
}

impl RowView {
    /// The row of this session.
    #[must_use]
    pub fn new(row: &SessionRow, is_gone: bool, now: Timestamp, zone: Zone) -> Self {
        let started = row.started_at.or(row.created_at);
        let strip = row.agents.iter().flat_map(Strip::each);
        let strip = strip.map(|(name, status)| (words::agent(name), words::agent_state(status)));
        Self {
            session_id: row.session_id.to_string(),
            state: words::session_state(&row.status),
            title: row
                .document_id
                .clone()
                .unwrap_or_else(|| row.session_id.to_string()),
            source: row.source_type.as_ref().map(ToString::to_string),
            note: if is_gone {
                Some(Note::Activity("No longer in this list".to_owned()))
            } else {
                note(row)
            },
            strip: strip.collect(),
            started: started
                .map_or_else(|| words::NOT_KNOWN.to_owned(), |time| zone.clock(time, now)),
            duration: duration(row, started, now),
            tokens: tokens(row),
            is_gone,
        }
    }
}

/// A sum of nothing is not zero: before any agent has run, nobody can have reported.
fn tokens(row: &SessionRow) -> String {
    let mut agents = row.agents.iter().flat_map(Strip::each);
    match row.total_token_usage {
        Some(usage) if agents.any(|(_, status)| status.has_run()) => format::tokens(usage),
        _ => words::NOT_REPORTED.to_owned(),
    }
}

fn note(row: &SessionRow) -> Option<Note> {
    let named = |agent: AgentName, text: Option<&str>| match text {
        Some(text) => format!("{}: {text}", words::agent(agent)),
        None => words::agent(agent).to_owned(),
    };
    if let Some(error) = &row.error {
        let mut text = named(error.agent, error.message.as_deref());
        if error.attempts > 1 {
            text = format!("{text} ({} attempts)", error.attempts);
        }
        return Some(Note::Failure(text));
    }
    let current = row.current.as_ref()?;
    let mut text = named(current.agent, current.activity.as_deref());
    if current.attempt > 1 {
        text = format!("{text} (attempt {})", current.attempt);
    }
    Some(Note::Activity(text))
}

fn duration(row: &SessionRow, started: Option<Timestamp>, now: Timestamp) -> String {
    if row.status.is_final() {
        row.total_duration
            .map_or_else(|| words::NOT_KNOWN.to_owned(), format::duration)
    } else {
        started
            .and_then(|started| now.since(started))
            .map_or_else(|| words::NOT_KNOWN.to_owned(), format::ticking)
    }
}

//! What a writer may do to a session, and what it may not.
//!
//! [`apply`] is the only way in which a session changes. It is pure, so that every store and
//! every writer keeps the same rules: a start is never lost, what is final stays final, a
//! repeated call changes nothing.

mod report;

use serde::{Deserialize, Serialize};

use crate::{
    AgentName, AgentStatus, MatchClassification, OverallStatus, Run, Seconds, Session, SessionId,
    SourceType, SubStep, Timestamp, TokenUsage, truth,
};

/// How long a session is kept: 90 days.
pub const RETENTION: Seconds = Seconds::from_secs(90 * 24 * 60 * 60);

/// Something that a writer wants done to a session.
///
/// Its JSON is what a writer keeps of it until the store takes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Change {
    /// Start it, or fill in what was not known at its start.
    Start(StartSession),
    /// Report on one agent.
    Report(AgentName, Box<AgentUpdate>),
    /// End it.
    Finalize(FinalStatus),
    /// Several of these in one write, in their order, none of them a start and no two on the same
    /// agent. If one is refused, all are.
    Together(Vec<Change>),
}

/// What is known of a session at its start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct StartSession {
    /// Ties it to the other systems' logs.
    pub correlation_id: Option<String>,
    /// The document.
    pub document_id: Option<String>,
    /// Whose document.
    pub source_type: Option<SourceType>,
}

/// A report on one agent; what it does not name stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AgentUpdate {
    /// Its new state.
    pub status: AgentStatus,
    /// What it is doing, in words.
    pub activity: Option<String>,
    /// Its start; the server's time where the first report names none.
    pub started_at: Option<Timestamp>,
    /// Its end; the server's time where a report of the end names none.
    pub completed_at: Option<Timestamp>,
    /// How long it took; from start to end where not named.
    pub duration: Option<Seconds>,
    /// What the current try used.
    pub token_usage: Option<TokenUsage>,
    /// The error's text.
    pub error: Option<String>,
    /// The error's kind.
    pub error_type: Option<String>,
    /// All tries so far. A writer that names none gets a record kept for it.
    pub attempts: Option<Vec<Run>>,
    /// Finer steps.
    pub sub_steps: Option<Vec<SubStep>>,
    /// How the match was judged.
    pub match_classification: Option<MatchClassification>,
    /// How sure the match is, from 0 to 100.
    pub confidence_score: Option<f64>,
}

impl AgentUpdate {
    /// A report that names the new state and nothing else.
    #[must_use]
    pub const fn new(status: AgentStatus) -> Self {
        Self {
            status,
            activity: None,
            started_at: None,
            completed_at: None,
            duration: None,
            token_usage: None,
            error: None,
            error_type: None,
            attempts: None,
            sub_steps: None,
            match_classification: None,
            confidence_score: None,
        }
    }
}

/// A value that a writer may not write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidChange {
    /// A status outside the vocabulary.
    #[error(
        "status is none of pending, loading, in-progress, success, error, skipped, warning, stopped"
    )]
    Status,
    /// A source type outside the vocabulary.
    #[error("sourceType is neither BANK nor COUNTERPARTY")]
    SourceType,
    /// A match classification outside the vocabulary.
    #[error(
        "matchClassification is none of MATCHED, PROBABLE_MATCH, REVIEW_REQUIRED, BREAK, DATA_ERROR"
    )]
    MatchClassification,
    /// A confidence that is no percentage.
    #[error("confidenceScore is not between 0 and 100")]
    ConfidenceScore,
}

impl Change {
    /// Its parts; itself, where it is one.
    #[must_use]
    pub fn parts(&self) -> &[Self] {
        match self {
            Self::Together(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }

    /// Writing is strict where reading is tolerant: only words of the vocabulary are written.
    ///
    /// # Errors
    /// Names the first value that is outside of it.
    pub fn validate(&self) -> Result<(), InvalidChange> {
        let update = match self {
            Self::Start(start) => {
                return match start.source_type {
                    Some(SourceType::Other(_)) => Err(InvalidChange::SourceType),
                    _ => Ok(()),
                };
            }
            Self::Finalize(_) => return Ok(()),
            Self::Together(parts) => return parts.iter().try_for_each(Self::validate),
            Self::Report(_, update) => update,
        };
        let attempts = update.attempts.iter().flatten().map(|run| &run.status);
        let sub_steps = update.sub_steps.iter().flatten().map(|step| &step.status);
        let mut statuses = attempts.chain(sub_steps).chain([&update.status]);
        if statuses.any(|status| matches!(status, AgentStatus::Other(_))) {
            return Err(InvalidChange::Status);
        }
        if matches!(
            update.match_classification,
            Some(MatchClassification::Other(_))
        ) {
            return Err(InvalidChange::MatchClassification);
        }
        match update.confidence_score {
            Some(score) if !(0.0..=100.0).contains(&score) => Err(InvalidChange::ConfidenceScore),
            _ => Ok(()),
        }
    }
}

/// The two ways in which a session ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum FinalStatus {
    /// Well.
    Completed,
    /// With a failure.
    Failed,
}

/// Why a change is refused. A refused change changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such session, or it has expired.
    #[error("there is no such session; start it first")]
    UnknownSession,
    /// The session has ended and the change says otherwise.
    #[error("the session is final; a new run needs a new session id")]
    SessionIsFinal,
    /// The agent has ended well, or has started, and the change says otherwise.
    #[error("the agent has already come further than this report says")]
    AgentIsFurther,
    /// The session was started with another correlation id, document or source.
    #[error("the session was started with another correlation id, document or source type")]
    AnotherDocument,
    /// The change was only to be made to the session as its writer has seen it.
    #[error("the session is no longer as you have seen it; read it again and decide anew")]
    NotAsSeen,
}

/// What a change came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A session that was not there before.
    Created,
    /// A session that is now different.
    Changed,
    /// Everything was so already.
    Unchanged,
}

/// The session after a change, and what the change came to.
///
/// `before` is what the table holds; an expired session counts as none. `now` is the server's
/// time.
///
/// # Errors
/// Where the change contradicts what stands; see [`Refusal`].
pub fn apply(
    before: Option<&Session>,
    id: &SessionId,
    change: &Change,
    now: Timestamp,
) -> Result<(Session, Effect), Refusal> {
    let alive = before.filter(|session| !session.is_expired(now));
    let (mut after, effect) = match (alive, change) {
        (None, Change::Start(start)) => (started(id, start, now), Effect::Created),
        (None, _) => return Err(Refusal::UnknownSession),
        (Some(session), change) => {
            let after = changed(session, change, now)?;
            if after == *session {
                return Ok((after, Effect::Unchanged));
            }
            if session.overall_status.is_final() {
                return Err(Refusal::SessionIsFinal);
            }
            (after, Effect::Changed)
        }
    };
    let version = before.and_then(|session| session.version).unwrap_or(0);
    after.version = Some(version + 1);
    after.last_updated = after.last_updated.max(Some(now));
    truth::settle(&mut after);
    Ok((after, effect))
}

fn started(id: &SessionId, start: &StartSession, now: Timestamp) -> Session {
    Session {
        correlation_id: start.correlation_id.clone(),
        document_id: start.document_id.clone(),
        source_type: start.source_type.clone(),
        created_at: Some(now),
        expires_at: Some((now + RETENTION).unix_seconds()),
        ..Session::new(id.clone())
    }
}

/// The session with the change in it, settled, its version and last update as before.
fn changed(session: &Session, change: &Change, now: Timestamp) -> Result<Session, Refusal> {
    let mut after = session.clone();
    match change {
        Change::Start(start) => {
            fill_in(&mut after.correlation_id, start.correlation_id.as_ref())?;
            fill_in(&mut after.document_id, start.document_id.as_ref())?;
            fill_in(&mut after.source_type, start.source_type.as_ref())?;
        }
        Change::Report(name, update) => {
            after.agents[*name] = report::reported(&session.agents[*name], update, now)?;
            if !session.overall_status.is_final() && update.status.has_run() {
                after.overall_status = OverallStatus::Processing;
            }
        }
        Change::Together(parts) => {
            for part in parts {
                after = changed(&after, part, now)?;
            }
        }
        Change::Finalize(status) => {
            // A failed agent makes the session failed, whatever its writer says.
            let failed = *status == FinalStatus::Failed || session.agents.first_failed().is_some();
            after.overall_status = if failed {
                OverallStatus::Failed
            } else {
                OverallStatus::Completed
            };
        }
    }
    truth::settle(&mut after);
    Ok(after)
}

/// Takes over a value that was not known; another value than the known one is refused.
fn fill_in<T: Clone + PartialEq>(known: &mut Option<T>, named: Option<&T>) -> Result<(), Refusal> {
    match (&*known, named) {
        (Some(known), Some(named)) if known != named => Err(Refusal::AnotherDocument),
        (None, Some(named)) => {
            *known = Some(named.clone());
            Ok(())
        }
        _ => Ok(()),
    }
}

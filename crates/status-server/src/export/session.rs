//! One session, its agents and their attempts.

use bytes::Bytes;
use status_model::{
    Agent, AgentName, MatchClassification, Run, Session, SourceType, Timestamp, TokenUsage,
    api::StatusBody, truth,
};
use status_store::StoreError;

use super::{
    Format,
    csv::{self, known, known_text, text},
    list::warnings,
};

/// The columns of a session as CSV. Those behind `confidenceScore` are the session's own.
const COLUMNS: [&str; 24] = [
    "sessionId",
    "level",
    "agent",
    "attempt",
    "status",
    "startedAt",
    "completedAt",
    "durationSeconds",
    "inputTokens",
    "outputTokens",
    "totalTokens",
    "tokensPartial",
    "activity",
    "errorType",
    "error",
    "matchClassification",
    "confidenceScore",
    "correlationId",
    "documentId",
    "sourceType",
    "createdAt",
    "lastUpdated",
    "version",
    "warnings",
];

type Line = [String; COLUMNS.len()];

/// A session as a whole file.
///
/// # Errors
/// [`StoreError::Refused`] where it can't be written: then the store gave what no store may give.
pub(crate) fn document(session: &Session, format: Format) -> Result<Bytes, StoreError> {
    match format {
        Format::Json => {
            let mut text =
                serde_json::to_vec_pretty(&StatusBody::from(session)).map_err(|error| {
                    StoreError::Refused(format!("not to be written as JSON: {error}"))
                })?;
            text.push(b'\n');
            Ok(text.into())
        }
        Format::Csv => {
            let agents = session.agents.iter();
            let agents = agents.flat_map(|(name, agent)| agent_lines(session, name, agent));
            let head = [csv::header(COLUMNS), session_line(session)];
            let lines = csv::lines(head.into_iter().chain(agents))?;
            Ok([csv::BYTE_ORDER_MARK.as_bytes(), &lines].concat().into())
        }
    }
}

/// The line of the session: its tokens are the sum of its agents' lines.
fn session_line(session: &Session) -> Line {
    let total = truth::total_token_usage(session);
    let mut agents = session.agents.iter();
    // A sum of nothing is not zero.
    let is_reported = agents.any(|(_, agent)| agent.run.token_usage.is_some());
    let usage = is_reported.then_some(total.known);
    let own = [
        known_text(session.correlation_id.as_deref()),
        known_text(session.document_id.as_deref()),
        known_text(session.source_type.as_ref().map(SourceType::as_str)),
        known(session.created_at),
        known(session.last_updated),
        known(session.version),
        warnings(&truth::warnings(session)),
    ];
    let start = [
        text(session.session_id.as_str()),
        "session".to_owned(),
        String::new(),
        String::new(),
        text(session.overall_status.as_str()),
    ];
    let run = work(
        truth::start(session),
        truth::end(session),
        known(session.total_duration),
        usage,
        total.partial,
    );
    joined(start, run, Default::default(), own)
}

/// The line of an agent, and one of each of its attempts.
fn agent_lines(session: &Session, name: AgentName, agent: &Agent) -> impl Iterator<Item = Line> {
    let judged = [
        known_text(
            agent
                .match_classification
                .as_ref()
                .map(MatchClassification::as_str),
        ),
        known(agent.confidence_score),
    ];
    let line = run_line(
        session,
        ("agent", name, None),
        &agent.run,
        truth::is_usage_partial(agent),
        judged,
    );
    let attempts = agent.attempts.iter().enumerate().map(move |(index, run)| {
        let is_partial = run.status.has_run() && run.token_usage.is_none();
        let place = ("attempt", name, Some(index + 1));
        run_line(session, place, run, is_partial, Default::default())
    });
    std::iter::once(line).chain(attempts)
}

fn run_line(
    session: &Session,
    (level, agent, attempt): (&str, AgentName, Option<usize>),
    run: &Run,
    is_partial: bool,
    [classification, confidence]: [String; 2],
) -> Line {
    let start = [
        text(session.session_id.as_str()),
        level.to_owned(),
        agent.to_string(),
        known(attempt),
        text(run.status.as_str()),
    ];
    let duration = known(run.duration);
    let worked = work(
        run.started_at,
        run.completed_at,
        duration,
        run.token_usage,
        is_partial,
    );
    let said = [
        known_text(run.activity.as_deref()),
        known_text(run.error_type.as_deref()),
        known_text(run.error.as_deref()),
        classification,
        confidence,
    ];
    joined(start, worked, said, Default::default())
}

/// Where it belongs, what it took, what it says, what the session alone has.
fn joined(place: [String; 5], work: [String; 7], said: [String; 5], own: [String; 7]) -> Line {
    let mut cells = place.into_iter().chain(work).chain(said).chain(own);
    std::array::from_fn(|_| cells.next().unwrap_or_default())
}

/// From `startedAt` to `tokensPartial`.
fn work(
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    duration: String,
    usage: Option<TokenUsage>,
    is_partial: bool,
) -> [String; 7] {
    [
        known(start),
        known(end),
        duration,
        known(usage.map(|usage| usage.input)),
        known(usage.map(|usage| usage.output)),
        known(usage.map(TokenUsage::total)),
        is_partial.to_string(),
    ]
}

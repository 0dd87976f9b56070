//! One session as plain text for a ticket: every time in UTC, every character ASCII where it is
//! ours, so that no ticket system can spoil it.

use status_model::{Agent, AgentName, Run, Session, Timestamp, TokenUsage, truth};

use crate::{
    format::{Zone, count, decimal, duration},
    words,
};

/// Of more tries than twice so many, the first and the last are told.
const TOLD_TRIES: usize = 10;
/// Labels are so wide that what they name stands in a column.
const WIDTH: usize = 13;

/// What a report says beside the session.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The address of the session's page.
    pub link: &'a str,
    /// The portal's version.
    pub portal_version: &'a str,
    /// The server's time of what is reported.
    pub as_of: Timestamp,
}

/// The report.
#[must_use]
pub fn report(session: &Session, origin: Origin) -> String {
    let mut text = String::new();
    let state = words::session_state(&session.overall_status).word;
    let title = session.document_id.as_deref();
    line(
        &mut text,
        &[title.unwrap_or(session.session_id.as_str()), ": ", &state],
    );
    line(&mut text, &[origin.link]);
    line(&mut text, &[]);

    let or_not_known = |value: Option<&str>| value.unwrap_or(words::NOT_KNOWN).to_owned();
    let end = truth::end(session).filter(|_| session.overall_status.is_final());
    for (label, value) in [
        ("Session", session.session_id.to_string()),
        (
            "Correlation",
            or_not_known(session.correlation_id.as_deref()),
        ),
        ("Document", or_not_known(title)),
        (
            "Source",
            or_not_known(
                session
                    .source_type
                    .as_ref()
                    .map(status_model::SourceType::as_str),
            ),
        ),
        ("Started", time(truth::start(session))),
        (
            "Ended",
            if session.overall_status.is_final() {
                time(end)
            } else {
                "not yet".to_owned()
            },
        ),
        (
            "Duration",
            session
                .total_duration
                .map_or_else(|| words::NOT_KNOWN.to_owned(), duration),
        ),
        ("Tokens", total(session)),
    ] {
        labelled(&mut text, label, &value);
    }
    for warning in truth::warnings(session) {
        labelled(&mut text, "Note", words::warning(warning));
    }
    for (name, agent) in session.agents.iter() {
        line(&mut text, &[]);
        of_agent(&mut text, name, agent);
    }
    line(&mut text, &[]);
    let version = session
        .version
        .map_or_else(|| words::NOT_KNOWN.to_owned(), count);
    labelled(&mut text, "As of", &Zone::Utc.exact(origin.as_of));
    labelled(
        &mut text,
        "Version",
        &format!("record {version}, portal {}", origin.portal_version),
    );
    text
}

fn of_agent(text: &mut String, name: AgentName, agent: &Agent) {
    let state = words::agent_state(&agent.run.status).word;
    let tries = agent.attempts.len();
    line(text, &[words::agent(name), ": ", &state]);
    if !agent.run.status.has_run() {
        return;
    }
    of_run(text, &agent.run);
    if let Some(classification) = &agent.match_classification {
        labelled(text, "  Match", words::classification(classification));
    }
    if let Some(score) = agent.confidence_score {
        labelled(text, "  Confidence", &format!("{} of 100", decimal(score)));
    }
    // A single try says nothing that the agent does not say.
    if tries < 2 {
        return of_error(text, &agent.run);
    }
    for (index, attempt) in agent.attempts.iter().enumerate() {
        if index == TOLD_TRIES && tries > 2 * TOLD_TRIES {
            let left_out = count_of(tries - 2 * TOLD_TRIES);
            line(
                text,
                &["  ", &left_out, " further attempts are left out here"],
            );
        }
        if index >= TOLD_TRIES && index < tries.saturating_sub(TOLD_TRIES) {
            continue;
        }
        let state = words::agent_state(&attempt.status).word;
        line(
            text,
            &[
                "  Attempt ",
                &count_of(index + 1),
                " of ",
                &count_of(tries),
                ": ",
                &state,
            ],
        );
        of_run(text, attempt);
        of_error(text, attempt);
    }
    let told = agent
        .attempts
        .iter()
        .any(|attempt| attempt.error == agent.run.error);
    if !told {
        of_error(text, &agent.run);
    }
}

fn of_run(text: &mut String, run: &Run) {
    let mut when = format!("{} to {}", time(run.started_at), time(run.completed_at));
    if let Some(length) = run.duration {
        when = format!("{when}, {}", duration(length));
    }
    labelled(text, "  Time", &when);
    let used = run
        .token_usage
        .map_or_else(|| words::NOT_REPORTED.to_owned(), usage);
    labelled(text, "  Tokens", &used);
    if let Some(activity) = &run.activity {
        labelled(text, "  Activity", activity);
    }
}

fn of_error(text: &mut String, run: &Run) {
    if let Some(kind) = &run.error_type {
        labelled(text, "  Error type", kind);
    }
    if let Some(error) = &run.error {
        labelled(text, "  Error", error);
    }
}

fn total(session: &Session) -> String {
    let total = truth::total_token_usage(session);
    let nobody = session
        .agents
        .iter()
        .all(|(_, agent)| agent.run.token_usage.is_none());
    if nobody {
        return words::NOT_REPORTED.to_owned();
    }
    let mut text = usage(total.known);
    let failed: u64 = session
        .agents
        .iter()
        .filter_map(|(_, agent)| truth::failed_token_usage(agent))
        .map(TokenUsage::total)
        .sum();
    if failed > 0 {
        text = format!("{text}, {} of these on failed attempts", count(failed));
    }
    if total.partial {
        text += ", not all reported";
    }
    text
}

fn usage(usage: TokenUsage) -> String {
    format!(
        "{} ({} in, {} out)",
        count(usage.total()),
        count(usage.input),
        count(usage.output)
    )
}

fn count_of(number: usize) -> String {
    number.to_string()
}

fn time(time: Option<Timestamp>) -> String {
    time.map_or_else(|| words::NOT_KNOWN.to_owned(), |time| Zone::Utc.exact(time))
}

/// A label and its value; the further lines of a long value stand below its first.
fn labelled(text: &mut String, label: &str, value: &str) {
    let mut lines = value.trim_end().lines();
    let label = format!("{label:<WIDTH$} ");
    line(text, &[&label, lines.next().unwrap_or_default()]);
    let indent = " ".repeat(WIDTH + 1);
    for further in lines {
        line(text, &[&indent, further]);
    }
}

fn line(text: &mut String, parts: &[&str]) {
    for part in parts {
        text.push_str(part);
    }
    text.push('\n');
}

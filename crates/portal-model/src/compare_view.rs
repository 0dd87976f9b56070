//! Two sessions side by side, to see where they differ.

use status_model::{Agent, Session, Timestamp, truth};

use crate::{
    format::{self, Zone},
    words,
};

/// A group of lines: the session's own, or an agent's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompareGroup {
    /// What the lines are about.
    pub title: &'static str,
    /// The lines.
    pub lines: Vec<CompareLine>,
}

/// What both say about one thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompareLine {
    /// The thing.
    pub label: &'static str,
    /// What either says.
    pub values: [String; 2],
    /// Do they say something else?
    pub differs: bool,
}

/// The lines of both, in the same order.
#[must_use]
pub fn compare(sessions: [&Session; 2], now: Timestamp, zone: Zone) -> Vec<CompareGroup> {
    let line = |label, values: [String; 2]| CompareLine {
        label,
        differs: values[0] != values[1],
        values,
    };
    let own = |label, value: &dyn Fn(&Session) -> String| line(label, sessions.map(value));
    let known = |value: Option<&str>| value.unwrap_or(words::NOT_KNOWN).to_owned();
    let mut groups = vec![CompareGroup {
        title: "Session",
        lines: vec![
            own("State", &|s| words::session_state(&s.overall_status).word),
            own("Document", &|s| known(s.document_id.as_deref())),
            own("Source", &|s| {
                known(s.source_type.as_ref().map(status_model::SourceType::as_str))
            }),
            own("Started", &|s| {
                truth::start(s)
                    .map_or_else(|| words::NOT_KNOWN.to_owned(), |at| zone.short(at, now))
            }),
            own("Duration", &|s| match s.total_duration {
                Some(length) => format::duration(length),
                None if s.overall_status.is_final() => words::NOT_KNOWN.to_owned(),
                None => "not ended".to_owned(),
            }),
            own("Tokens", &|s| {
                let nobody = s
                    .agents
                    .iter()
                    .all(|(_, agent)| agent.run.token_usage.is_none());
                if nobody {
                    words::NOT_REPORTED.to_owned()
                } else {
                    format::tokens(truth::total_token_usage(s))
                }
            }),
        ],
    }];
    for ((name, one), (_, other)) in sessions[0].agents.iter().zip(sessions[1].agents.iter()) {
        let agents = [one, other];
        let of = |label, value: fn(&Agent) -> String| line(label, agents.map(value));
        let lines = [
            of("State", |agent| words::agent_state(&agent.run.status).word),
            of("Duration", |agent| {
                agent.run.duration.map(format::duration).unwrap_or_default()
            }),
            of("Attempts", |agent| match agent.attempts.len() {
                0 => String::new(),
                tries => tries.to_string(),
            }),
            of("Tokens", |agent| match agent.run.token_usage {
                Some(usage) => format::count(usage.total()),
                None if agent.run.status.has_run() => words::NOT_REPORTED.to_owned(),
                None => String::new(),
            }),
            of("Match", |agent| {
                let word = agent
                    .match_classification
                    .as_ref()
                    .map(words::classification);
                word.unwrap_or_default().to_owned()
            }),
            of("Error", |agent| {
                let error = agent.run.error.as_deref().unwrap_or_default();
                error
                    .trim_start()
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            }),
        ];
        // What neither says anything about needs no line.
        let said = lines
            .into_iter()
            .filter(|line| line.values.iter().any(|v| !v.is_empty()));
        groups.push(CompareGroup {
            title: words::agent(name),
            lines: said.collect(),
        });
    }
    groups
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use status_model::read;

    use super::*;

    fn session(id: &str, agents: &Value) -> Session {
        read::session(&json!({
            "sessionId": id, "documentId": "FAB_1.pdf", "overallStatus": "completed",
            "createdAt": "2026-11-22T12:00:00Z", "agents": agents,
        }))
        .unwrap()
    }

    #[test]
    fn what_differs_is_marked_and_what_neither_says_is_left_out() {
        let usage = json!({"inputTokens": 1, "outputTokens": 2, "totalTokens": 3});
        let one = session(
            "a",
            &json!({"pdfAdapter": {"status": "success", "duration": 80.123, "tokenUsage": usage}}),
        );
        let other = session(
            "b",
            &json!({"pdfAdapter": {"status": "error", "error": "first\nsecond"}}),
        );
        let now = "2026-11-22T12:05:00Z".parse().unwrap();
        let groups = compare([&one, &other], now, Zone::Utc);

        assert_eq!(groups.len(), 5);
        let line = |group: usize, label: &str| {
            let mut lines = groups[group].lines.iter();
            lines.find(|line| line.label == label)
        };
        assert!(!line(0, "Document").unwrap().differs);
        let tokens = line(1, "Tokens").unwrap();
        assert_eq!(tokens.values, ["3", "not reported"]);
        assert!(tokens.differs);
        assert_eq!(line(1, "Error").unwrap().values, ["", "first"]);
        assert_eq!(line(1, "Match"), None);
        assert_eq!(line(2, "Duration"), None);
    }
}

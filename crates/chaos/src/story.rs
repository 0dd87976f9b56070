//! What writers report of a session, step by step, and what it has to look like after each.
//!
//! A session's version is the number of steps that it has seen, since each of them changes it. So
//! its version says what has to stand in it, and a session in which something else stands is torn.

use harness::http::{HttpAddress, request};
use serde_json::{Value, json};

const AGENTS: [&str; 4] = [
    "pdfAdapter",
    "tradeExtraction",
    "tradeMatching",
    "exceptionManagement",
];

/// Start, beginning and end of four agents, end.
pub const STEPS: u64 = 10;

/// Where a session's status is.
pub fn status_path(id: &str) -> String {
    format!("/api/workflow/{id}/status")
}

/// The report of a step, from 1 on.
pub fn report(address: HttpAddress, id: &str, step: u64) -> Vec<u8> {
    let session = format!("/api/workflow/{id}");
    let (method, path, body) = match (step, agent_of(step)) {
        (_, Some((agent, is_end))) => {
            let mut body = json!({ "status": "in-progress", "activity": activity(step) });
            if is_end {
                body["status"] = json!("success");
                body["tokenUsage"] = json!({ "inputTokens": step, "outputTokens": 1 });
            }
            ("PATCH", format!("{session}/agents/{}", AGENTS[agent]), body)
        }
        (1, None) => {
            let body = json!({
                "correlationId": format!("corr_{id}"),
                "documentId": id,
                "sourceType": "BANK",
            });
            ("PUT", session, body)
        }
        _ => {
            let body = json!({ "overallStatus": "completed" });
            ("POST", format!("{session}/finalize"), body)
        }
    };
    request(address, method, &path, &[], &body.to_string())
}

/// Does what its version says stand in the session, and nothing else?
pub fn is_whole(id: &str, status: &Value) -> bool {
    let Some(version @ 1..=STEPS) = status["version"].as_u64() else {
        return false;
    };
    let agents = (0..AGENTS.len()).all(|agent| {
        let start = 2 + 2 * agent as u64;
        let found = &status["agents"][AGENTS[agent]];
        let (word, said, tokens) = match version {
            seen if seen > start => ("success", json!(activity(start + 1)), json!(start + 1)),
            seen if seen == start => ("in-progress", json!(activity(start)), Value::Null),
            _ => ("pending", Value::Null, Value::Null),
        };
        found["status"] == word
            && found["activity"] == said
            && found["tokenUsage"]["inputTokens"] == tokens
    });
    let is_final = status["overallStatus"] == "completed";
    agents && is_final == (version == STEPS) && status["documentId"] == id
}

/// The agent that a step is about, and whether it is its end.
fn agent_of(step: u64) -> Option<(usize, bool)> {
    let number = step.checked_sub(2).filter(|number| *number < 8)?;
    let agent = usize::try_from(number / 2).ok()?;
    Some((agent, number % 2 == 1))
}

fn activity(step: u64) -> String {
    format!("step {step}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(version: u64) -> Value {
        let agent = |start: u64| match version {
            seen if seen > start => json!({
                "status": "success", "activity": format!("step {}", start + 1),
                "tokenUsage": { "inputTokens": start + 1, "outputTokens": 1 },
            }),
            seen if seen == start => json!({
                "status": "in-progress", "activity": format!("step {start}"), "tokenUsage": null,
            }),
            _ => json!({ "status": "pending", "activity": null, "tokenUsage": null }),
        };
        json!({
            "version": version, "documentId": "a",
            "overallStatus": if version == STEPS { "completed" } else { "processing" },
            "agents": {
                "pdfAdapter": agent(2), "tradeExtraction": agent(4), "tradeMatching": agent(6),
                "exceptionManagement": agent(8),
            },
        })
    }

    #[test]
    fn a_session_is_whole_at_each_of_its_versions() {
        for version in 1..=STEPS {
            assert!(is_whole("a", &status(version)), "{version}");
        }
    }

    #[test]
    fn one_in_which_something_else_stands_is_torn() {
        let mut ahead = status(4);
        ahead["agents"]["tradeMatching"] = status(6)["agents"]["tradeMatching"].clone();
        assert!(!is_whole("a", &ahead));
        let mut behind = status(5);
        behind["agents"]["tradeExtraction"] = status(4)["agents"]["tradeExtraction"].clone();
        assert!(!is_whole("a", &behind));
        let mut final_too_soon = status(9);
        final_too_soon["overallStatus"] = json!("completed");
        assert!(!is_whole("a", &final_too_soon));
        assert!(!is_whole("b", &status(3)), "it is another's");
        assert!(!is_whole("a", &status(11)));
    }

    #[test]
    fn each_step_is_a_report_of_its_own() {
        let address = "http://127.0.0.1:80".parse().unwrap();
        let line = |step| {
            let request = String::from_utf8(report(address, "a", step)).unwrap();
            request.lines().next().unwrap().to_owned()
        };
        assert_eq!(line(1), "PUT /api/workflow/a HTTP/1.1");
        assert_eq!(line(2), "PATCH /api/workflow/a/agents/pdfAdapter HTTP/1.1");
        assert_eq!(
            line(9),
            "PATCH /api/workflow/a/agents/exceptionManagement HTTP/1.1"
        );
        assert_eq!(line(10), "POST /api/workflow/a/finalize HTTP/1.1");
    }
}

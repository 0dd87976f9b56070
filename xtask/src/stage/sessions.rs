//! What stands in the stage's store: a morning of simulated documents.

use serde_json::{Map, Value, json};
use status_model::{AgentName, Timestamp, item, read};

/// A session whose extraction runs, at its second attempt.
pub const RUNNING: &str = "session-6d0c2c1e-sim";
/// A session that has failed after three attempts.
pub const FAILED: &str = "session-b81f97a4-sim";
/// A session that has completed without its exception agent.
pub const COMPLETED: &str = "session-f2bf0659-sim";

/// 90 days in seconds.
const KEPT: i64 = 90 * 24 * 3_600;

const RECENT: [(&str, &str, i64); 6] = [
    ("session-0a77d2b0-sim", "SIM-GCS_381415", 1_312),
    ("session-1c29e4f8-sim", "SIM-FAB_27410062", 1_740),
    ("session-2be0a1d5-sim", "SIM-GCS_382909", 2_285),
    ("session-37f4c6a2-sim", "SIM-FAB_27398814", 2_871),
    ("session-48a95b1c-sim", "SIM-GCS_380127", 3_390),
    ("session-59d3f07e-sim", "SIM-FAB_27365520", 4_206),
];

/// The items as of `now`, in `DynamoDB`'s typed JSON, one a line.
pub fn lines(now: Timestamp) -> String {
    let mut sessions = vec![running(now), begun(now), failed(now), completed(now)];
    sessions.extend(RECENT.iter().enumerate().map(|(index, recent)| {
        let &(id, document, seconds) = recent;
        finished(id, document, before(now, seconds), index)
    }));
    let items = sessions
        .iter()
        .filter_map(|session| Some(item::to_typed(&read::session(session).ok()?)));
    items.map(|item| item.to_string() + "\n").collect()
}

fn running(now: Timestamp) -> Value {
    let start = before(now, 104);
    let mut session = Session::new(RUNNING, "SIM-FAB_26933659", start);
    let extraction = session.done(AgentName::PdfAdapter, 80.114, [13_212, 957]);
    let retry = after(extraction, 4.3);
    let throttled = json!({
        "status": "error", "startedAt": extraction, "completedAt": after(extraction, 3.1),
        "duration": 3.1, "error": "HTTP 429: Too many tokens, please wait before trying again",
        "errorType": "ThrottlingException",
    });
    session.agent(
        AgentName::TradeExtraction,
        json!({
            "status": "in-progress", "startedAt": extraction,
            "activity": "Extracting structured trade data (simulated)",
            "attempts": [throttled, { "status": "in-progress", "startedAt": retry }],
        }),
    );
    session.ended("processing", retry)
}

fn begun(now: Timestamp) -> Value {
    let start = before(now, 31);
    let mut session = Session::new("session-5a1e90c3-sim", "SIM-GCS_383001", start);
    session.agent(
        AgentName::PdfAdapter,
        json!({
            "status": "in-progress", "startedAt": start,
            "activity": "Extracting text from PDF document (simulated)",
        }),
    );
    session.ended("processing", start)
}

fn failed(now: Timestamp) -> Value {
    const UNAVAILABLE: &str = "HTTP 503: The model service is unavailable";
    let start = before(now, 431);
    let mut session = Session::new(FAILED, "SIM-FAB_26934102", start);
    session.done(AgentName::PdfAdapter, 77.902, [12_874, 911]);
    let matching = session.done(AgentName::TradeExtraction, 46.6, [3_961, 1_204]);
    let attempts: Vec<Value> = [(0.0, 9.4), (11.4, 12.2), (27.9, 9.8)]
        .into_iter()
        .map(|(wait, duration)| {
            let begin = after(matching, wait);
            json!({
                "status": "error", "startedAt": begin, "completedAt": after(begin, duration),
                "duration": duration, "error": UNAVAILABLE,
                "errorType": "ServiceUnavailableException",
            })
        })
        .collect();
    let end = after(matching, 37.7);
    session.agent(
        AgentName::TradeMatching,
        json!({
            "status": "error", "startedAt": matching, "completedAt": end, "duration": 37.7,
            "activity": "Trade matching failed (simulated)", "error": UNAVAILABLE,
            "errorType": "ServiceUnavailableException", "attempts": attempts,
        }),
    );
    session.skipped("Not run: trade matching failed (simulated)");
    session.ended("failed", end)
}

fn completed(now: Timestamp) -> Value {
    let start = before(now, 862);
    let mut session = Session::new(COMPLETED, "SIM-FAB_26931847", start);
    session.done(AgentName::PdfAdapter, 79.338, [13_087, 946]);
    session.done(AgentName::TradeExtraction, 44.872, [3_904, 1_187]);
    let end = session.done(AgentName::TradeMatching, 17.206, [5_318, 402]);
    session.judged("MATCHED", 97);
    session.skipped("Not needed: the trades match (simulated)");
    session.ended("completed", end)
}

/// One of those that make a list, and by which usual durations are known.
fn finished(id: &str, document: &str, start: Timestamp, index: usize) -> Value {
    let (spread, more) = [
        (0.0, 0),
        (3.4, 112),
        (-2.7, 41),
        (6.1, 208),
        (-4.2, 17),
        (1.9, 93),
    ][index % 6];
    let mut session = Session::new(id, document, start);
    session.done(
        AgentName::PdfAdapter,
        80.2 + 2.0 * spread,
        [13_150 + 2 * more, 940 + more],
    );
    session.done(
        AgentName::TradeExtraction,
        45.1 + spread,
        [3_950 + more, 1_190],
    );
    let mut end = session.done(
        AgentName::TradeMatching,
        17.3 + spread / 2.0,
        [5_300 - more, 410 + more],
    );
    if index % 3 == 1 {
        session.judged("REVIEW_REQUIRED", 61);
        end = session.done(AgentName::ExceptionManagement, 32.4 + spread, [4_120, 655]);
    } else {
        session.judged("MATCHED", 95);
        session.skipped("Not needed: the trades match (simulated)");
    }
    session.ended("completed", end)
}

/// A session in the making: its agents run one after the other.
struct Session {
    attributes: Map<String, Value>,
    end: Timestamp,
}

impl Session {
    fn new(id: &str, document: &str, start: Timestamp) -> Self {
        let source = if document.contains("FAB") {
            "BANK"
        } else {
            "COUNTERPARTY"
        };
        let attributes = [
            ("sessionId", json!(id)),
            ("correlationId", json!(id.replace("session-", "corr_"))),
            ("documentId", json!(document)),
            ("sourceType", json!(source)),
            ("createdAt", json!(start)),
            ("expiresAt", json!(start.unix_seconds() + KEPT)),
        ];
        let attributes = attributes.map(|(name, value)| (name.to_owned(), value));
        Self {
            attributes: attributes.into_iter().collect(),
            end: start,
        }
    }

    fn agent(&mut self, agent: AgentName, report: Value) {
        self.attributes.insert(agent.as_str().to_owned(), report);
    }

    /// The next agent, with its input and output tokens; answers when it is done.
    fn done(&mut self, agent: AgentName, seconds: f64, [input, output]: [u64; 2]) -> Timestamp {
        let end = after(self.end, seconds);
        self.agent(
            agent,
            json!({
                "status": "success", "startedAt": self.end, "completedAt": end,
                "duration": seconds, "activity": done(agent),
                "tokenUsage": {
                    "inputTokens": input, "outputTokens": output, "totalTokens": input + output,
                },
            }),
        );
        self.end = end;
        end
    }

    fn judged(&mut self, class: &str, confidence: u64) {
        if let Some(matching) = self.attributes.get_mut(AgentName::TradeMatching.as_str()) {
            matching["matchClassification"] = json!(class);
            matching["confidenceScore"] = json!(confidence);
        }
    }

    /// The last agent is not run.
    fn skipped(&mut self, why: &str) {
        let report = json!({ "status": "skipped", "activity": why });
        self.agent(AgentName::ExceptionManagement, report);
    }

    fn ended(mut self, status: &str, at: Timestamp) -> Value {
        let last = [("overallStatus", json!(status)), ("lastUpdated", json!(at))];
        let last = last.map(|(name, value)| (name.to_owned(), value));
        self.attributes.extend(last);
        Value::Object(self.attributes)
    }
}

/// What the orchestrator writes.
fn done(agent: AgentName) -> &'static str {
    match agent {
        AgentName::PdfAdapter => "Text extraction complete (simulated)",
        AgentName::TradeExtraction => "Trade data extraction complete (simulated)",
        AgentName::TradeMatching => "Trade matching complete (simulated)",
        AgentName::ExceptionManagement => "Exception management complete (simulated)",
    }
}

fn before(now: Timestamp, seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(now.unix_millis() - seconds * 1_000)
}

#[expect(clippy::cast_possible_truncation, reason = "some minutes at most")]
fn after(start: Timestamp, seconds: f64) -> Timestamp {
    Timestamp::from_unix_millis(start.unix_millis() + (seconds * 1_000.0).round() as i64)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_session_can_be_read_and_says_that_it_is_simulated() {
        let now = "2026-11-22T08:00:00Z".parse().unwrap();
        let lines = lines(now);
        assert_eq!(lines.lines().count(), 4 + RECENT.len());
        let mut ids = HashSet::new();
        for line in lines.lines() {
            let session = item::from_typed(&serde_json::from_str(line).unwrap()).unwrap();
            assert!(session.document_id.unwrap().starts_with("SIM-"), "{line}");
            assert!(session.last_updated.unwrap() < now, "{line}");
            ids.insert(session.session_id.to_string());
        }
        for id in [RUNNING, FAILED, COMPLETED] {
            assert!(ids.contains(id), "{id}");
        }
    }
}

//! The report is the whole truth of a session in plain text.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use portal_model::report::{Origin, report};
use serde_json::{Value, json};
use status_model::{Session, read};

fn session(body: &Value) -> Session {
    read::session(body).unwrap()
}

fn text(session: &Session) -> String {
    let origin = Origin {
        link: "https://status.example.com/sessions/s-1",
        portal_version: "1.2.3",
        as_of: "2026-11-22T12:03:00.250Z".parse().unwrap(),
    };
    report(session, origin)
}

fn failed() -> Value {
    let attempt = |number: u32, status: &str| {
        json!({
            "status": status,
            "activity": "Extracting structured trade data",
            "startedAt": format!("2026-11-22T12:01:{:02}.000Z", 10 * number),
            "completedAt": format!("2026-11-22T12:01:{:02}.500Z", 10 * number),
            "tokenUsage": {"inputTokens": 100, "outputTokens": 20, "totalTokens": 120},
            "error": format!("HTTP 429: throttled\nRequest id {number}"),
            "errorType": "ThrottlingException",
        })
    };
    json!({
        "sessionId": "s-1",
        "correlationId": "corr-1",
        "documentId": "FAB_1.pdf",
        "sourceType": "BANK",
        "overallStatus": "failed",
        "createdAt": "2026-11-22T12:00:00.000Z",
        "lastUpdated": "2026-11-22T12:01:20.500Z",
        "version": 9,
        "agents": {
            "pdfAdapter": {
                "status": "success",
                "startedAt": "2026-11-22T12:00:00.000Z",
                "completedAt": "2026-11-22T12:01:05.000Z",
                "tokenUsage": {"inputTokens": 1000, "outputTokens": 234, "totalTokens": 1234},
            },
            "tradeExtraction": {
                "status": "error",
                "startedAt": "2026-11-22T12:01:10.000Z",
                "completedAt": "2026-11-22T12:01:20.500Z",
                "tokenUsage": {"inputTokens": 200, "outputTokens": 40, "totalTokens": 240},
                "error": "HTTP 429: throttled\nRequest id 2",
                "errorType": "ThrottlingException",
                "attempts": [attempt(1, "error"), attempt(2, "error")],
            },
            "tradeMatching": {"status": "skipped"},
            "exceptionManagement": {"status": "skipped"},
        },
    })
}

#[test]
fn it_says_all_that_a_ticket_needs() {
    assert_eq!(
        text(&session(&failed())),
        "\
FAB_1.pdf: Failed
https://status.example.com/sessions/s-1

Session       s-1
Correlation   corr-1
Document      FAB_1.pdf
Source        BANK
Started       2026-11-22 12:00:00.000 UTC
Ended         2026-11-22 12:01:20.500 UTC
Duration      1 m 20.5 s
Tokens        1,474 (1,200 in, 274 out), 240 of these on failed attempts

PDF adapter: Done
  Time        2026-11-22 12:00:00.000 UTC to 2026-11-22 12:01:05.000 UTC, 1 m 5.0 s
  Tokens      1,234 (1,000 in, 234 out)

Trade extraction: Failed
  Time        2026-11-22 12:01:10.000 UTC to 2026-11-22 12:01:20.500 UTC, 10.5 s
  Tokens      240 (200 in, 40 out)
  Attempt 1 of 2: Failed
  Time        2026-11-22 12:01:10.000 UTC to 2026-11-22 12:01:10.500 UTC, 0.5 s
  Tokens      120 (100 in, 20 out)
  Activity    Extracting structured trade data
  Error type  ThrottlingException
  Error       HTTP 429: throttled
              Request id 1
  Attempt 2 of 2: Failed
  Time        2026-11-22 12:01:20.000 UTC to 2026-11-22 12:01:20.500 UTC, 0.5 s
  Tokens      120 (100 in, 20 out)
  Activity    Extracting structured trade data
  Error type  ThrottlingException
  Error       HTTP 429: throttled
              Request id 2

Trade matching: Skipped

Exception management: Skipped

As of         2026-11-22 12:03:00.250 UTC
Version       record 9, portal 1.2.3
"
    );
}

#[test]
fn unknown_is_said_and_not_made_zero() {
    let text = text(&session(&json!({"sessionId": "s-1"})));
    for line in [
        "Document      not known",
        "Started       not known",
        "Ended         not yet",
        "Tokens        not reported",
        "PDF adapter: Waiting",
        "Version       record not known, portal 1.2.3",
    ] {
        assert!(text.lines().any(|l| l == line), "{line:?} in {text}");
    }
}

#[test]
fn of_very_many_attempts_the_first_and_the_last_are_told() {
    let mut body = failed();
    let extraction = &mut body["agents"]["tradeExtraction"];
    let attempt = extraction["attempts"][0].clone();
    extraction["attempts"] = json!(vec![attempt; 5000]);
    let text = text(&session(&body));
    assert!(text.lines().count() < 250);
    for line in [
        "  Attempt 10 of 5000: Failed",
        "  4980 further attempts are left out here",
        "  Attempt 4991 of 5000: Failed",
        "  Attempt 5000 of 5000: Failed",
    ] {
        assert!(text.lines().any(|l| l == line), "{line:?}");
    }
}

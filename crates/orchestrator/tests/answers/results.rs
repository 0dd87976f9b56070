//! How it went, and what is handed on.

use orchestrator::answer::{Cause, Success};
use serde_json::{Value, json};
use status_model::{MatchClassification, Seconds};

use crate::given::{USAGE, failure, ok, read, success};

fn sample(name: &str) -> Vec<u8> {
    let samples: Value =
        serde_json::from_str(include_str!("../fixtures/agent_responses.json")).unwrap();
    assert!(samples[name].is_object(), "{name}");
    samples[name].to_string().into_bytes()
}

#[test]
fn every_sample_of_success_is_read() {
    let answer = read(200, None, &sample("pdf_adapter"));
    assert_eq!(answer.token_usage, USAGE);
    assert_eq!(answer.processing_time, Some(Seconds::from_millis(1205)));
    assert!(!answer.simulated);
    assert_eq!(
        success(answer).canonical_output_location.as_deref(),
        Some("s3://BUCKET/extracted/SOURCE/DOC.json")
    );

    let answer = read(
        200,
        None,
        &sample("trade_extraction (reports no token_usage)"),
    );
    assert_eq!(answer.token_usage, None, "unknown is not zero");
    assert_eq!(success(answer), Success::default());

    let answer = read(200, None, &sample("trade_matching"));
    assert_eq!(answer.token_usage, USAGE);
    assert_eq!(success(answer).confidence_score, Some(92.0));

    let answer = read(200, None, &sample("exception_management"));
    assert_eq!(success(answer).trade_id.as_deref(), Some("str"));
}

#[test]
fn every_sample_of_failure_is_read() {
    for (name, error, error_type) in [
        ("pdf_adapter error", "str", "ExceptionClass"),
        ("trade_extraction error", "str", "ExceptionClass"),
        ("exception_management error", "str", "str"),
        (
            "orchestrator-made error (http status != 200)",
            "HTTP 429: <first 500 chars>",
            "AgentError",
        ),
        (
            "orchestrator-made error (timeout/exception)",
            "Timeout after 300s",
            "AgentError",
        ),
    ] {
        let failure = failure(read(200, None, &sample(name)));
        assert_eq!(failure.cause, Cause::Reported, "{name}");
        assert_eq!(failure.error, error, "{name}");
        assert_eq!(failure.error_type, error_type, "{name}");
    }
}

#[test]
fn a_judgement_is_read_however_it_is_written() {
    for word in ["REVIEW_REQUIRED", "review_required", "Review required"] {
        let answer = ok(&json!({"match_classification": word, "confidence_score": "62.5"}));
        let success = success(answer);
        assert_eq!(
            success.match_classification,
            Some(MatchClassification::ReviewRequired)
        );
        assert_eq!(success.confidence_score, Some(62.5));
    }
    let success = success(ok(
        &json!({"matchClassification": "NONE", "confidenceScore": 162}),
    ));
    assert_eq!(
        success.match_classification,
        Some(MatchClassification::Other("NONE".to_owned()))
    );
    assert_eq!(success.confidence_score, None, "no percentage");
}

#[test]
fn whoever_does_not_say_succeeds_unless_there_is_an_error() {
    assert!(ok(&json!({})).result.is_ok());
    assert!(
        ok(&json!({"message": "done", "error": null}))
            .result
            .is_ok()
    );
    assert!(ok(&json!({"success": "True"})).result.is_ok());
    assert_eq!(failure(ok(&json!({"error": "no"}))).error, "no");
    assert_eq!(
        failure(ok(&json!({"success": false}))).error_type,
        "AgentError"
    );
    assert_eq!(
        failure(ok(&json!({"success": false}))).error,
        "The agent failed and gave no reason."
    );
}

#[test]
fn json_within_a_string_is_json() {
    let inner = json!({"success": false, "error": "no"}).to_string();
    assert_eq!(failure(ok(&json!(inner))).error, "no");
}

#[test]
fn a_failure_keeps_what_it_used() {
    let answer = ok(&json!({
        "success": false,
        "error": "no",
        "simulated": true,
        "token_usage": {"input_tokens": 1523, "output_tokens": 411},
    }));
    assert_eq!(answer.token_usage, USAGE);
    assert!(answer.simulated);
}

//! What the agents' answers mean.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use orchestrator::answer::{Answer, Cause, Failure, Success, read};
use serde_json::{Value, json};
use status_model::{MatchClassification, Seconds, TokenUsage};

fn sample(name: &str) -> Vec<u8> {
    let samples: Value =
        serde_json::from_str(include_str!("fixtures/agent_responses.json")).unwrap();
    assert!(samples[name].is_object(), "{name}");
    samples[name].to_string().into_bytes()
}

fn ok(value: &Value) -> Answer {
    read(200, None, value.to_string().as_bytes())
}

fn success(answer: Answer) -> Success {
    answer.result.unwrap()
}

fn failure(answer: Answer) -> Failure {
    answer.result.unwrap_err()
}

const USAGE: Option<TokenUsage> = Some(TokenUsage {
    input: 1523,
    output: 411,
});

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
fn token_usage_is_read_under_any_of_its_names() {
    for usage in [
        json!({"token_usage": {"input_tokens": 1523, "output_tokens": 411, "total_tokens": 1934}}),
        json!({"tokenUsage": {"inputTokens": 1523, "outputTokens": 411}}),
        json!({"token_usage": {"inputTokens": "1523", "outputTokens": 411.0}}),
        json!({"token_usage": {"input_tokens": 1523, "total_tokens": 1934}}),
        json!({"token_usage": {"output_tokens": 411, "total_tokens": 1934}}),
        json!({"token_usage": null, "tokenUsage": {"inputTokens": 1523, "outputTokens": 411}}),
        // A total that disagrees loses.
        json!({"token_usage": {"input_tokens": 1523, "output_tokens": 411, "total_tokens": 9}}),
    ] {
        assert_eq!(ok(&usage).token_usage, USAGE, "{usage}");
    }
}

#[test]
fn usage_that_makes_no_sense_is_unknown() {
    for usage in [
        json!({"token_usage": null}),
        json!({"token_usage": {}}),
        json!({"token_usage": "1934"}),
        json!({"token_usage": {"total_tokens": 1934}}),
        json!({"token_usage": {"input_tokens": 1523}}),
        json!({"token_usage": {"input_tokens": 1523, "total_tokens": 9}}),
        json!({"token_usage": {"input_tokens": -1, "output_tokens": 411}}),
        json!({"token_usage": {"input_tokens": 0.5, "output_tokens": 411}}),
        json!({"token_usage": {"input_tokens": 1e300, "output_tokens": 411}}),
        json!({"token_usage": {"input_tokens": "many", "output_tokens": 411}}),
    ] {
        assert_eq!(ok(&usage).token_usage, None, "{usage}");
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
fn an_unreadable_answer_is_a_failure_in_plain_words() {
    for body in ["<html>login</html>", r#"{"success": tr"#, "", "[1]", "null"] {
        let failure = failure(read(200, None, body.as_bytes()));
        assert_eq!(failure.cause, Cause::Unreadable, "{body}");
        assert_eq!(failure.error_type, "UnreadableAnswer");
        assert_eq!(
            failure.error,
            format!("HTTP 200 with an unreadable answer: {body}")
        );
    }
    let failure = failure(read(200, None, b"\xff\xfe"));
    assert_eq!(failure.cause, Cause::Unreadable);
}

#[test]
fn another_status_is_named_with_the_agents_words() {
    for (code, body, error, error_type) in [
        (
            429,
            r#"{"error": "wait", "error_type": "ThrottlingException"}"#,
            "HTTP 429: wait",
            "ThrottlingException",
        ),
        (
            429,
            r#"{"message": "slow down"}"#,
            "HTTP 429: slow down",
            "Throttled",
        ),
        (
            502,
            "<html>Bad</html>",
            "HTTP 502: <html>Bad</html>",
            "ServerError",
        ),
        (503, " ", "HTTP 503", "ServerError"),
        (
            404,
            "no such agent\n",
            "HTTP 404: no such agent",
            "ClientError",
        ),
        (302, "", "HTTP 302", "UnexpectedStatus"),
        // The status counts, whatever the body says.
        (
            500,
            r#"{"success": true}"#,
            r#"HTTP 500: {"success": true}"#,
            "ServerError",
        ),
    ] {
        let failure = failure(read(code, None, body.as_bytes()));
        assert_eq!(
            failure.cause,
            Cause::Status {
                code,
                retry_after: None
            }
        );
        assert_eq!(failure.error, error);
        assert_eq!(failure.error_type, error_type);
    }
}

#[test]
fn long_texts_are_cut_between_characters() {
    let long = "é".repeat(6_000);
    let cut = |characters| format!("{}…", "é".repeat(characters));
    assert_eq!(
        failure(read(500, None, long.as_bytes())).error,
        format!("HTTP 500: {}", cut(500))
    );
    assert_eq!(
        failure(read(200, None, long.as_bytes())).error,
        format!("HTTP 200 with an unreadable answer: {}", cut(500))
    );
    assert_eq!(
        failure(ok(&json!({"success": false, "error": long}))).error,
        cut(4_000)
    );
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

//! What the agents' answers mean.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use orchestrator::answer::{self, Answer, Cause, Failure, Reply, Success};
use proptest::prelude::*;
use serde_json::{Value, json};
use status_model::{MatchClassification, Seconds, TokenUsage};

fn sample(name: &str) -> Vec<u8> {
    let samples: Value =
        serde_json::from_str(include_str!("fixtures/agent_responses.json")).unwrap();
    assert!(samples[name].is_object(), "{name}");
    samples[name].to_string().into_bytes()
}

fn read(code: u16, retry_after: Option<Duration>, body: &[u8]) -> Answer {
    answer::read(&Reply {
        code,
        retry_after,
        error_type: None,
        is_event_stream: false,
        body,
    })
}

fn streamed(body: &str) -> Answer {
    answer::read(&Reply {
        code: 200,
        retry_after: None,
        error_type: None,
        is_event_stream: true,
        body: body.as_bytes(),
    })
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
        json!({"tokenUsage": {"input_tokens": " 1523 ", "output_tokens": "4.11e2"}}),
        json!({"usage": {"inputTokens": 1523, "outputTokens": 411, "totalTokens": 1934}}),
        json!({"usage": {"input_tokens": 1523, "output_tokens": 411}}),
        json!({"metrics": {"accumulated_usage": {"inputTokens": 1523, "outputTokens": 411}}}),
        json!({"metrics": {"accumulatedUsage": {"inputTokens": 1523, "outputTokens": 411}}}),
        json!({"accumulated_usage": {"inputTokens": 1523, "outputTokens": 411}}),
        json!({"token_usage": {}, "usage": {"inputTokens": 1523, "outputTokens": 411}}),
    ] {
        assert_eq!(ok(&usage).token_usage, USAGE, "{usage}");
    }
}

#[test]
fn cached_tokens_are_a_part_of_the_input_and_never_counted_twice() {
    for (usage, input, output) in [
        // Within the input: the total has no room for them.
        (
            json!({"inputTokens": 1523, "outputTokens": 411, "totalTokens": 1934,
                "cacheReadInputTokens": 1000, "cacheWriteInputTokens": 200}),
            1523,
            411,
        ),
        (
            json!({"input_tokens": 1523, "output_tokens": 411, "cache_read_input_tokens": 1000}),
            1523,
            411,
        ),
        // Beside the input, as Bedrock counts: the total has them too.
        (
            json!({"inputTokens": 323, "outputTokens": 411, "totalTokens": 1934,
                "cacheReadInputTokens": 1000, "cacheWriteInputTokens": 200}),
            1523,
            411,
        ),
        (
            json!({"inputTokens": 0, "outputTokens": 411, "totalTokens": 1934,
                "cacheReadInputTokens": "1523"}),
            1523,
            411,
        ),
        // A total that fits neither way loses.
        (
            json!({"inputTokens": 323, "outputTokens": 411, "totalTokens": 1000,
                "cacheReadInputTokens": 1000}),
            323,
            411,
        ),
        (
            json!({"outputTokens": 411, "totalTokens": 1934, "cacheReadInputTokens": 1000}),
            1523,
            411,
        ),
    ] {
        let expected = Some(TokenUsage { input, output });
        for answer in [
            json!({"token_usage": usage}),
            json!({"usage": usage}),
            json!({"metrics": {"accumulated_usage": usage}}),
        ] {
            assert_eq!(ok(&answer).token_usage, expected, "{answer}");
        }
    }
    let ambiguous = json!({"usage":
        {"inputTokens": 323, "totalTokens": 1934, "cacheReadInputTokens": 1000}});
    assert_eq!(ok(&ambiguous).token_usage, None);
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
        json!({"token_usage": {"input_tokens": "NaN", "output_tokens": 411}}),
        json!({"token_usage": {"input_tokens": "-1", "output_tokens": 411, "total_tokens": 500}}),
        json!({"token_usage": {"input_tokens": 1523, "output_tokens": -3, "total_tokens": 1934}}),
        json!({"usage": []}),
        json!({"metrics": {"accumulated_usage": null}}),
        // What Strands starts from.
        json!({"metrics": {"accumulated_usage":
            {"inputTokens": 0, "outputTokens": 0, "totalTokens": 0}}}),
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
    for body in ["login first", r#"{"success": tr"#, "", "[1]", "null"] {
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
            "upstream is away",
            "HTTP 502: upstream is away",
            "ServerError",
        ),
        // As AWS's services say it.
        (
            403,
            r#"{"__type": "com.amazon#AccessDeniedException:http://x", "Message": "no"}"#,
            "HTTP 403: no",
            "AccessDeniedException",
        ),
        (
            409,
            r#"{"code": "RetryableConflictException", "message": "busy"}"#,
            "HTTP 409: busy",
            "RetryableConflictException",
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
fn the_kind_of_error_in_the_header_goes_before_all_others() {
    let answer = answer::read(&Reply {
        code: 429,
        retry_after: None,
        error_type: Some("ThrottlingException"),
        is_event_stream: false,
        body: br#"{"message": "slow down", "error_type": "other"}"#,
    });
    assert_eq!(failure(answer).error_type, "ThrottlingException");
}

#[test]
fn a_web_page_is_told_with_what_to_do() {
    for (code, page) in [
        (200, "<html>Please sign in</html>"),
        (200, "\u{feff}\n<!DOCTYPE html><title>Sign in</title>"),
        (403, "<HTML>Forbidden</HTML>"),
        (502, "<html>Bad gateway</html>"),
    ] {
        let failure = failure(read(code, None, page.as_bytes()));
        let said = format!(
            "HTTP {code} with a web page instead of JSON; check the agent's address and whether \
             a proxy or a sign-in page answers in its place: "
        );
        assert!(failure.error.starts_with(&said), "{}", failure.error);
    }
}

#[test]
fn the_answer_in_a_stream_is_the_last_that_says_how_it_went() {
    let answer = streamed(concat!(
        ": a comment\n\n",
        "event: message\r\ndata: {\"data\": \"Reading\"}\r\n\r\n",
        "data: no JSON\n\n",
        "data: {\"success\": true,\ndata:  \"trade_id\": \"26933659\",\n",
        "data: \"token_usage\": {\"input_tokens\": 1523, \"output_tokens\": 411}}\n\n",
        "data: {\"data\": \"bye\"}",
    ));
    assert_eq!(answer.token_usage, USAGE);
    assert_eq!(success(answer).trade_id.as_deref(), Some("26933659"));

    let error = r#"data: {"error": "no", "error_type": "ValueError", "message": "An error"}"#;
    let failure = failure(streamed(&format!("data: {{\"data\": 1}}\n\n{error}\n\n")));
    assert_eq!(failure.error, "no");
    assert_eq!(failure.error_type, "ValueError");
}

#[test]
fn a_stream_is_read_whatever_of_it_is_missing() {
    assert_eq!(
        failure(streamed("")).cause,
        Cause::Unreadable,
        "no event at all"
    );
    assert_eq!(failure(streamed("data: done\n\n")).cause, Cause::Unreadable);
    let inner = json!({"success": false, "error": "no"}).to_string();
    let wrapped = format!("data: {}\n", json!(inner));
    assert_eq!(failure(streamed(&wrapped)).error, "no");
}

#[test]
fn a_stream_that_tells_of_each_turn_uses_their_sum() {
    let turn = |input: u64, output: u64| {
        json!({"event": {"metadata": {"usage": {
            "inputTokens": input, "outputTokens": output, "totalTokens": input + output,
        }}}})
    };
    let (one, two) = (turn(1000, 11), turn(523, 400));
    let body = format!("data: {one}\n\ndata: {two}\n\ndata: {{\"success\": true}}\n\n");
    assert_eq!(streamed(&body).token_usage, USAGE);
    let told = r#"{"success": true, "usage": {"inputTokens": 1523, "outputTokens": 411}}"#;
    let body = format!("data: {one}\n\ndata: {told}\n\n");
    assert_eq!(
        streamed(&body).token_usage,
        USAGE,
        "not added to the answer's"
    );
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

fn any_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "token_usage",
        "tokenUsage",
        "usage",
        "metrics",
        "accumulated_usage",
        "event",
        "metadata",
        "input_tokens",
        "inputTokens",
        "output_tokens",
        "outputTokens",
        "total_tokens",
        "totalTokens",
        "cacheReadInputTokens",
        "cache_creation_input_tokens",
        "success",
        "error",
        "__type",
        "match_classification",
        "confidence_score",
        "processing_time_ms",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0..5_000_u64).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~]{0,8}".prop_map(Value::from),
        (-5..5_000_i64).prop_map(|number| Value::from(number.to_string())),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map(names.clone().prop_map(str::to_owned), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_answer_brings_the_reader_down(code in 100..600_u16, value in any_json()) {
        let body = value.to_string();
        for body in [body.clone(), format!("data: {body}\n\n")] {
            for is_event_stream in [false, true] {
                let answer = answer::read(&Reply {
                    code,
                    retry_after: None,
                    error_type: None,
                    is_event_stream,
                    body: body.as_bytes(),
                });
                prop_assert!(answer.result.is_err() || (200..300).contains(&code));
                if let Ok(success) = answer.result {
                    let score = success.confidence_score.unwrap_or_default();
                    prop_assert!((0.0..=100.0).contains(&score));
                }
            }
        }
    }

    #[test]
    fn no_bytes_bring_the_reader_down(body: Vec<u8>, is_event_stream: bool) {
        let reply = Reply { code: 200, retry_after: None, error_type: None, is_event_stream, body: &body };
        prop_assert!(answer::read(&reply).result.is_err() || !body.is_empty());
    }

    #[test]
    fn each_token_is_counted_once_wherever_the_cached_ones_stand(
        fresh in 0..1_000_000_u64,
        from_cache in 0..1_000_000_u64,
        into_cache in 0..1_000_000_u64,
        output in 0..1_000_000_u64,
        names in 0..3_usize,
    ) {
        let input = fresh + from_cache + into_cache;
        let expected = Some(TokenUsage { input, output });
        for named in [fresh, input] {
            let mut usage = json!({
                "inputTokens": named, "outputTokens": output, "totalTokens": input + output,
                "cacheReadInputTokens": from_cache, "cacheWriteInputTokens": into_cache,
            });
            let answer = match names {
                0 => json!({"usage": usage}),
                1 => json!({"tokenUsage": usage}),
                _ => {
                    // All zero is what Strands starts from.
                    usage["outputTokens"] = json!(output + 1);
                    usage["totalTokens"] = json!(input + output + 1);
                    json!({"metrics": {"accumulated_usage": usage}})
                }
            };
            let mut used = ok(&answer).token_usage;
            if names == 2 {
                used = used.map(|used| TokenUsage { output: used.output - 1, ..used });
            }
            prop_assert_eq!(used, expected, "{}", answer);
        }
    }
}

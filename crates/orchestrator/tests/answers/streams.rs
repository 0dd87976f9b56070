//! Streams of events.

use orchestrator::answer::Cause;
use serde_json::json;

use crate::given::{USAGE, failure, streamed, success};

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

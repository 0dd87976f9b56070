//! Answers that are none.

use orchestrator::answer::{self, Cause, Reply};
use serde_json::json;

use crate::given::{failure, ok, read};

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

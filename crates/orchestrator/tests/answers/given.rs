//! What the tests share: answers as they arrive.

use std::time::Duration;

use orchestrator::answer::{self, Answer, Failure, Reply, Success};
use serde_json::Value;
use status_model::TokenUsage;

pub fn read(code: u16, retry_after: Option<Duration>, body: &[u8]) -> Answer {
    answer::read(&Reply {
        code,
        retry_after,
        error_type: None,
        is_event_stream: false,
        body,
    })
}

pub fn streamed(body: &str) -> Answer {
    answer::read(&Reply {
        code: 200,
        retry_after: None,
        error_type: None,
        is_event_stream: true,
        body: body.as_bytes(),
    })
}

pub fn ok(value: &Value) -> Answer {
    read(200, None, value.to_string().as_bytes())
}

pub fn success(answer: Answer) -> Success {
    answer.result.unwrap()
}

pub fn failure(answer: Answer) -> Failure {
    answer.result.unwrap_err()
}

pub const USAGE: Option<TokenUsage> = Some(TokenUsage {
    input: 1523,
    output: 411,
});

//! What is sent, and what each answer means.

use std::time::Duration;

use orchestrator::{
    Agents, Document, HttpAgents, RetryPolicy,
    agent::{DEFAULT_TIMEOUT, Findings, Request, configuration},
    answer::{Answer, Cause, Failure},
};
use serde_json::json;
use status_model::{AgentName, TokenUsage};

use crate::service::{REGION, Service, credentials};

const SESSION: &str = "x-amzn-bedrock-agentcore-runtime-session-id";

fn agents(service: &Service) -> HttpAgents {
    let entry = |name: &str| {
        json!({
            "arn": format!("arn:aws:bedrock-agentcore:{REGION}:123456789012:runtime/{name}-Ab1Cd2Ef3G"),
            "endpoint": service.address,
            "qualifier": "prod",
            "timeoutSeconds": 10,
        })
    };
    let text = json!({
        "pdfAdapter": entry("pdf_adapter"),
        "tradeExtraction": entry("trade_extraction"),
        "tradeMatching": entry("trade_matching"),
        "exceptionManagement": entry("exception_management"),
    });
    let endpoints = configuration::parse(&text.to_string(), DEFAULT_TIMEOUT).unwrap();
    HttpAgents::new(endpoints)
        .unwrap()
        .signed_with(credentials())
}

async fn ask(service: &Service, session_id: &str) -> Answer {
    let line = json!({
        "session_id": session_id, "correlation_id": "c-1", "document_id": "FAB_1 ü",
        "source_type": "BANK", "s3_bucket": "bucket", "s3_key": "BANK/FAB_1.pdf",
    });
    let document = Document::from_json(&line.to_string(), &mut rand::rng()).unwrap();
    let request = Request::new(&document, &Findings::default(), 2);
    agents(service)
        .ask(AgentName::TradeMatching, &request)
        .await
}

async fn failure(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Failure {
    let service = Service::answering(status, headers, body).await;
    let answer = ask(&service, "s-1").await;
    assert_eq!(service.received().len(), 1, "signed as it should be");
    answer.result.unwrap_err()
}

fn is_tried_again(failure: &Failure) -> bool {
    RetryPolicy::default().wait(1, failure, 0.5).is_some()
}

#[tokio::test]
async fn a_request_arrives_signed_with_its_path_its_session_and_its_body() {
    let json = [("content-type", "application/json")];
    let service = Service::answering(200, &json, r#"{"success": true}"#).await;
    let long = "session-0123456789abcdef0123456789abcdef";
    for session_id in ["s-1", "a@b:c._-", long] {
        let answer = ask(&service, session_id).await;
        assert!(answer.result.is_ok(), "{answer:?}");
    }
    let received = service.received();
    let first = &received[0];
    assert_eq!(
        first.path,
        "/runtimes/arn%3Aaws%3Abedrock-agentcore%3Aeu-central-1%3A123456789012%3Aruntime%2F\
         trade_matching-Ab1Cd2Ef3G/invocations"
    );
    assert_eq!(first.query, "qualifier=prod");
    assert_eq!(first.headers["content-type"], "application/json");
    assert_eq!(first.headers["accept"], "application/json");
    assert_eq!(first.headers["x-amz-security-token"], "session/token==");
    assert_eq!(
        first.body,
        json!({
            "session_id": "s-1", "correlation_id": "c-1", "document_id": "FAB_1 ü",
            "source_type": "BANK", "document_path": "s3://bucket/BANK/FAB_1.pdf",
            "s3_bucket": "bucket", "s3_key": "BANK/FAB_1.pdf", "attempt": 2,
        })
    );
    for (received, session_id) in received.iter().zip(["s-1", "a@b:c._-", long]) {
        let runtime_session = received.headers[SESSION].to_str().unwrap();
        assert!(runtime_session.starts_with(session_id));
        assert!((33..=256).contains(&runtime_session.len()));
    }
    assert_eq!(received[2].headers[SESSION], long);
}

#[tokio::test]
async fn a_stream_of_events_is_an_answer_too() {
    let stream = [("content-type", "text/event-stream; charset=utf-8")];
    let body = "data: \"thinking\"\n\ndata: {\"success\": true, \"usage\": \
                {\"inputTokens\": 3, \"outputTokens\": 4, \"totalTokens\": 7}}\n\n";
    let service = Service::answering(200, &stream, body).await;
    let answer = ask(&service, "s-1").await;
    assert_eq!(
        answer.token_usage,
        Some(TokenUsage {
            input: 3,
            output: 4
        })
    );
    assert!(answer.result.is_ok());
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    for (status, kind, body) in [
        (
            429,
            "ThrottlingException",
            r#"{"message": "Rate exceeded"}"#,
        ),
        (500, "InternalServerException", r#"{"message": "oh"}"#),
        (409, "RetryableConflictException", r#"{"message": "busy"}"#),
        (503, "ServiceUnavailableException", ""),
    ] {
        let failure = failure(status, &[("x-amzn-errortype", kind)], body).await;
        assert_eq!(failure.error_type, kind);
        assert!(is_tried_again(&failure), "{failure:?}");
    }
    let wait = [
        ("retry-after", "7"),
        ("x-amzn-errortype", "ThrottlingException:"),
    ];
    let failure = failure(429, &wait, "{}").await;
    assert_eq!(
        failure.cause,
        Cause::Status {
            code: 429,
            retry_after: Some(Duration::from_secs(7))
        }
    );
    assert_eq!(failure.error_type, "ThrottlingException");
}

#[tokio::test]
async fn what_stays_is_not() {
    for (status, kind) in [
        (400, "ValidationException"),
        (402, "ServiceQuotaExceededException"),
        (403, "AccessDeniedException"),
        (404, "ResourceNotFoundException"),
        (424, "RuntimeClientError"),
    ] {
        let body = r#"{"message": "No."}"#;
        let failure = failure(status, &[("x-amzn-errortype", kind)], body).await;
        assert_eq!(failure.error, format!("HTTP {status}: No."));
        assert_eq!(failure.error_type, kind);
        assert!(!is_tried_again(&failure), "{failure:?}");
    }
}

#[tokio::test]
async fn a_web_page_is_told_with_what_to_do() {
    let html = [("content-type", "text/html")];
    let failure = failure(200, &html, "<!doctype html><p>Sign in</p>").await;
    assert!(
        failure.error.contains("check the agent's address"),
        "{}",
        failure.error
    );
    assert!(!is_tried_again(&failure));
}

#[tokio::test]
async fn a_wrong_secret_is_seen() {
    let service = Service::answering(200, &[], "{}").await;
    let wrong = aws_credential_types::Credentials::new(
        "AKIDEXAMPLE",
        "another",
        Some("session/token==".to_owned()),
        None,
        "test",
    );
    let line = r#"{"documentId": "FAB_1", "sourceType": "BANK"}"#;
    let document = Document::from_json(line, &mut rand::rng()).unwrap();
    let request = Request::new(&document, &Findings::default(), 1);
    let agents = agents(&service).signed_with(wrong);
    let answer = agents.ask(AgentName::PdfAdapter, &request).await;
    let failure = answer.result.unwrap_err();
    assert_eq!(failure.error_type, "InvalidSignatureException");
    assert!(service.received().is_empty());
}

#[tokio::test]
async fn nobody_is_asked_as_nobody() {
    let service = Service::answering(200, &[], "{}").await;
    let endpoints = {
        let text = json!({
            "arn": format!("arn:aws:bedrock-agentcore:{REGION}:123456789012:runtime/a-Ab1Cd2Ef3G"),
            "endpoint": service.address,
        });
        let all = json!({
            "pdfAdapter": text, "tradeExtraction": text, "tradeMatching": text,
            "exceptionManagement": text,
        });
        configuration::parse(&all.to_string(), DEFAULT_TIMEOUT).unwrap()
    };
    let agents = HttpAgents::new(endpoints).unwrap();
    let line = r#"{"documentId": "FAB_1", "sourceType": "BANK"}"#;
    let document = Document::from_json(line, &mut rand::rng()).unwrap();
    let request = Request::new(&document, &Findings::default(), 1);
    let answer = agents.ask(AgentName::PdfAdapter, &request).await;
    let failure = answer.result.unwrap_err();
    assert_eq!(failure.cause, Cause::Unsigned);
    assert!(
        failure.error.contains("set AWS_PROFILE"),
        "{}",
        failure.error
    );
    assert!(!is_tried_again(&failure));
}

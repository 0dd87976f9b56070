//! Agents that answer in other ways than the simulated ones, over HTTP.

use std::{
    io::{Read, Write},
    net::TcpListener as Listener,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect},
    routing::post,
};
use orchestrator::{
    Agents, Endpoint, InvalidEndpoint, Verdict,
    agent::{Findings, Request},
    answer::{Answer, Cause, Failure},
    stopper,
};
use serde_json::{Value, json};
use status_model::{AgentName, MatchClassification, OverallStatus, TokenUsage};
use tokio::net::TcpListener;

use crate::common::{agents, document, read};

async fn serve(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    base
}

async fn ask(base: &str) -> Answer {
    let document = document("well");
    let request = Request::new(&document, &Findings::default(), 1);
    agents(base, None)
        .ask(AgentName::PdfAdapter, &request)
        .await
}

async fn failure(router: Router) -> Failure {
    ask(&serve(router).await).await.result.unwrap_err()
}

fn everywhere<R: IntoResponse + Send + 'static>(
    respond: impl Fn() -> R + Clone + Send + Sync + 'static,
) -> Router {
    Router::new().fallback(move || async move { respond() })
}

#[tokio::test]
async fn a_page_instead_of_an_answer_is_told_with_what_to_do() {
    let failure = failure(everywhere(|| "<html>Please sign in</html>")).await;
    assert_eq!(failure.cause, Cause::Unreadable);
    assert_eq!(
        failure.error,
        "HTTP 200 with a web page instead of JSON; check the agent's address and whether a proxy \
         or a sign-in page answers in its place: <html>Please sign in</html>"
    );
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let failure = failure(everywhere(|| Redirect::temporary("/elsewhere"))).await;
    assert_eq!(failure.error, "HTTP 307");
}

#[tokio::test]
async fn an_answer_without_end_is_given_up() {
    let failure = failure(everywhere(|| vec![b' '; 9 * 1024 * 1024])).await;
    assert_eq!(failure.cause, Cause::Unreadable);
    assert_eq!(failure.error, "HTTP 200 with an answer of more than 8 MiB");
}

#[tokio::test]
async fn retry_after_is_read_from_the_header() {
    let throttled = || (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "7")]);
    assert_eq!(
        failure(everywhere(throttled)).await.cause,
        Cause::Status {
            code: 429,
            retry_after: Some(Duration::from_secs(7))
        }
    );
}

#[tokio::test]
async fn nobody_there_is_said_without_the_address() {
    let free = Listener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let failure = ask(&format!("http://{free}")).await.result.unwrap_err();
    assert_eq!(failure.cause, Cause::Connection);
    assert_eq!(failure.error_type, "ConnectionError");
    assert!(
        failure.error.starts_with("No connection to the agent: "),
        "{}",
        failure.error
    );
    assert!(!failure.error.contains("127.0.0.1"), "{}", failure.error);
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_a_broken_connection() {
    let listener = Listener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let agent = std::thread::spawn(move || {
        let (mut connection, _) = listener.accept().unwrap();
        // As much of the request as one read gives is enough: nobody looks at it.
        let _ = connection.read(&mut [0; 4096]).unwrap();
        connection
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"success\": tr")
            .unwrap();
    });
    let failure = ask(&base).await.result.unwrap_err();
    agent.join().unwrap();
    assert_eq!(failure.cause, Cause::Connection);
    assert!(
        failure.error.starts_with("The agent's answer broke off: "),
        "{}",
        failure.error
    );
}

#[tokio::test]
async fn each_agent_is_told_what_those_before_it_found() {
    let told: Arc<Mutex<Vec<Value>>> = Arc::default();
    let router = Router::new().route(
        "/agents/{agent}",
        post({
            let told = Arc::clone(&told);
            move |Path(agent): Path<String>, Json(request): Json<Value>| async move {
                told.lock().unwrap().push(request);
                Json(match agent.as_str() {
                    "pdf-adapter" => json!({
                        "success": true,
                        "canonical_output_location": "s3://bucket/extracted/BANK/FAB_1.json",
                    }),
                    "trade-extraction" => json!({"success": true, "trade_id": "1"}),
                    "trade-matching" => json!({
                        "success": true,
                        "match_classification": "NO_MATCH",
                        "confidence_score": 25,
                    }),
                    _ => json!({"success": true}),
                })
            }
        }),
    );
    let table = Arc::new(crate::common::Table::default());
    let agents = Arc::new(agents(&serve(router).await, None));
    let orchestrator =
        orchestrator::Orchestrator::new(agents, Arc::clone(&table), crate::common::impatient());
    let line = r#"{"session_id":"s","correlation_id":"c","document_id":"FAB_1",
        "source_type":"BANK","s3_bucket":"bucket","s3_key":"BANK/FAB_1.pdf","action":"process"}"#;
    let (_stopper, stop) = stopper();
    let outcome = orchestrator.run(read(line).unwrap(), stop).await;
    assert_eq!(outcome.verdict, Verdict::Completed);

    let common = json!({
        "session_id": "s", "correlation_id": "c", "document_id": "FAB_1", "source_type": "BANK",
        "document_path": "s3://bucket/BANK/FAB_1.pdf", "s3_bucket": "bucket",
        "s3_key": "BANK/FAB_1.pdf", "action": "process", "attempt": 1,
    });
    let with = |found: Value| {
        let mut request = common.clone();
        let fields = request.as_object_mut().unwrap();
        fields.extend(found.as_object().unwrap().clone());
        request
    };
    let output = json!({"canonical_output_location": "s3://bucket/extracted/BANK/FAB_1.json"});
    let mut trade = output.clone();
    trade["trade_id"] = json!("1");
    let mut judged = trade.clone();
    judged["event_type"] = json!("MATCHING_EXCEPTION");
    judged["match_classification"] = json!("NO_MATCH");
    judged["match_score"] = json!(0.25);
    assert_eq!(
        *told.lock().unwrap(),
        [with(json!({})), with(output), with(trade), with(judged)]
    );
    // A word outside the vocabulary is acted on and handed on, but never written.
    let matching = &table.session(&"s".parse().unwrap()).agents[AgentName::TradeMatching];
    assert_eq!(matching.match_classification, None::<MatchClassification>);
    assert_eq!(matching.confidence_score, Some(25.0));
}

#[tokio::test]
async fn a_page_instead_of_an_answer_ends_the_session_and_nothing_before_it_is_lost() {
    let router = Router::new().route(
        "/agents/{agent}",
        post(|Path(agent): Path<String>| async move {
            if agent == "trade-extraction" {
                return "<!doctype html><title>Sign in</title>".into_response();
            }
            let usage = json!({"inputTokens": 3, "outputTokens": 4, "totalTokens": 7});
            Json(json!({"success": true, "usage": usage})).into_response()
        }),
    );
    let table = Arc::new(crate::common::Table::default());
    let agents = Arc::new(agents(&serve(router).await, None));
    let orchestrator =
        orchestrator::Orchestrator::new(agents, Arc::clone(&table), crate::common::impatient());
    let document = document("well");
    let id = document.session_id.clone();
    let (_stopper, stop) = stopper();
    orchestrator.run(document, stop).await;

    let session = table.session(&id);
    assert_eq!(session.overall_status, OverallStatus::Failed);
    let failed = &session.agents[AgentName::TradeExtraction];
    let error = failed.run.error.as_deref().unwrap();
    assert!(
        error.starts_with("HTTP 200 with a web page instead of JSON; check"),
        "{error}"
    );
    assert_eq!(failed.run.error_type.as_deref(), Some("UnreadableAnswer"));
    assert_eq!(failed.attempts.len(), 1, "it is not asked again");
    for agent in [AgentName::PdfAdapter, AgentName::ExceptionManagement] {
        let usage = session.agents[agent].run.token_usage;
        assert_eq!(
            usage,
            Some(TokenUsage {
                input: 3,
                output: 4
            }),
            "{agent}"
        );
    }
}

#[test]
fn addresses_are_checked_at_once() {
    for base in ["http://127.0.0.1:9000", "http://127.0.0.1:9000/"] {
        assert_eq!(
            Endpoint::below(base, AgentName::PdfAdapter).unwrap(),
            Endpoint::at("http://127.0.0.1:9000/agents/pdf-adapter").unwrap()
        );
    }
    for bad in ["", "127.0.0.1:9000", "ftp://agents", "http://"] {
        let error = Endpoint::at(bad).unwrap_err();
        assert!(matches!(error, InvalidEndpoint::Url(_)), "{bad}: {error}");
    }
    assert_eq!(
        Endpoint::at("https://agents").is_ok(),
        cfg!(feature = "tls")
    );
}

//! Documents over HTTP, as Bedrock AgentCore sends them: each is run once and to its end.

use std::{sync::Arc, time::Duration};

use orchestrator::{
    Agents, Orchestrator, Phase, Settings, Stopper,
    agent::Request,
    answer::{Answer, Success},
    stopper,
};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use status_model::{AgentName, MatchClassification, OverallStatus, SessionId, TokenUsage};
use status_server::{
    api::{App, Policy},
    invocations::Invocations,
    server::Ended,
};
use status_store::{StatusStore, StatusWriter};
use tokio::sync::{Semaphore, watch};

use crate::{
    backend::Place,
    support::{self, Description, Server, json, portal, problem},
};

/// Agents that work once they are let: all of the time, or one try for each permit.
struct Held {
    permits: Semaphore,
    asked: watch::Sender<usize>,
}

impl Agents for Held {
    async fn ask(&self, agent: AgentName, request: &Request<'_>) -> Answer {
        self.asked.send_modify(|asked| *asked += 1);
        self.permits.acquire().await.unwrap().forget();
        if request.document_id == "FAILS" {
            let cause = orchestrator::answer::Cause::Reported;
            return Answer::failed(cause, "The text is empty.".to_owned(), "ValueError");
        }
        let judgement = MatchClassification::Matched;
        Answer {
            result: Ok(Success {
                match_classification: (agent == AgentName::TradeMatching).then_some(judgement),
                ..Success::default()
            }),
            token_usage: Some(TokenUsage {
                input: 3,
                output: 4,
            }),
            processing_time: None,
            simulated: false,
        }
    }
}

/// A server that runs documents.
struct Running {
    server: Server,
    agents: Arc<Held>,
    store: Arc<dyn StatusStore>,
    stopper: Stopper,
}

/// With so many places for documents, and agents that have so many permits.
async fn running(places: usize, permits: usize) -> Running {
    let place = Place::new();
    let store = place.open().await;
    let app = App::new(
        Arc::clone(&store),
        portal(),
        Policy::default(),
        support::now,
    );
    let agents = Arc::new(Held {
        permits: Semaphore::new(permits),
        asked: watch::Sender::new(0),
    });
    let writer = StatusWriter::new(app.told_store(), support::now, || 0.5);
    let workflows = Orchestrator::new(Arc::clone(&agents), Arc::new(writer), Settings::default());
    let (stopper, stop) = stopper();
    let invocations = Invocations::new(Arc::new(workflows), places, stop, support::now);
    let server = Server::of(app.running(invocations)).await;
    Running {
        server: server.keeping(place),
        agents,
        store,
        stopper,
    }
}

const PLENTY: usize = 1_000;

impl Running {
    async fn send(&self, body: &Value) -> Response {
        self.server
            .send(Method::POST, "/invocations", body.clone())
            .await
    }

    /// Sends a document and waits until its first agent is asked.
    async fn begin(&self, body: &Value) -> tokio::task::JoinHandle<Response> {
        let asked = *self.agents.asked.borrow();
        let request = self.server.request(Method::POST, "/invocations").json(body);
        let answer = tokio::spawn(async { request.send().await.unwrap() });
        let mut more = self.agents.asked.subscribe();
        more.wait_for(|now| *now > asked).await.unwrap();
        answer
    }

    async fn ping(&self) -> Value {
        json(self.server.get("/ping").send().await.unwrap()).await
    }

    async fn overall_status(&self, id: &str) -> OverallStatus {
        let id: SessionId = id.parse().unwrap();
        let session = self.store.get(&id).await.unwrap();
        session.unwrap().overall_status
    }
}

fn document(id: &str) -> Value {
    json!({"sessionId": id, "s3Uri": "s3://bucket/BANK/FAB_1.pdf", "action": "process"})
}

#[tokio::test]
async fn a_document_of_either_form_is_answered_with_what_came_of_it() {
    let running = running(4, PLENTY).await;
    let other = json!({
        "session_id": "s-2", "correlation_id": "c-2", "document_id": "FAILS",
        "source_type": "COUNTERPARTY", "s3_bucket": "bucket", "s3_key": "in/GCS_2.pdf",
    });
    let answer = json(running.send(&document("s-1")).await).await;
    let correlation_id = answer["correlationId"].as_str().unwrap();
    assert!(correlation_id.starts_with("corr_"));
    assert_eq!(
        answer,
        json!({
            "sessionId": "s-1", "correlationId": correlation_id, "documentId": "FAB_1",
            "sourceType": "BANK", "overallStatus": "completed", "success": true, "agent": null,
            "error": null,
        })
    );
    let answer = json(running.send(&other).await).await;
    assert_eq!(
        answer,
        json!({
            "sessionId": "s-2", "correlationId": "c-2", "documentId": "FAILS",
            "sourceType": "COUNTERPARTY", "overallStatus": "failed", "success": false,
            "agent": "pdfAdapter", "error": "The text is empty.",
        })
    );
    let session = running.server.get("/api/workflow/s-1/status").send().await;
    let session = json(session.unwrap()).await;
    assert_eq!(session["overallStatus"], "completed");
    assert_eq!(session["totalTokenUsage"]["totalTokens"], 21);
}

#[tokio::test]
async fn a_document_that_is_sent_again_is_not_run_again() {
    let running = running(4, PLENTY).await;
    for body in [
        document("s-1"),
        json!({"sessionId": "s-2", "documentId": "FAILS", "sourceType": "BANK"}),
    ] {
        let first = json(running.send(&body).await).await;
        let asked = *running.agents.asked.borrow();
        let again = json(running.send(&body).await).await;
        assert_eq!(again, first);
        assert_eq!(*running.agents.asked.borrow(), asked, "nobody was asked");
    }
    let other = json!({"sessionId": "s-1", "documentId": "FAB_2", "sourceType": "BANK"});
    let refused = problem(running.send(&other).await, StatusCode::CONFLICT).await;
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("give it a new sessionId"), "{detail}");
}

#[tokio::test]
async fn those_who_send_the_same_document_at_once_hear_the_same() {
    let running = running(8, 0).await;
    let first = running.begin(&document("s-1")).await;
    let others: Vec<_> = (0..5)
        .map(|_| {
            let request = running.server.request(Method::POST, "/invocations");
            tokio::spawn(request.json(&document("s-1")).send())
        })
        .collect();
    let other = json!({"sessionId": "s-1", "documentId": "FAB_2", "sourceType": "BANK"});
    problem(running.send(&other).await, StatusCode::CONFLICT).await;
    running.agents.permits.add_permits(3);
    let first = json(first.await.unwrap()).await;
    for other in others {
        assert_eq!(json(other.await.unwrap().unwrap()).await, first);
    }
    assert_eq!(*running.agents.asked.borrow(), 3, "each agent once");
}

#[tokio::test]
async fn beyond_its_places_nothing_is_taken() {
    let running = running(2, 0).await;
    let taken = [
        running.begin(&document("s-1")).await,
        running.begin(&document("s-2")).await,
    ];
    let refused = running.send(&document("s-3")).await;
    assert_eq!(refused.headers()["retry-after"], "10");
    problem(refused, StatusCode::SERVICE_UNAVAILABLE).await;
    let metrics = running.server.get("/metrics").send().await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(metrics.contains("trade_status_workflows_running 2"));

    running.agents.permits.add_permits(PLENTY);
    for taken in taken {
        assert_eq!(taken.await.unwrap().status(), StatusCode::OK);
    }
    let again = running.send(&document("s-3")).await;
    assert_eq!(again.status(), StatusCode::OK);
}

#[tokio::test]
async fn it_is_busy_for_as_long_as_anything_is_under_way() {
    let running = running(2, 0).await;
    let idle = running.ping().await;
    assert_eq!(idle["status"], "Healthy");
    let answer = running.begin(&document("s-1")).await;
    let busy = running.ping().await;
    assert_eq!(busy["status"], "HealthyBusy");
    assert_eq!(running.ping().await, busy, "since then");
    running.agents.permits.add_permits(PLENTY);
    answer.await.unwrap();
    assert_eq!(running.ping().await["status"], "Healthy");
}

#[tokio::test]
async fn who_would_rather_not_wait_is_answered_at_once() {
    let running = running(2, 0).await;
    let request = running.server.request(Method::POST, "/invocations");
    let request = request.header("prefer", "respond-async");
    let answer = request.json(&document("s-1")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert_eq!(answer.headers()["preference-applied"], "respond-async");
    let location = answer.headers()["location"].to_str().unwrap().to_owned();
    assert_eq!(location, "/api/workflow/s-1/status");
    let answer = json(answer).await;
    assert_eq!(answer["overallStatus"], "processing");
    assert_eq!(answer["success"], Value::Null);

    running.agents.permits.add_permits(PLENTY);
    let again = json(running.send(&document("s-1")).await).await;
    assert_eq!(again["overallStatus"], "completed");
}

#[tokio::test]
async fn viewers_see_each_step_at_once() {
    let running = running(2, 0).await;
    let answer = running.begin(&document("s-1")).await;
    let path = "/api/workflow/s-1/status";
    let seen = running.server.get(path).send().await.unwrap();
    let etag = seen.headers()["etag"].clone();
    let waiting = running.server.get(path).header("if-none-match", etag);
    let waiting = tokio::spawn(waiting.header("prefer", "wait=25").send());
    while running.server.app.metrics.watch.waiting.get() != 1 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    running.agents.permits.add_permits(1);
    let changed = json(waiting.await.unwrap().unwrap()).await;
    assert_eq!(changed["agents"]["pdfAdapter"]["status"], "success");
    running.agents.permits.add_permits(PLENTY);
    answer.await.unwrap();
}

#[tokio::test]
async fn when_the_server_ends_what_is_under_way_may_end_too() {
    let running = running(4, 0).await;
    let answer = running.begin(&document("s-1")).await;
    // Nobody waits for this one.
    let unheard = running.begin(&document("s-2")).await;
    unheard.abort();
    let Running {
        server,
        agents,
        store,
        stopper,
    } = running;
    stopper.advance(Phase::Draining);
    let late = server
        .send(Method::POST, "/invocations", document("s-3"))
        .await;
    assert_eq!(late.headers()["retry-after"], "5");
    problem(late, StatusCode::SERVICE_UNAVAILABLE).await;

    let ended = tokio::spawn(server.stop());
    agents.permits.add_permits(PLENTY);
    assert_eq!(ended.await.unwrap(), Ended::Clean);
    let answer = json(answer.await.unwrap()).await;
    assert_eq!(answer["overallStatus"], "completed");
    // The file went with the server; the connection still reads it.
    for id in ["s-1", "s-2"] {
        let id = id.parse().unwrap();
        let session = store.get(&id).await.unwrap().unwrap();
        assert_eq!(session.overall_status, OverallStatus::Completed);
    }
}

#[tokio::test]
async fn what_does_not_end_in_time_is_finalized_as_failed() {
    let running = running(4, 0).await;
    let answer = running.begin(&document("s-1")).await;
    let other = running.begin(&document("s-2")).await;
    running.stopper.advance(Phase::Draining);
    running.stopper.advance(Phase::Stopping);
    for answer in [answer, other] {
        let answer = json(answer.await.unwrap()).await;
        assert_eq!(answer["overallStatus"], "failed");
        assert_eq!(answer["error"], "The orchestrator was stopped.");
    }
    for id in ["s-1", "s-2"] {
        assert_eq!(running.overall_status(id).await, OverallStatus::Failed);
    }
    assert_eq!(running.server.stop().await, Ended::Clean);
}

#[tokio::test]
async fn what_is_no_document_is_refused_in_a_sentence() {
    let running = running(1, PLENTY).await;
    for (body, said) in [
        (json!({}), "documentId is missing"),
        (json!({"documentId": "1"}), "sourceType is missing"),
        (
            json!({"documentId": "1", "sourceType": "bank"}),
            "it has to be BANK or COUNTERPARTY",
        ),
        (
            json!({"sesionId": "1"}),
            "sesionId: unknown field `sesionId`",
        ),
        (
            json!({"sessionId": "a b", "documentId": "1", "sourceType": "BANK"}),
            "a session id has letters, digits",
        ),
    ] {
        let refused = problem(running.send(&body).await, StatusCode::BAD_REQUEST).await;
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains(said), "{body}: {detail}");
    }
    assert_eq!(*running.agents.asked.borrow(), 0);
}

#[tokio::test]
async fn a_server_that_runs_no_documents_says_how_it_would() {
    let server = Server::start().await;
    let answer = server
        .send(Method::POST, "/invocations", document("s-1"))
        .await;
    let refused = problem(answer, StatusCode::NOT_IMPLEMENTED).await;
    assert!(
        refused["detail"]
            .as_str()
            .unwrap()
            .contains("--orchestrate")
    );
    let ping = json(server.get("/ping").send().await.unwrap()).await;
    assert_eq!(ping["status"], "Healthy");
}

#[tokio::test]
async fn its_answers_are_as_described() {
    let running = running(1, PLENTY).await;
    let description = running.server.get("/api/openapi.json").send().await;
    let description = Description(json(description.unwrap()).await);
    let call = description.0["paths"]["/invocations"]["post"].clone();
    let check = |answer: Response| {
        let described = description
            .resolve(&call["responses"][answer.status().as_str()])
            .clone();
        for name in described["headers"].as_object().unwrap().keys() {
            assert!(answer.headers().contains_key(name.as_str()), "{name}");
        }
        let media_type = answer.headers()["content-type"]
            .to_str()
            .unwrap()
            .to_owned();
        let schema = described["content"][&media_type]["schema"].clone();
        assert!(schema.is_object(), "{media_type} is not described");
        let description = &description;
        async move {
            let value: Value = answer.json().await.unwrap();
            let faults = description.faults(&schema, &value);
            assert!(faults.is_empty(), "{faults:#?}");
        }
    };
    let fails = json!({"sessionId": "s-2", "documentId": "FAILS", "sourceType": "BANK"});
    for body in [
        document("s-1"),
        document("s-1"),
        fails.clone(),
        fails,
        json!({"sessionId": "s-1", "documentId": "2", "sourceType": "BANK"}),
        json!({}),
    ] {
        check(running.send(&body).await).await;
    }
    let request = running.server.request(Method::POST, "/invocations");
    let request = request.header("prefer", "respond-async");
    check(request.json(&document("s-3")).send().await.unwrap()).await;
    running.stopper.advance(Phase::Draining);
    check(running.send(&document("s-4")).await).await;
}

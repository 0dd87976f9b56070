//! The agents over HTTP.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::{Value, json};
use simulated_agents::{Config, Speed, serve};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

struct Served {
    base: String,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

async fn served(config: Config) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel();
    let shutdown = async move {
        let _ = stopped.await;
    };
    let server = tokio::spawn(serve(listener, config, shutdown));
    Served { base, stop, server }
}

fn quick() -> Config {
    Config {
        speed: Speed::try_from(100_000.0).unwrap(),
        ..Config::default()
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

async fn ask(base: &str, agent: &str, body: &Value) -> reqwest::Response {
    let url = format!("{base}/agents/{agent}");
    client().post(url).json(body).send().await.unwrap()
}

#[tokio::test]
async fn each_agent_has_its_endpoint() {
    let served = served(quick()).await;
    let body = json!({"document_id": "FAB_1", "scenario": "well", "more": {"unknown": 1}});
    for agent in [
        "pdf-adapter",
        "trade-extraction",
        "trade-matching",
        "exception-management",
    ] {
        let response = ask(&served.base, agent, &body).await;
        assert_eq!(response.status(), 200, "{agent}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["success"], true, "{agent}");
        assert_eq!(answer["simulated"], true, "{agent}");
    }
    let response = ask(&served.base, "poet", &body).await;
    assert_eq!(response.status(), 404);
    assert!(
        response
            .text()
            .await
            .unwrap()
            .contains("/agents/pdf-adapter")
    );
}

#[tokio::test]
async fn throttling_names_a_wait_where_it_is_a_second_or_more() {
    let config = Config {
        speed: Speed::try_from(2.0).unwrap(),
        ..Config::default()
    };
    let body = json!({"document_id": "FAB_1+throttled", "attempt": 1});
    let slow = served(config).await;
    let response = ask(&slow.base, "trade-extraction", &body).await;
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()["retry-after"], "1");

    let quick = served(quick()).await;
    let response = ask(&quick.base, "trade-extraction", &body).await;
    assert_eq!(response.status(), 429);
    assert!(response.headers().get("retry-after").is_none());
}

#[tokio::test]
async fn a_broken_request_is_answered_in_the_agents_words() {
    let served = served(quick()).await;
    let url = format!("{}/agents/pdf-adapter", served.base);
    let response = client().post(url).body("{").send().await.unwrap();
    assert_eq!(response.status(), 400);
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["success"], false);
    assert!(
        answer["error"]
            .as_str()
            .unwrap()
            .starts_with("Simulated: the request is unreadable")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_does_not_wait_for_whoever_hangs() {
    let Served { base, stop, server } = served(Config {
        hang: Duration::from_hours(1),
        ..quick()
    })
    .await;
    let body = r#"{"document_id": "1+pdf-stuck"}"#;
    let mut connection = TcpStream::connect(base.trim_start_matches("http://")).unwrap();
    write!(
        connection,
        "POST /agents/pdf-adapter HTTP/1.1\r\nHost: agents\r\nConnection: close\r\n\
         Expect: 100-continue\r\nContent-Length: {}\r\n\r\n",
        body.len()
    )
    .unwrap();
    let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    assert_eq!(line, "HTTP/1.1 100 Continue", "the agent has begun");
    connection.write_all(body.as_bytes()).unwrap();

    stop.send(()).unwrap();
    assert_eq!(lines.next().unwrap().unwrap(), "");
    let line = lines.next().unwrap().unwrap();
    assert_eq!(line, "HTTP/1.1 503 Service Unavailable");
    server.await.unwrap().unwrap();
}

const ARN: &str = "arn%3Aaws%3Abedrock-agentcore%3Aus-east-1%3A123456789012%3Aruntime%2F";

async fn invoke(base: &str, runtime: &str, headers: &[(&str, &str)]) -> reqwest::Response {
    let url = format!("{base}/runtimes/{ARN}{runtime}/invocations?qualifier=DEFAULT");
    let body = json!({"document_id": "FAB_1", "scenario": "well"});
    let mut request = client().post(url).json(&body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn each_agent_is_found_as_on_agentcore_too() {
    let served = served(quick()).await;
    let signed = ("authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE");
    let session = (
        "x-amzn-bedrock-agentcore-runtime-session-id",
        "session-0123456789abcdef0123456789abcdef",
    );
    for (runtime, name) in [
        ("pdf_adapter-Ab1Cd2Ef3G", "pdf_adapter_agent"),
        (
            "trade_extraction_agent-Ab1Cd2Ef3G",
            "trade_extraction_agent",
        ),
        (
            "exception_management-Ab1Cd2Ef3G",
            "exception_management_agent",
        ),
    ] {
        let response = invoke(&served.base, runtime, &[signed, session]).await;
        assert_eq!(response.status(), 200, "{runtime}");
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["agent_name"], name);
        assert_eq!(answer["simulated"], true);
    }
    for (runtime, headers, status, kind) in [
        (
            "poet-Ab1Cd2Ef3G",
            &[signed, session][..],
            404,
            "ResourceNotFoundException",
        ),
        (
            "pdf_adapter-Ab1Cd2Ef3G",
            &[session],
            403,
            "AccessDeniedException",
        ),
        (
            "pdf_adapter-Ab1Cd2Ef3G",
            &[signed],
            400,
            "ValidationException",
        ),
        (
            "pdf_adapter-Ab1Cd2Ef3G",
            &[signed, (session.0, "s-1")],
            400,
            "ValidationException",
        ),
    ] {
        let response = invoke(&served.base, runtime, headers).await;
        assert_eq!(response.status(), status, "{runtime}");
        assert_eq!(response.headers()["x-amzn-errortype"], kind);
    }
}

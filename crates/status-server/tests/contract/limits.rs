//! Each limit of what comes in, at a real server: docs/limits.md.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    thread,
    time::Duration,
};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::support::{Place, problem};

const TOO_LARGE: &str = "HTTP/1.1 431 Request Header Fields Too Large";

/// A client that says what it likes, byte by byte.
struct Wire(TcpStream);

impl Wire {
    fn to(address: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        Self(stream)
    }

    fn say(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).unwrap();
    }

    /// All that comes until the other side hangs up.
    fn hear_out(mut self) -> String {
        let mut heard = String::new();
        self.0.read_to_string(&mut heard).unwrap();
        heard
    }

    /// An answer whose body is `{"status":"alive"}`, on a connection that stays.
    fn ask(&mut self) {
        self.say("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let mut heard = String::new();
        while !heard.ends_with("{\"status\":\"alive\"}") {
            let mut bytes = [0; 1024];
            let read = self.0.read(&mut bytes).unwrap();
            assert_ne!(read, 0, "hung up after {heard:?}");
            heard += str::from_utf8(&bytes[..read]).unwrap();
        }
    }

    /// Says this again and again, a tenth of a second apart, until the other side answers or hangs
    /// up; answers what came.
    fn dribble(mut self, text: &str) -> String {
        let pause = Duration::from_millis(100);
        self.0.set_read_timeout(Some(pause)).unwrap();
        let mut heard = String::new();
        for _ in 0..90 {
            // It may have hung up meanwhile.
            let _ = self.0.write_all(text.as_bytes());
            match self.0.read_to_string(&mut heard) {
                Ok(_) => return heard,
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return heard,
                Err(error) => assert_eq!(error.kind(), ErrorKind::WouldBlock),
            }
        }
        panic!("still waited for after {heard:?}");
    }
}

fn serve<'a>(options: &[&'a str]) -> Vec<&'a str> {
    [&["serve", "--listen", "127.0.0.1:0"], options].concat()
}

fn request(url: &str, method: Method, path: &str) -> RequestBuilder {
    let client = Client::builder().no_proxy().build().unwrap();
    client.request(method, format!("{url}{path}"))
}

#[test]
fn a_head_that_dribbles_in_is_not_waited_for() {
    let place = Place::new();
    let server = place.start(&serve(&["--send-time", "1"]));
    let mut slow = Wire::to(&server.address);
    slow.say("GET /healthz HTTP/1.1\r\nhost: localhost\r\n");
    assert_eq!(slow.dribble("x: y\r\n"), "");
}

#[test]
fn a_body_that_dribbles_in_is_refused() {
    let place = Place::new();
    let server = place.start(&serve(&["--send-time", "1"]));
    let mut slow = Wire::to(&server.address);
    slow.say(
        "PUT /api/workflow/s-1 HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: 9000\r\n\r\n{",
    );
    let heard = slow.dribble(" ");
    assert!(
        heard.starts_with("HTTP/1.1 408 Request Timeout\r\n"),
        "{heard}"
    );
    assert!(
        heard.contains("The body has 1 seconds to arrive."),
        "{heard}"
    );
}

#[test]
fn a_connection_on_which_nothing_is_asked_is_closed() {
    let place = Place::new();
    let server = place.start(&serve(&["--send-time", "1"]));
    let mut used = Wire::to(&server.address);
    used.ask();
    assert_eq!(used.hear_out(), "");
    assert_eq!(Wire::to(&server.address).hear_out(), "");
}

#[test]
fn a_head_has_a_size() {
    let place = Place::new();
    let server = place.start(&serve(&[]));
    let answer = |head: &str| {
        let mut wire = Wire::to(&server.address);
        wire.say(&format!(
            "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{head}\r\n"
        ));
        let heard = wire.hear_out();
        heard.lines().next().unwrap().to_owned()
    };
    let cookie = |bytes: usize| format!("cookie: {}\r\n", "c".repeat(bytes));
    assert_eq!(answer(&cookie(16_000)), "HTTP/1.1 200 OK");
    assert_eq!(answer(&cookie(16_384)), TOO_LARGE);
    assert_eq!(answer(&"x: y\r\n".repeat(98)), "HTTP/1.1 200 OK");
    assert_eq!(answer(&"x: y\r\n".repeat(99)), TOO_LARGE);
}

#[tokio::test]
async fn a_body_has_a_size() {
    let place = Place::new();
    let server = place.start(&serve(&[]));
    let url = server.url();
    let report = |bytes: usize| {
        let body = json!({"status": "error", "error": "x".repeat(bytes)});
        let path = "/api/workflow/s-1/agents/pdfAdapter";
        request(&url, Method::PATCH, path).json(&body).send()
    };
    let start = request(&url, Method::PUT, "/api/workflow/s-1").json(&json!({}));
    assert_eq!(start.send().await.unwrap().status(), StatusCode::CREATED);
    assert_eq!(report(255 * 1024).await.unwrap().status(), StatusCode::OK);
    let refused = report(256 * 1024).await.unwrap();
    problem(refused, StatusCode::PAYLOAD_TOO_LARGE).await;
}

#[tokio::test]
async fn an_id_has_a_length() {
    let place = Place::new();
    let server = place.start(&serve(&[]));
    let start = |length: usize| {
        let path = format!("/api/workflow/{}", "x".repeat(length));
        let request = request(&server.url(), Method::PUT, &path);
        request.json(&json!({})).send()
    };
    let started = start(256).await.unwrap();
    assert_eq!(started.status(), StatusCode::CREATED);
    problem(start(257).await.unwrap(), StatusCode::BAD_REQUEST).await;

    let search = |length: usize| {
        let path = format!("/api/workflow/recent?q={}", "x".repeat(length));
        request(&server.url(), Method::GET, &path).send()
    };
    assert_eq!(search(256).await.unwrap().status(), StatusCode::OK);
    problem(search(257).await.unwrap(), StatusCode::BAD_REQUEST).await;
}

#[tokio::test]
async fn who_finds_all_connections_taken_is_told_when_to_come_again() {
    let place = Place::new();
    let server = place.start(&serve(&["--max-connections", "2"]));
    let mut first = Wire::to(&server.address);
    let mut second = Wire::to(&server.address);
    first.ask();
    second.ask();
    for _ in 0..3 {
        let third = request(&server.url(), Method::GET, "/healthz").send();
        let third = third.await.unwrap();
        assert_eq!(third.headers()["retry-after"], "2");
        let problem = problem(third, StatusCode::SERVICE_UNAVAILABLE).await;
        assert_eq!(problem["title"], "All connections are taken");
    }
    first.ask();
    drop(second);
    let metrics = loop {
        let next = request(&server.url(), Method::GET, "/metrics").send();
        let next = next.await.unwrap();
        if next.status().is_success() {
            break next.text().await.unwrap();
        }
        thread::sleep(Duration::from_millis(10));
    };
    let turned_away = "trade_status_connections_turned_away_total ";
    let count = metrics
        .lines()
        .find_map(|line| line.strip_prefix(turned_away));
    assert!(count.unwrap().parse::<u64>().unwrap() >= 3, "{metrics}");
    assert!(
        metrics.contains("trade_status_connections 2\n"),
        "{metrics}"
    );
}

#[tokio::test]
async fn who_finds_all_places_for_waiting_taken_is_answered_at_once() {
    let place = Place::new();
    let server = place.start(&serve(&["--max-waiting", "1"]));
    let url = server.url();
    let path = "/api/workflow/s-1/status";
    let start = request(&url, Method::PUT, "/api/workflow/s-1").json(&json!({}));
    assert_eq!(start.send().await.unwrap().status(), StatusCode::CREATED);
    let first = request(&url, Method::GET, path).send().await.unwrap();
    let etag = first.headers()["etag"].clone();
    let waiting = || {
        let request = request(&url, Method::GET, path);
        let request = request.header("if-none-match", etag.clone());
        request.header("prefer", "wait=25").send()
    };
    let held = tokio::spawn(waiting());
    loop {
        let metrics = request(&url, Method::GET, "/metrics").send().await.unwrap();
        let metrics = metrics.text().await.unwrap();
        if metrics.contains("trade_status_waiting_viewers 1\n") {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    let second = waiting().await.unwrap();
    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
    assert!(!second.headers().contains_key("preference-applied"));
    assert!(!held.is_finished());
    let finalize = request(&url, Method::POST, "/api/workflow/s-1/finalize");
    let finalize = finalize.json(&json!({"overallStatus": "failed"}));
    assert_eq!(finalize.send().await.unwrap().status(), StatusCode::OK);
    let held: Value = held.await.unwrap().unwrap().json().await.unwrap();
    assert_eq!(held["overallStatus"], "failed");
}

#[test]
fn a_limit_of_nothing_is_no_limit_that_makes_sense() {
    let place = Place::new();
    for option in ["--max-connections", "--send-time"] {
        let refused = place.run(&serve(&[option, "0"]), b"");
        assert_eq!(refused.code, Some(64), "{option}");
    }
}

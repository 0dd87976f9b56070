//! Between the store and `DynamoDB` Local: sees what is asked, and spoils answers.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// What every call says that it is.
const TARGET: &str = "x-amz-target: DynamoDB_20120810.";

/// As the service answers when it is asked too much.
const THROTTLED: &str =
    r#"{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"too much"}"#;

/// A proxy, as long as its test runs.
pub struct Proxy {
    pub address: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// The calls that came, in their order.
    calls: Mutex<Vec<String>>,
    /// Of so many writes the answer is yet to be lost.
    lose: AtomicUsize,
    /// So many calls are yet to be turned away.
    throttle: AtomicUsize,
}

impl Proxy {
    pub async fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let upstream = upstream.trim_start_matches("http://").to_owned();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            loop {
                let (client, _) = listener.accept().await.unwrap();
                let server = TcpStream::connect(&upstream).await.unwrap();
                // Whoever ends the connection has had enough of it.
                let _ended = tokio::spawn(pass(client, server, Arc::clone(&shared)));
            }
        });
        Self { address, state }
    }

    /// Does the next writes, and loses the answers.
    pub fn lose_answers(&self, count: usize) {
        self.state.lose.store(count, Ordering::SeqCst);
    }

    /// Turns the next calls away.
    pub fn throttle(&self, count: usize) {
        self.state.throttle.store(count, Ordering::SeqCst);
    }

    /// The calls since it was last asked.
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state.calls.lock().unwrap())
    }
}

async fn pass(mut client: TcpStream, mut server: TcpStream, state: Arc<State>) -> Option<()> {
    loop {
        let request = message(&mut client).await?;
        let head = String::from_utf8_lossy(&request).into_owned();
        let call = head.split(TARGET).nth(1)?.split("\r\n").next()?.to_owned();
        let is_write = ["PutItem", "UpdateItem"].contains(&call.as_str());
        state.calls.lock().unwrap().push(call);
        if takes_one(&state.throttle) {
            let answer = format!(
                "HTTP/1.1 400 Bad Request\r\ncontent-type: application/x-amz-json-1.0\r\n\
                 content-length: {}\r\n\r\n{THROTTLED}",
                THROTTLED.len()
            );
            client.write_all(answer.as_bytes()).await.ok()?;
            continue;
        }
        server.write_all(&request).await.ok()?;
        let answer = message(&mut server).await?;
        if is_write && takes_one(&state.lose) {
            return None;
        }
        client.write_all(&answer).await.ok()?;
    }
}

fn takes_one(left: &AtomicUsize) -> bool {
    left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
        left.checked_sub(1)
    })
    .is_ok()
}

/// A request or an answer, whole.
async fn message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        let mut part = vec![0; 16_384];
        let read = stream.read(&mut part).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&part[..read]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, _)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_length = name.eq_ignore_ascii_case("content-length");
            is_length.then(|| value.trim().parse::<usize>().ok())?
        });
        if bytes.len() >= head.len() + 4 + length.unwrap_or_default() {
            return Some(bytes);
        }
    }
}

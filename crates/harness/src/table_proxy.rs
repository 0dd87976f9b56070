//! Between a server and `DynamoDB`: sees what is asked, and spoils what passes.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering},
};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::sleep;

/// What every call says that it is.
const TARGET: &str = "x-amz-target: DynamoDB_20120810.";
/// The calls that change something.
const WRITES: [&str; 5] = [
    "BatchWriteItem",
    "DeleteItem",
    "PutItem",
    "TransactWriteItems",
    "UpdateItem",
];

/// What is the matter with the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// Every answer comes so much later.
    Slow(Duration),
    /// Every second call fails, before anything is done.
    Failing,
    /// Nobody is there: connections end without an answer.
    Gone,
    /// Who writes may not.
    ReadOnly,
}

/// How the service says that a call is not done.
struct Refusal {
    status: &'static str,
    kind: &'static str,
    message: &'static str,
}

const THROTTLED: Refusal = Refusal {
    status: "400 Bad Request",
    kind: "ThrottlingException",
    message: "too much",
};
const BROKEN: Refusal = Refusal {
    status: "500 Internal Server Error",
    kind: "InternalServerError",
    message: "broken",
};
const DENIED: Refusal = Refusal {
    status: "400 Bad Request",
    kind: "AccessDeniedException",
    message: "not authorized to perform this",
};

impl Refusal {
    fn answer(&self) -> String {
        let Self {
            status,
            kind,
            message,
        } = self;
        let body = format!(
            r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{kind}","message":"{message}"}}"#
        );
        format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.0\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        )
    }
}

/// A proxy, until it is dropped.
pub struct TableProxy {
    address: String,
    state: Arc<State>,
    listening: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    fault: Mutex<Fault>,
    /// The calls that came, in their order.
    calls: Mutex<Vec<String>>,
    /// How many came in all.
    count: AtomicUsize,
    /// Of so many writes the answer is yet to be lost.
    lose: AtomicUsize,
    /// So many calls are yet to be turned away.
    throttle: AtomicUsize,
}

impl TableProxy {
    /// Starts one before the service at `upstream`, as in `http://127.0.0.1:8000`.
    ///
    /// # Errors
    /// Where there is no port to be had.
    pub async fn start(upstream: &str) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .context("the proxy finds no port")?;
        let address = format!("http://{}", listener.local_addr()?);
        let upstream = upstream
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (upstream, state) = (upstream.clone(), Arc::clone(&shared));
                // Whoever ends the connection has had enough of it.
                let _ended = tokio::spawn(async move { pass(client, &upstream, &state).await });
            }
        });
        Ok(Self {
            address,
            state,
            listening,
        })
    }

    /// Where it is.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// From now on this is the matter.
    pub fn set(&self, fault: Fault) {
        *lock(&self.state.fault) = fault;
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
    #[must_use]
    pub fn calls(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.state.calls))
    }
}

impl Drop for TableProxy {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// What is in it is whole even where somebody has panicked with it.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn pass(mut client: TcpStream, upstream: &str, state: &State) -> Option<()> {
    let mut server = TcpStream::connect(upstream).await.ok()?;
    loop {
        let request = message(&mut client).await?;
        let head = String::from_utf8_lossy(&request).into_owned();
        let call = head.split(TARGET).nth(1)?.split("\r\n").next()?.to_owned();
        let is_write = WRITES.contains(&call.as_str());
        lock(&state.calls).push(call);
        let number = state.count.fetch_add(1, Ordering::SeqCst);
        let fault = *lock(&state.fault);
        let refusal = match fault {
            _ if takes_one(&state.throttle) => Some(THROTTLED),
            Fault::Gone => return None,
            Fault::Failing if number.is_multiple_of(2) => Some(BROKEN),
            Fault::ReadOnly if is_write => Some(DENIED),
            _ => None,
        };
        if let Some(refusal) = refusal {
            client.write_all(refusal.answer().as_bytes()).await.ok()?;
            continue;
        }
        if let Fault::Slow(delay) = fault {
            sleep(delay).await;
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

//! Who is turned away because all places are taken.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use http::header;
use status_model::api::Problem;
use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Semaphore,
    time::timeout,
};
use tracing::warn;

use crate::{
    api::{ApiError, correlation},
    metrics::ConnectionMetrics,
};

/// So many are told at a time why they don't get in. To the others the door is shut.
const AT_ONCE: usize = 64;
/// So long they have to hear it.
const HEARING: Duration = Duration::from_secs(2);
/// So much of what they ask is heard out. Where it is left unread, the system takes the answer
/// back.
const HEARD_OUT: u64 = 64 * 1024;

/// Those who found no place.
pub(super) struct Crowd {
    ears: Arc<Semaphore>,
    /// Before TLS is agreed on nothing can be said.
    is_told: bool,
    metrics: ConnectionMetrics,
}

impl Crowd {
    pub(super) fn new(is_told: bool, metrics: ConnectionMetrics) -> Self {
        Self {
            is_told,
            ears: Arc::new(Semaphore::new(AT_ONCE)),
            metrics,
        }
    }

    /// Says that all places are taken and when to come again, whatever is asked for.
    pub(super) fn turn_away(&self, stream: TcpStream, peer: SocketAddr) {
        self.metrics.turned_away.inc();
        if !self.is_told {
            return;
        }
        let Ok(ear) = Arc::clone(&self.ears).try_acquire_owned() else {
            return;
        };
        tokio::spawn(async move {
            // One that has gone misses nothing.
            let _ = timeout(HEARING, answer(stream, peer)).await;
            drop(ear);
        });
    }
}

async fn answer(mut stream: TcpStream, peer: SocketAddr) -> io::Result<()> {
    let id = correlation::new();
    let id = id.to_str().unwrap_or_default();
    let error = ApiError::Crowded;
    warn!(correlation_id = id, %peer, status = error.status().as_u16(), %error, "not available");
    // An answer to nothing is none: it has to have asked.
    let _ = stream.read(&mut [0; 1024]).await?;
    stream.write_all(text(&error, id).as_bytes()).await?;
    stream.shutdown().await?;
    io::copy(&mut stream.take(HEARD_OUT), &mut io::sink()).await?;
    Ok(())
}

fn text(error: &ApiError, id: &str) -> String {
    // A problem has texts and a number only, which can always be written.
    let body = serde_json::to_string(&error.problem(id.to_owned())).unwrap_or_default();
    let retry_after = error.retry_after();
    let fields = [
        (header::CONTENT_TYPE, Problem::MEDIA_TYPE),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONNECTION, "close"),
        (correlation::HEADER, id),
        (
            header::RETRY_AFTER,
            retry_after
                .as_ref()
                .and_then(|value| value.to_str().ok())
                .unwrap_or_default(),
        ),
    ];
    let mut text = format!("HTTP/1.1 {}\r\n", error.status());
    text.extend(fields.map(|(name, value)| format!("{name}: {value}\r\n")));
    text + &format!("content-length: {}\r\n\r\n{body}", body.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_an_answer() {
        let text = text(&ApiError::Crowded, "id-1");
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with("HTTP/1.1 503 Service Unavailable\r\n"),
            "{head}"
        );
        for said in [
            "content-type: application/problem+json",
            "retry-after: 2",
            "x-correlation-id: id-1",
            &format!("content-length: {}", body.len()),
        ] {
            assert!(head.lines().any(|line| line == said), "{head}");
        }
        let problem: Problem = serde_json::from_str(body).unwrap();
        assert_eq!(
            (problem.status, problem.correlation_id.as_str()),
            (503, "id-1")
        );
    }
}

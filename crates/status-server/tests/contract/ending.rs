//! The end of the server: nothing in flight is lost, nobody waits for it.

use std::{sync::Arc, time::Duration};

use reqwest::StatusCode;
use status_server::{api::Policy, server::Ended};
use tokio::{net::TcpStream, time::Instant};

use crate::support::{Server, TestStore, started};

const PATH: &str = "/api/workflow/s-1/status";

async fn server(store: &Arc<TestStore>) -> Server {
    store.put(&started("s-1"));
    Server::with(store.clone(), Policy::default()).await
}

#[tokio::test]
async fn those_who_wait_are_answered_at_once() {
    let store = Arc::new(TestStore::default());
    let server = server(&store).await;
    let first = server.get(PATH).send().await.unwrap();
    let etag = first.headers()["etag"].clone();
    let viewers: Vec<_> = (0..50)
        .map(|_| {
            let request = server.get(PATH).header("if-none-match", &etag);
            tokio::spawn(request.header("prefer", "wait=25").send())
        })
        .collect();
    while server.app.metrics.watch.waiting.get() != 50 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let begun = Instant::now();
    assert_eq!(server.stop().await, Ended::Clean);
    assert!(begun.elapsed() < Duration::from_secs(5));
    for viewer in viewers {
        let answer = viewer.await.unwrap().unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED);
    }
}

#[tokio::test]
async fn what_is_in_flight_is_finished() {
    let store = Arc::new(TestStore::default());
    let server = server(&store).await;
    store.slow_down(Duration::from_millis(300));
    let request = tokio::spawn(server.get(PATH).send());
    while store.reads() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(server.stop().await, Ended::Clean);
    assert_eq!(request.await.unwrap().unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_connection_on_which_nothing_happens_does_not_hold_it_up() {
    let store = Arc::new(TestStore::default());
    let server = server(&store).await;
    // One that was used and is kept, and one that a browser opened in advance.
    server.get(PATH).send().await.unwrap();
    let _silent = TcpStream::connect(&server.address).await.unwrap();
    server.get("/healthz").send().await.unwrap();
    let begun = Instant::now();
    assert_eq!(server.stop().await, Ended::Clean);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn nothing_new_is_taken() {
    let store = Arc::new(TestStore::default());
    let server = server(&store).await;
    let address = server.address.clone();
    server.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}

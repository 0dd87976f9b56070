//! A page of somebody else, on the host of the servers and so of the same site.

use axum::{Router, response::Html, routing::get};
use tokio::{net::TcpListener, task::JoinHandle};

/// The page's server, until it is dropped.
pub struct OtherOrigin {
    origin: String,
    serving: JoinHandle<()>,
}

/// An empty page.
pub async fn other_origin() -> OtherOrigin {
    let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let page = Html("<!doctype html><title>Somebody else</title>");
    let router = Router::new().route("/", get(async move || page));
    let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    OtherOrigin { origin, serving }
}

impl OtherOrigin {
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

impl Drop for OtherOrigin {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

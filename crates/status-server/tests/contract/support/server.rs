//! A server to talk to, on a port of its own.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;
use status_server::{
    api::{App, Policy},
    portal::Portal,
    server::{self, Ended},
};
use status_store::StatusStore;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::backend::Place;

/// A server, until it is dropped or stopped.
pub struct Server {
    pub address: String,
    pub app: Arc<App>,
    client: Client,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<Ended>,
    /// Where its store is; goes with it.
    place: Option<Place>,
}

impl Server {
    /// With the real store, in a place of its own.
    pub async fn start() -> Self {
        let place = Place::new();
        let server = Self::with(place.open().await, Policy::default()).await;
        server.keeping(place)
    }

    /// With this store and this policy.
    pub async fn with(store: Arc<dyn StatusStore>, policy: Policy) -> Self {
        Self::of(App::new(store, portal(), policy, super::now)).await
    }

    /// Of this app.
    pub async fn of(app: App) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let app = Arc::new(app);
        let (stop, stopped) = oneshot::channel();
        let serving = server::serve(listener, Arc::clone(&app), async {
            let _ = stopped.await;
        });
        Self {
            address,
            app,
            client: Client::builder().no_proxy().build().unwrap(),
            stop,
            ended: tokio::spawn(serving),
            place: None,
        }
    }

    /// Keeps the place of its store until it ends.
    pub fn keeping(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Tells it to stop, and waits until it has.
    pub async fn stop(self) -> Ended {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap()
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.address);
        let request = self.client.request(method, url);
        request.timeout(Duration::from_secs(40))
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Response {
        let request = self.request(method, path).json(&body);
        request.send().await.unwrap()
    }

    /// Starts a session.
    pub async fn start_session(&self, id: &str) -> Response {
        let body = serde_json::json!({
            "correlationId": "corr_1", "documentId": "FAB_1", "sourceType": "BANK",
        });
        let path = format!("/api/workflow/{id}");
        self.send(Method::PUT, &path, body).await
    }

    /// Reports on an agent.
    pub async fn report(&self, id: &str, agent: &str, body: Value) -> Response {
        let path = format!("/api/workflow/{id}/agents/{agent}");
        self.send(Method::PATCH, &path, body).await
    }

    /// Ends a session.
    pub async fn finalize(&self, id: &str, status: &str) -> Response {
        let body = serde_json::json!({ "overallStatus": status });
        let path = format!("/api/workflow/{id}/finalize");
        self.send(Method::POST, &path, body).await
    }
}

/// The body of an answer that went well.
pub async fn json(response: Response) -> Value {
    let status = response.status();
    let text = response.text().await.unwrap();
    assert!(status.is_success(), "{status}: {text}");
    serde_json::from_str(&text).unwrap()
}

/// The body of an answer that did not, which is a problem of this status.
pub async fn problem(response: Response, status: StatusCode) -> Value {
    let headers = response.headers().clone();
    let answered = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(answered, status, "{text}");
    assert_eq!(headers["content-type"], "application/problem+json");
    let problem: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(problem["status"], status.as_u16());
    for name in ["title", "detail", "correlationId"] {
        assert!(
            !problem[name].as_str().unwrap().is_empty(),
            "{name}: {text}"
        );
    }
    assert_eq!(
        headers["x-correlation-id"],
        problem["correlationId"].as_str().unwrap()
    );
    problem
}

/// A small portal.
pub fn portal() -> Portal {
    let page = "<!doctype html><script type=\"module\">start()</script><div>portal</div>";
    let files = [
        ("index.html", page),
        ("index.html.br", "brotli of the page"),
        ("index.html.gz", "gzip of the page"),
        ("wall.html", "<!doctype html><script>wall()</script>"),
        ("config.json", "{}"),
        ("portal-0123456789abcdef.js", "script"),
        ("portal-0123456789abcdef.js.br", "brotli of the script"),
        ("portal-0123456789abcdef_bg.wasm", "wasm"),
    ];
    Portal::new(files.map(|(name, body)| (name.to_owned(), body.into())))
}

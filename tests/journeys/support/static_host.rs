//! A static host, such as a bucket behind a name: it has the files of `dist/`, and another
//! configuration beside them.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    Router,
    extract::{Request, State},
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::json;
use tokio::{net::TcpListener, task::JoinHandle};

/// The host, until it is dropped.
pub struct StaticHost {
    origin: String,
    listener: Option<TcpListener>,
    serving: Option<JoinHandle<()>>,
}

impl StaticHost {
    /// Takes an address, and answers nobody yet.
    pub async fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self {
            origin: format!("http://{}", listener.local_addr().unwrap()),
            listener: Some(listener),
            serving: None,
        }
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Serves the portal, configured for this status API.
    pub fn serve(&mut self, status_api: &str) {
        let config = json!({ "statusApi": status_api }).to_string();
        let router = Router::new().fallback(file).with_state(Arc::from(config));
        let listener = self.listener.take().unwrap();
        let serving = async move { axum::serve(listener, router).await.unwrap() };
        self.serving = Some(tokio::spawn(serving));
    }
}

impl Drop for StaticHost {
    fn drop(&mut self) {
        if let Some(serving) = &self.serving {
            serving.abort();
        }
    }
}

async fn file(State(config): State<Arc<str>>, request: Request) -> Response {
    let name = request.uri().path().trim_start_matches('/');
    let content_type = match Path::new(name).extension().and_then(|end| end.to_str()) {
        Some("json") => "application/json",
        Some("js") => "text/javascript",
        Some("wasm") => "application/wasm",
        _ => "text/html; charset=utf-8",
    };
    let body = match name {
        "config.json" => config.as_bytes().to_vec(),
        _ => fs::read(file_of(name)).unwrap(),
    };
    ([(header::CONTENT_TYPE, content_type)], body).into_response()
}

/// The file of this name or, for an address of the portal, the page.
fn file_of(name: &str) -> PathBuf {
    let dist = Path::new(env!("CARGO_MANIFEST_DIR")).join("dist");
    let file = dist.join(name);
    if file.is_file() {
        file
    } else {
        dist.join("index.html")
    }
}

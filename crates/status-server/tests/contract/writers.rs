//! Orchestrators that write as fast as they are answered.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use status_store::{SqliteStore, StatusStore};
use tokio::{task::JoinSet, time::sleep};

/// The version of each session that was acknowledged last.
pub type Acknowledged = BTreeMap<String, u64>;

/// Writers, each with sessions of its own.
pub struct Writers {
    acknowledged: Arc<Mutex<Acknowledged>>,
    stop: Arc<AtomicBool>,
    tasks: JoinSet<()>,
}

impl Writers {
    /// So many, to the server there; their sessions' ids begin like this.
    pub fn start(url: &str, count: usize, prefix: &str) -> Self {
        let acknowledged = Arc::<Mutex<Acknowledged>>::default();
        let stop = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        for writer in 0..count {
            let (acknowledged, stop) = (Arc::clone(&acknowledged), Arc::clone(&stop));
            let (url, prefix) = (url.to_owned(), prefix.to_owned());
            tasks.spawn(async move {
                let client = Client::builder().no_proxy().build().unwrap();
                for n in 0.. {
                    let id = format!("{prefix}-{writer}-{n}");
                    for request in steps(&client, &url, &id) {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        // Without an answer nothing is acknowledged, though it may be written.
                        let Some(version) = written(request).await else {
                            return;
                        };
                        acknowledged.lock().unwrap().insert(id.clone(), version);
                    }
                }
            });
        }
        Self {
            acknowledged,
            stop,
            tasks,
        }
    }

    /// What is acknowledged by now.
    pub fn acknowledged(&self) -> Acknowledged {
        self.acknowledged.lock().unwrap().clone()
    }

    /// Until so many sessions more are acknowledged.
    pub async fn write(&self, sessions: usize) {
        let begun = self.acknowledged.lock().unwrap().len();
        while self.acknowledged.lock().unwrap().len() < begun + sessions {
            sleep(Duration::from_millis(1)).await;
        }
    }

    /// Tells them to end, and waits until they have; answers all that was acknowledged.
    pub async fn end(self) -> Acknowledged {
        self.stop.store(true, Ordering::Relaxed);
        self.ended().await
    }

    /// Waits until nobody answers them any more; answers all that was acknowledged.
    pub async fn ended(mut self) -> Acknowledged {
        while let Some(ended) = self.tasks.join_next().await {
            ended.unwrap();
        }
        self.acknowledged()
    }
}

/// A session from its start to its end.
fn steps(client: &Client, url: &str, id: &str) -> [RequestBuilder; 4] {
    let at = |rest: &str| format!("{url}/api/workflow/{id}{rest}");
    let report = |body: Value| client.patch(at("/agents/pdfAdapter")).json(&body);
    [
        client
            .put(at(""))
            .json(&json!({"correlationId": "corr", "documentId": id, "sourceType": "BANK"})),
        report(json!({"status": "in-progress", "activity": "Reading"})),
        report(json!({"status": "error", "error": "unreadable"})),
        client
            .post(at("/finalize"))
            .json(&json!({"overallStatus": "failed"})),
    ]
}

/// The version that the server acknowledges. A server that is ending says so.
async fn written(request: RequestBuilder) -> Option<u64> {
    let answer = request.send().await.ok()?;
    let status = answer.status();
    let body: Value = answer.json().await.ok()?;
    assert!(status.is_success() || status == 503, "{status}: {body}");
    status
        .is_success()
        .then(|| body["version"].as_u64().unwrap())
}

/// All of it is in the file.
pub async fn assert_kept(acknowledged: &Acknowledged, path: impl AsRef<std::path::Path>) {
    let store = SqliteStore::open(path).unwrap();
    for (id, version) in acknowledged {
        let session = store.get(&id.parse().unwrap()).await.unwrap();
        let kept = session.and_then(|session| session.version);
        assert!(kept >= Some(*version), "{id}: {kept:?}, not {version}");
    }
}

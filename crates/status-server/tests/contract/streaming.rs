//! A list of any length on its way out: how much of it is in memory, and that it never looks
//! complete when it is not.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use axum::body::{Body, BodyDataStream};
use futures_util::StreamExt;
use http::{Request, StatusCode};
use status_model::{
    Session, SessionId, SourceType, Timestamp,
    api::{MatchingCounts, Overview, SessionRow, UsualDurations},
};
use status_server::api::{self, App, Policy};
use status_store::{CommitError, Cursor, ListQuery, Page, StatusStore, StoreError};
use tower::ServiceExt;

use crate::support::{self, Server, problem, started};

/// A store with sessions without end, which breaks at a page where it is told to.
#[derive(Default)]
struct Endless {
    pages: AtomicUsize,
    breaks_at: Option<usize>,
}

fn none<T>() -> Result<T, StoreError> {
    Err(StoreError::Refused("it lists only".to_owned()))
}

#[async_trait]
impl StatusStore for Endless {
    async fn list(&self, query: &ListQuery, _: Timestamp) -> Result<Page, StoreError> {
        let page = self.pages.fetch_add(1, Ordering::SeqCst);
        // As a real one, it does not answer within the same breath.
        tokio::task::yield_now().await;
        if self.breaks_at == Some(page) {
            return Err(StoreError::Unavailable("it is gone".to_owned()));
        }
        let row = SessionRow::from(&started(&format!("page-{page}")));
        Ok(Page {
            next: Some(Cursor {
                time: row.created_at,
                session_id: row.session_id.clone(),
            }),
            rows: vec![row; query.limit],
        })
    }

    async fn get(&self, _: &SessionId) -> Result<Option<Session>, StoreError> {
        none()
    }

    async fn commit(&self, _: Option<&Session>, _: &Session) -> Result<(), CommitError> {
        Ok(none()?)
    }

    async fn matching_counts(
        &self,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<MatchingCounts, StoreError> {
        none()
    }

    async fn overview(&self, _: Option<&SourceType>, _: Timestamp) -> Result<Overview, StoreError> {
        none()
    }

    async fn usual_durations(&self, _: Timestamp) -> Result<UsualDurations, StoreError> {
        none()
    }

    async fn purge_expired(&self, _: Timestamp) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn ready(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// An export without a connection in between, which has buffers of its own.
async fn export(store: &Arc<Endless>, format: &str) -> BodyDataStream {
    let store = Arc::clone(store);
    let app = App::new(store, support::portal(), Policy::default(), support::now);
    let request = Request::get(format!("/api/workflow/export?format={format}"))
        .header("host", "localhost")
        .body(Body::empty())
        .unwrap();
    let response = api::router(Arc::new(app)).oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response.into_body().into_data_stream()
}

#[tokio::test]
async fn no_page_is_read_before_the_one_before_is_taken() {
    for format in ["json", "csv"] {
        let store = Arc::new(Endless::default());
        let mut parts = export(&store, format).await;
        let pages = || store.pages.load(Ordering::SeqCst);
        assert_eq!(
            pages(),
            1,
            "the first one tells whether there is a list at all"
        );
        for taken in 1..=100 {
            let part = parts.next().await.unwrap().unwrap();
            assert_eq!(pages(), taken, "{format}");
            assert!(part.len() < 64 * 1024, "a page in memory: {}", part.len());
        }
        drop(parts);
        assert_eq!(pages(), 100);
        assert_eq!(
            Arc::strong_count(&store),
            1,
            "nothing goes on behind the reader's back"
        );
    }
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_reading() {
    let store = Arc::new(Endless::default());
    let server = Server::with(store.clone(), Policy::default()).await;
    let request = server.get("/api/workflow/export").send();
    let mut response = request.await.unwrap();
    assert!(response.chunk().await.unwrap().is_some());
    // A list on its way out holds the app.
    let with_list = Arc::strong_count(&server.app);
    drop(response);
    while Arc::strong_count(&server.app) >= with_list {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_list_that_breaks_off_does_not_look_complete() {
    for format in ["json", "csv"] {
        let store = Arc::new(Endless {
            breaks_at: Some(3),
            ..Endless::default()
        });
        let server = Server::with(store, Policy::default()).await;
        let path = format!("/api/workflow/export?format={format}");
        let mut response = server.get(&path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let mut text = Vec::new();
        let broken = loop {
            match response.chunk().await {
                Ok(Some(chunk)) => text.extend_from_slice(&chunk),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(broken, "{format} ended as if it were whole");
        let text = String::from_utf8(text).unwrap();
        assert!(!text.trim_end().ends_with(']'));
        assert_eq!(server.get("/healthz").send().await.unwrap().status(), 200);
    }
}

#[tokio::test]
async fn where_its_end_could_not_be_told_no_list_is_sent() {
    let server = Server::start().await;
    let request = server.get("/api/workflow/export");
    let answer = request.version(reqwest::Version::HTTP_10).send().await;
    problem(answer.unwrap(), StatusCode::HTTP_VERSION_NOT_SUPPORTED).await;
}

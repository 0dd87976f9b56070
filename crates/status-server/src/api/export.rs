//! The calls that give files, of any length.
//!
//! A list is read page by page, each once the client has taken the one before, so that an export
//! needs the memory of a page however long it is. It is ended only when all of it was there: where
//! the store fails on the way, the connection is cut.

use std::{sync::Arc, time::Duration};

use axum::{Extension, body::Body, extract::State, response::Response};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use http::{HeaderValue, Version, header};
use status_model::Timestamp;
use status_store::{ListQuery, StoreError};
use tokio::{sync::Semaphore, time::timeout};
use tracing::warn;

use super::{
    ApiError, App,
    admit::Caller,
    correlation::Id,
    path::SessionPath,
    query::{ExportQuery, FormatQuery},
    view::View,
};
use crate::export::{self, Format, Part};

/// A store that takes longer counts as one that can't be reached.
const READ_TIMEOUT: Duration = Duration::from_secs(5);
/// So many exports read at a time, each one page and then the next export: those who look at
/// sessions meanwhile always find the store free.
const READ_AT_ONCE: usize = 2;

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// Whose turn it is to read.
pub(super) struct Turns(Semaphore);

impl Default for Turns {
    fn default() -> Self {
        Self(Semaphore::new(READ_AT_ONCE))
    }
}

impl Turns {
    /// One reading of the store, when its turn comes.
    async fn read<T>(
        &self,
        reading: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        // Nobody closes it; and without a turn the reading is right all the same.
        let _turn = self.0.acquire().await;
        timeout(READ_TIMEOUT, reading).await.unwrap_or_else(|_| {
            let seconds = READ_TIMEOUT.as_secs();
            Err(StoreError::Unavailable(format!(
                "no answer after {seconds} s"
            )))
        })
    }
}

/// `GET /api/workflow/{sessionId}/export`
pub(super) async fn session(
    State(app): State<Arc<App>>,
    Extension(caller): Extension<Caller>,
    SessionPath(id): SessionPath,
    FormatQuery(format): FormatQuery,
) -> Result<Response, ApiError> {
    let view = View::of(&app, &caller)?;
    let found = app.exports.read(app.store.get(&id)).await.map_err(failed)?;
    let session = found
        .filter(|session| !session.is_expired((app.clock)()))
        .ok_or(ApiError::UnknownSession)?;
    let document = export::document(&view.session(session), format).map_err(failed)?;
    let name = export::session_name(&id, format);
    Ok(file(document.into(), format, &name))
}

/// `GET /api/workflow/export`
pub(super) async fn list(
    State(app): State<Arc<App>>,
    Extension(id): Extension<Id>,
    version: Version,
    ExportQuery(format, query): ExportQuery,
) -> Result<Response, ApiError> {
    if version < Version::HTTP_11 {
        return Err(ApiError::HttpVersion);
    }
    let now = (app.clock)();
    let mut listing = Listing {
        app,
        query,
        now,
        format,
        is_begun: false,
        is_over: false,
    };
    // What is wrong from the start is a problem; later it can only be a broken answer.
    let first = listing.next().await.map_err(failed)?;
    let others = stream::try_unfold(listing, move |mut listing| {
        let id = id.clone();
        async move {
            match listing.next().await {
                Ok(part) => Ok(part.map(|part| (part, listing))),
                Err(error) => {
                    let id = id.as_str();
                    warn!(correlation_id = id, %error, "an export breaks off");
                    Err(error)
                }
            }
        }
    });
    let parts = stream::iter(first.map(Ok)).chain(others);
    Ok(file(
        Body::from_stream(parts),
        format,
        &export::list_name(now, format),
    ))
}

/// A list on its way out.
struct Listing {
    app: Arc<App>,
    query: ListQuery,
    /// One time for all pages: what expires on the way is in them all the same.
    now: Timestamp,
    format: Format,
    is_begun: bool,
    is_over: bool,
}

impl Listing {
    /// The next part of the file; nothing behind its end.
    async fn next(&mut self) -> Result<Option<Bytes>, StoreError> {
        if self.is_over {
            return Ok(None);
        }
        let reading = self.app.store.list(&self.query, self.now);
        let page = self.app.exports.read(reading).await?;
        let part = Part {
            is_first: !self.is_begun,
            is_last: page.next.is_none(),
        };
        self.is_begun = true;
        self.is_over = part.is_last;
        self.query.after = page.next;
        export::part(&page.rows, part, self.format).map(Some)
    }
}

fn failed(error: StoreError) -> ApiError {
    ApiError::Store(Arc::new(error))
}

/// A file to keep, under its name.
fn file(body: Body, format: Format, name: &str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, format.media_type());
    headers.insert(header::CACHE_CONTROL, NO_STORE);
    let disposition = HeaderValue::try_from(format!("attachment; filename=\"{name}\""));
    // The names are plain ASCII, which is always a valid value.
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    response
}

//! The calls that change.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use axum::{extract::State, response::Response};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::Deserialize;
use status_model::{
    Session, SessionId,
    change::{AgentUpdate, Change, Effect, FinalStatus, StartSession},
};
use status_store::{StoreError, update_if};
use tokio::{
    sync::{Mutex, MutexGuard},
    time::{Instant, timeout_at},
};

use super::{
    ApiError, App,
    body::JsonBody,
    path::{AgentPath, SessionPath},
    query::NoQuery,
    read,
};
use crate::watch::{IfMatch, Snapshot};

/// A report that is not written by then is answered as if the store were away. It may be written
/// all the same: to repeat it does no harm, and tells.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

/// `{"overallStatus": "completed"}`
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Finalize {
    overall_status: FinalStatus,
}

/// `PUT /api/workflow/{sessionId}`
pub(super) async fn start(
    State(app): State<Arc<App>>,
    SessionPath(id): SessionPath,
    _: NoQuery,
    headers: HeaderMap,
    JsonBody(start): JsonBody<StartSession>,
) -> Result<Response, ApiError> {
    let location = format!("/api/workflow/{id}/status");
    let (session, effect) = change(app, id, &headers, Change::Start(start)).await?;
    let mut response = answer(&session)?;
    if effect == Effect::Created {
        *response.status_mut() = StatusCode::CREATED;
        // What an id is made of is always a valid value.
        if let Ok(location) = HeaderValue::try_from(location) {
            response.headers_mut().insert(header::LOCATION, location);
        }
    }
    Ok(response)
}

/// `PATCH /api/workflow/{sessionId}/agents/{agent}`
pub(super) async fn report(
    State(app): State<Arc<App>>,
    AgentPath(id, agent): AgentPath,
    _: NoQuery,
    headers: HeaderMap,
    JsonBody(report): JsonBody<AgentUpdate>,
) -> Result<Response, ApiError> {
    let (session, _) = change(app, id, &headers, Change::Report(agent, Box::new(report))).await?;
    answer(&session)
}

/// `POST /api/workflow/{sessionId}/finalize`
pub(super) async fn finalize(
    State(app): State<Arc<App>>,
    SessionPath(id): SessionPath,
    _: NoQuery,
    headers: HeaderMap,
    JsonBody(body): JsonBody<Finalize>,
) -> Result<Response, ApiError> {
    let (session, _) = change(app, id, &headers, Change::Finalize(body.overall_status)).await?;
    answer(&session)
}

async fn change(
    app: Arc<App>,
    id: SessionId,
    headers: &HeaderMap,
    change: Change,
) -> Result<(Session, Effect), ApiError> {
    change.validate().map_err(ApiError::Value)?;
    let wanted = IfMatch::new(headers);
    // In a task of its own: where the client goes away in between, what is written is told to the
    // viewers all the same.
    let deadline = Instant::now() + WRITE_TIMEOUT;
    let written = tokio::spawn(async move {
        // Whoever has waited in vain is not begun with: it will have been sent again.
        let turn = timeout_at(deadline, app.turns.take(&id)).await;
        let _turn = turn.map_err(|_| too_late())?;
        let now = (app.clock)();
        let is_wanted = |session: Option<&Session>| wanted.allows(session);
        let (session, effect) = update_if(app.store.as_ref(), &id, &change, now, is_wanted).await?;
        if effect != Effect::Unchanged {
            app.hub.tell(&session);
        }
        Ok((session, effect))
    });
    match timeout_at(deadline, written).await {
        Ok(written) => written.unwrap_or_else(|panic| Err(ApiError::Panic(panic.to_string()))),
        Err(_) => Err(too_late()),
    }
}

fn too_late() -> ApiError {
    let seconds = WRITE_TIMEOUT.as_secs();
    let reason = format!("not written after {seconds} s");
    ApiError::Store(Arc::new(StoreError::Unavailable(reason)))
}

fn answer(session: &Session) -> Result<Response, ApiError> {
    let snapshot = Snapshot::of(session).map_err(|error| ApiError::Store(Arc::new(error)))?;
    Ok(read::written(snapshot))
}

/// Lets the changes of one session come one after the other, so that viewers are told of them in
/// the order in which they were written, and no two of this server run into each other.
pub(super) struct Turns {
    turns: Box<[Mutex<()>]>,
    hasher: RandomState,
}

impl Turns {
    async fn take(&self, id: &SessionId) -> MutexGuard<'_, ()> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "any part of a hash is a hash"
        )]
        let hash = self.hasher.hash_one(id) as usize;
        self.turns[hash % self.turns.len()].lock().await
    }
}

impl Default for Turns {
    fn default() -> Self {
        Self {
            // Enough that two sessions seldom share one.
            turns: (0..256).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }
}

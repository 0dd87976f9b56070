//! What the path names.

use axum::extract::{FromRequestParts, RawPathParams};
use http::request::Parts;
use status_model::{AgentName, SessionId};

use super::ApiError;

/// The session that the path names.
pub(super) struct SessionPath(pub(super) SessionId);

/// The session and the agent that the path names.
pub(super) struct AgentPath(pub(super) SessionId, pub(super) AgentName);

/// The only thing that the path names.
pub(super) struct OnlyPath(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for OnlyPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parameters = parameters(parts, state).await?;
        let first = parameters.iter().next();
        Ok(Self(
            first.map_or_else(String::new, |(_, value)| value.to_owned()),
        ))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SessionPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        session_id(&parameters(parts, state).await?).map(Self)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for AgentPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parameters = parameters(parts, state).await?;
        let agent = named(&parameters, "agent").parse();
        Ok(Self(
            session_id(&parameters)?,
            agent.map_err(ApiError::Agent)?,
        ))
    }
}

async fn parameters<S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
) -> Result<RawPathParams, ApiError> {
    RawPathParams::from_request_parts(parts, state)
        .await
        .map_err(|_| ApiError::PathEncoding)
}

fn session_id(parameters: &RawPathParams) -> Result<SessionId, ApiError> {
    named(parameters, "sessionId")
        .parse()
        .map_err(ApiError::SessionId)
}

fn named<'a>(parameters: &'a RawPathParams, name: &str) -> &'a str {
    let mut parameters = parameters.iter();
    parameters
        .find_map(|(key, value)| (key == name).then_some(value))
        .unwrap_or_default()
}

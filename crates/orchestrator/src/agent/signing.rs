//! The signature that AgentCore wants: AWS's Signature Version 4, by AWS's own crate.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::{
    Credentials,
    provider::{ProvideCredentials, SharedCredentialsProvider, error::CredentialsError},
};
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SigningSettings, sign},
    sign::v4,
};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::sync::Mutex;

use super::{InvalidEndpoint, Request, Runtime, runtime};
use crate::answer::{Answer, Cause};

/// The name under which the service knows its signatures.
const SERVICE: &str = "bedrock-agentcore";
/// The header that names the runtime session.
const SESSION: &str = "x-amzn-bedrock-agentcore-runtime-session-id";
/// Credentials that last no longer than this are fetched again: a request has to arrive with them.
const LEAST_LIFE: Duration = Duration::from_mins(5);

/// Signs as somebody. Clones share the credentials that they have fetched.
#[derive(Clone, Debug)]
pub(super) struct Signer {
    provider: SharedCredentialsProvider,
    /// What the provider gave last: asking it may mean asking another service.
    fetched: Arc<Mutex<Option<Credentials>>>,
}

/// A request as it goes out.
#[derive(Debug)]
pub(super) struct Call {
    pub address: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Signer {
    pub fn new(credentials: impl ProvideCredentials + 'static) -> Self {
        Self {
            provider: SharedCredentialsProvider::new(credentials),
            fetched: Arc::default(),
        }
    }

    /// As whoever AWS's usual chain names, which asks other services in this region. Fetches the
    /// credentials, so that their lack shows before the first document.
    pub async fn from_environment(region: &str) -> Result<Self, InvalidEndpoint> {
        let settings = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(region.to_owned()))
            .load()
            .await;
        let Some(provider) = settings.credentials_provider() else {
            let reason = "the chain of credentials is empty".to_owned();
            return Err(InvalidEndpoint::NoCredentials(reason));
        };
        let signer = Self::new(provider);
        let credentials = signer.credentials(SystemTime::now()).await;
        credentials.map_err(|error| lacking(&error))?;
        Ok(signer)
    }

    /// A try's request, signed as of `now`.
    pub async fn call(
        &self,
        runtime: &Runtime,
        request: &Request<'_>,
        now: SystemTime,
    ) -> Result<Call, Answer> {
        let credentials = self.credentials(now).await.map_err(|error| {
            let is_passing = matches!(
                error,
                CredentialsError::ProviderTimedOut(_) | CredentialsError::ProviderError(_)
            );
            if is_passing {
                let error = format!("No credentials for AgentCore yet: {}", innermost(&error));
                return Answer::failed(Cause::Connection, error, "CredentialsError");
            }
            unsigned(&lacking(&error))
        })?;
        signed(runtime, request, &credentials, now).map_err(|error| {
            let error = format!("The request to AgentCore can't be signed: {error}");
            Answer::failed(Cause::Unsigned, error, "SigningError")
        })
    }

    async fn credentials(&self, now: SystemTime) -> Result<Credentials, CredentialsError> {
        // Held while they are fetched: many who find none fetch them once.
        let mut fetched = self.fetched.lock().await;
        if let Some(credentials) = fetched.as_ref().filter(|found| lasts(found, now)) {
            return Ok(credentials.clone());
        }
        let credentials = self.provider.provide_credentials().await?;
        *fetched = Some(credentials.clone());
        Ok(credentials)
    }
}

/// A request that was never sent, for want of somebody to sign it as.
pub(super) fn unsigned(error: &InvalidEndpoint) -> Answer {
    Answer::failed(Cause::Unsigned, error.to_string(), "CredentialsError")
}

fn lacking(error: &CredentialsError) -> InvalidEndpoint {
    InvalidEndpoint::NoCredentials(innermost(error))
}

/// The innermost cause says what is the matter; the others, that something is. Its first line is
/// enough: what each part of the chain lacks is for the log.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let text = cause.to_string();
    tracing::debug!(%text, "no credentials");
    let first = text.lines().next().unwrap_or_default();
    let first = first.strip_suffix("Attempted:").unwrap_or(first);
    first.trim().trim_end_matches('.').to_owned()
}

/// Will they last long enough?
fn lasts(credentials: &Credentials, now: SystemTime) -> bool {
    credentials
        .expiry()
        .is_none_or(|expiry| expiry > now + LEAST_LIFE)
}

/// The request, signed. Pure.
fn signed(
    runtime: &Runtime,
    request: &Request<'_>,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<Call, Box<dyn std::error::Error + Send + Sync>> {
    let address = runtime.address();
    let body = serde_json::to_vec(request)?;
    let session = runtime::session_id(request.session_id);
    let plain = [
        ("content-type", "application/json"),
        ("accept", "application/json"),
        (SESSION, session.as_str()),
    ];
    let identity = credentials.clone().into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(runtime.arn.region())
        .name(SERVICE)
        .time(now)
        .settings(SigningSettings::default())
        .build()?
        .into();
    let unsigned = SignableRequest::new(
        "POST",
        address.as_str(),
        plain.into_iter(),
        SignableBody::Bytes(&body),
    )?;
    let (instructions, _) = sign(unsigned, &parameters)?.into_parts();
    let mut headers = HeaderMap::new();
    for (name, value) in plain.into_iter().chain(instructions.headers()) {
        headers.insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
    }
    Ok(Call {
        address,
        headers,
        body,
    })
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;
    use crate::{
        agent::{Findings, runtime::Qualifier},
        document::Document,
    };

    const LINE: &str = r#"{"sessionId":"s-1","correlationId":"c-1","documentId":"FAB_1",
        "sourceType":"BANK","s3Uri":"s3://bucket/BANK/FAB_1.pdf","action":"process"}"#;
    /// 2026-11-22T08:31:00Z
    const NOW: Duration = Duration::from_mins(29_922_271);

    fn runtime() -> Runtime {
        let arn =
            "arn:aws:bedrock-agentcore:eu-central-1:123456789012:runtime/pdf_adapter-Ab1Cd2Ef3G";
        Runtime {
            arn: arn.parse().unwrap(),
            qualifier: Qualifier::default(),
            endpoint: None,
        }
    }

    fn credentials(expires_after: Option<Duration>) -> Credentials {
        let expiry = expires_after.map(|life| UNIX_EPOCH + NOW + life);
        let token = Some("a session/token==".to_owned());
        Credentials::new("AKIDEXAMPLE", "wJalr/secret+key", token, expiry, "test")
    }

    #[test]
    fn a_request_is_signed_as_awss_own_client_signs_it() {
        let document = Document::from_json(LINE, &mut rand::rng()).unwrap();
        let request = Request::new(&document, &Findings::default(), 1);
        let call = signed(&runtime(), &request, &credentials(None), UNIX_EPOCH + NOW).unwrap();
        assert_eq!(
            String::from_utf8(call.body).unwrap(),
            concat!(
                r#"{"session_id":"s-1","correlation_id":"c-1","document_id":"FAB_1","#,
                r#""source_type":"BANK","document_path":"s3://bucket/BANK/FAB_1.pdf","#,
                r#""s3_uri":"s3://bucket/BANK/FAB_1.pdf","action":"process","attempt":1}"#
            )
        );
        let header = |name: &str| call.headers[name].to_str().unwrap();
        assert_eq!(header(SESSION), "s-1.83e7aecf49b0c8236c0a94fc1286f81b");
        assert_eq!(header("x-amz-date"), "20261122T083100Z");
        assert_eq!(header("x-amz-security-token"), "a session/token==");
        // By botocore 1.44.8 for the same request.
        assert_eq!(
            header("authorization"),
            concat!(
                "AWS4-HMAC-SHA256 ",
                "Credential=AKIDEXAMPLE/20261122/eu-central-1/bedrock-agentcore/aws4_request, ",
                "SignedHeaders=accept;content-type;host;x-amz-date;x-amz-security-token;",
                "x-amzn-bedrock-agentcore-runtime-session-id, ",
                "Signature=c74c8edb6dbecc1a71ae2f87eb01d29c8250aefd485e216853184a03265c274e"
            )
        );
    }

    #[test]
    fn credentials_are_fetched_again_before_they_end() {
        let now = UNIX_EPOCH + NOW;
        let lasts = |life| lasts(&credentials(life), now);
        assert!(lasts(None));
        assert!(lasts(Some(Duration::from_mins(6))));
        assert!(!lasts(Some(Duration::from_mins(5))));
    }
}

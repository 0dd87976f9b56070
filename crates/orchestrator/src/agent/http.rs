//! Asking over HTTP: agents at an address, and agents on Bedrock AgentCore.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use reqwest::{
    Client, RequestBuilder, Response,
    header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
    redirect,
};
use status_model::AgentName;

#[cfg(feature = "agentcore")]
use super::signing::Signer;
use super::{Agents, Endpoint, InvalidEndpoint, Request, Target};
use crate::{
    answer::{self, Answer, Cause, Reply},
    retry::retry_after,
};

/// The agents over HTTP.
#[derive(Clone, Debug)]
pub struct HttpAgents {
    client: Client,
    endpoints: [Endpoint; 4],
    #[cfg(feature = "agentcore")]
    signer: Option<Signer>,
}

/// The longest answer that is read; the agents' are a few kilobytes.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

impl HttpAgents {
    /// The agents at these places, in pipeline order. Those on AgentCore can be asked once it
    /// is known [as whom](Self::signed_with).
    ///
    /// # Errors
    /// Where the HTTP client can't be set up.
    pub fn new(endpoints: [Endpoint; 4]) -> Result<Self, InvalidEndpoint> {
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(10))
            // A redirected POST would arrive as a GET.
            .redirect(redirect::Policy::none());
        // No proxy can reach this machine's own loopback.
        let client = if endpoints.iter().all(Endpoint::is_loopback) {
            client.no_proxy()
        } else {
            client
        };
        Ok(Self {
            client: client.build()?,
            endpoints,
            #[cfg(feature = "agentcore")]
            signer: None,
        })
    }

    /// The agents at these places; those on AgentCore are asked as whoever AWS's usual chain of
    /// credentials names: environment, profile, role.
    ///
    /// # Errors
    /// As [`new`](Self::new), and where credentials are needed and there are none.
    #[cfg_attr(
        not(feature = "agentcore"),
        expect(clippy::unused_async, reason = "only who signs has to ask as whom")
    )]
    pub async fn connect(endpoints: [Endpoint; 4]) -> Result<Self, InvalidEndpoint> {
        let agents = Self::new(endpoints)?;
        #[cfg(feature = "agentcore")]
        if let Some(region) = agents.region() {
            let signer = Some(Signer::from_environment(region).await?);
            return Ok(Self { signer, ..agents });
        }
        Ok(agents)
    }

    /// The same agents, those on AgentCore asked with these credentials.
    #[cfg(feature = "agentcore")]
    #[must_use]
    pub fn signed_with(
        self,
        credentials: impl aws_credential_types::provider::ProvideCredentials + 'static,
    ) -> Self {
        let signer = Some(Signer::new(credentials));
        Self { signer, ..self }
    }

    /// The region of the first agent that is on AgentCore.
    #[cfg(feature = "agentcore")]
    fn region(&self) -> Option<&str> {
        self.endpoints
            .iter()
            .find_map(|endpoint| match &endpoint.target {
                Target::Runtime(runtime) => Some(runtime.arn.region()),
                Target::Http(_) => None,
            })
    }

    /// The four agents below one address.
    ///
    /// # Errors
    /// As [`Endpoint::at`], and where the HTTP client can't be set up.
    pub fn below(base: &str) -> Result<Self, InvalidEndpoint> {
        let [pdf, extraction, matching, exception] = AgentName::ALL;
        Self::new([
            Endpoint::below(base, pdf)?,
            Endpoint::below(base, extraction)?,
            Endpoint::below(base, matching)?,
            Endpoint::below(base, exception)?,
        ])
    }

    /// The same agents, all with this timeout.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        for endpoint in &mut self.endpoints {
            endpoint.timeout = timeout;
        }
        self
    }

    async fn post(&self, target: &Target, request: &Request<'_>) -> Answer {
        let call = match target {
            Target::Http(url) => self.client.post(url.clone()).json(request),
            Target::Runtime(runtime) => match self.invocation(runtime, request).await {
                Ok(call) => call,
                Err(answer) => return answer,
            },
        };
        let response = match call.send().await {
            Ok(response) => response,
            Err(error) => return broken("No connection to the agent", &error),
        };
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        match body(response).await {
            Ok(Some(body)) => answer::read(&Reply {
                code: status,
                retry_after: wait(&headers),
                error_type: error_type(&headers),
                is_event_stream: is_event_stream(&headers),
                body: &body,
            }),
            Ok(None) => Answer::failed(
                Cause::Unreadable,
                format!("HTTP {status} with an answer of more than 8 MiB"),
                "UnreadableAnswer",
            ),
            Err(error) => broken("The agent's answer broke off", &error),
        }
    }

    #[cfg(feature = "agentcore")]
    async fn invocation(
        &self,
        runtime: &super::Runtime,
        request: &Request<'_>,
    ) -> Result<RequestBuilder, Answer> {
        let Some(signer) = &self.signer else {
            let error = InvalidEndpoint::NoCredentials("none were given".to_owned());
            return Err(super::signing::unsigned(&error));
        };
        let call = signer.call(runtime, request, SystemTime::now()).await?;
        Ok(self
            .client
            .post(call.address)
            .headers(call.headers)
            .body(call.body))
    }

    /// No such endpoint is made without the feature.
    #[cfg(not(feature = "agentcore"))]
    #[expect(clippy::unused_async, reason = "as with the feature")]
    async fn invocation(
        &self,
        runtime: &super::Runtime,
        _: &Request<'_>,
    ) -> Result<RequestBuilder, Answer> {
        let error = InvalidEndpoint::NoAgentCore(runtime.arn.to_string()).to_string();
        Err(Answer::failed(Cause::Unsigned, error, "NoAgentCore"))
    }
}

impl Agents for HttpAgents {
    async fn ask(&self, agent: AgentName, request: &Request<'_>) -> Answer {
        let Endpoint { target, timeout } = &self.endpoints[agent.index()];
        match tokio::time::timeout(*timeout, self.post(target, request)).await {
            Ok(answer) => answer,
            Err(_) => Answer::failed(
                Cause::Timeout,
                format!("Timeout after {}s", timeout.as_secs_f64()),
                "Timeout",
            ),
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// What the agent asks for by `Retry-After`.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    retry_after(text(headers, RETRY_AFTER.as_str())?, SystemTime::now())
}

/// The kind of error as AWS's services name it, as in `ThrottlingException:http://…`.
fn error_type(headers: &HeaderMap) -> Option<&str> {
    let name = text(headers, "x-amzn-errortype")?.split(':').next()?.trim();
    (!name.is_empty()).then_some(name)
}

fn is_event_stream(headers: &HeaderMap) -> bool {
    let media_type = text(headers, CONTENT_TYPE.as_str()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    media_type.eq_ignore_ascii_case("text/event-stream")
}

/// The whole body, or nothing where it is too long.
async fn body(mut response: Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

/// A connection error by its innermost cause: the outer ones name the address, which is nobody's
/// business who only looks at a session.
fn broken(what: &str, error: &reqwest::Error) -> Answer {
    tracing::debug!(%error, "{what}");
    let mut cause: &dyn Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    if error.is_connect() && error.is_timeout() {
        return Answer::failed(
            Cause::Connection,
            format!("{what}: it did not answer"),
            "ConnectionError",
        );
    }
    Answer::failed(
        Cause::Connection,
        format!("{what}: {cause}"),
        "ConnectionError",
    )
}

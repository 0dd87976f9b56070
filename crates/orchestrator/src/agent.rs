//! Asking an agent: what it is told, and over HTTP.

use std::{
    error::Error,
    time::{Duration, SystemTime},
};

use reqwest::{Client, Response, Url, header::RETRY_AFTER, redirect};
use serde::Serialize;
use status_model::{AgentName, MatchClassification};

use crate::{
    answer::{self, Answer, Cause},
    document::Document,
    retry::retry_after,
};

/// Whoever can be asked to do an agent's work.
pub trait Agents: Send + Sync + 'static {
    /// One try. Whatever happens, there is an answer.
    fn ask(&self, agent: AgentName, request: &Request<'_>) -> impl Future<Output = Answer> + Send;
}

/// What an agent is told; the body of the HTTP request, in the agents' own names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Request<'a> {
    /// The session.
    pub session_id: &'a str,
    /// Ties it to the other systems' logs.
    pub correlation_id: &'a str,
    /// The document.
    pub document_id: &'a str,
    /// `BANK` or `COUNTERPARTY`.
    pub source_type: &'a str,
    /// The document's address, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_path: Option<String>,
    /// The document's address, where it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_uri: Option<&'a str>,
    /// The document's bucket, where it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_bucket: Option<&'a str>,
    /// The document's key, where it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub s3_key: Option<&'a str>,
    /// What is to be done, where it was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<&'a str>,
    /// The number of the try, from 1.
    pub attempt: u32,
    /// What the agents before have found.
    #[serde(flatten)]
    pub findings: Findings,
}

/// What the agents before have found, for those that follow.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Findings {
    /// Where the extracted text lies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canonical_output_location: Option<String>,
    /// The trade: what extraction names, or else the document's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trade_id: Option<String>,
    /// Why exception management is asked: `EXTRACTION_FAILED` or `MATCHING_EXCEPTION`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type: Option<&'static str>,
    /// How the match was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_classification: Option<MatchClassification>,
    /// How sure the match is, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_score: Option<f64>,
    /// Why extraction failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
}

impl<'a> Request<'a> {
    /// The request for a document's `attempt`-th try, from 1.
    #[must_use]
    pub fn new(document: &'a Document, findings: &Findings, attempt: u32) -> Self {
        let location = &document.location;
        Self {
            session_id: document.session_id.as_str(),
            correlation_id: &document.correlation_id,
            document_id: &document.document_id,
            source_type: document.source_type.as_str(),
            document_path: location.path(),
            s3_uri: location.s3_uri.as_deref(),
            s3_bucket: location.s3_bucket.as_deref(),
            s3_key: location.s3_key.as_deref(),
            action: document.action.as_deref(),
            attempt,
            findings: findings.clone(),
        }
    }
}

/// How long an agent may take where nothing else is said.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_mins(5);

/// Where an agent is, and how long it may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// An absolute `http` or `https` address.
    pub url: Url,
    /// From the request to the end of the answer.
    pub timeout: Duration,
}

/// The addresses are not usable.
#[derive(Debug, thiserror::Error)]
pub enum InvalidEndpoint {
    /// Not an address.
    #[error("{0:?} is not an address of an agent; use one as in http://127.0.0.1:9000")]
    Url(String),
    /// An `https` address in a program that can't encrypt.
    #[error(
        "{0:?} needs TLS, which this program was built without; build it with the feature tls, \
         or use an http address"
    )]
    NoTls(String),
    /// The HTTP client can't be set up.
    #[error("the HTTP client can't be set up: {0}")]
    Client(#[from] reqwest::Error),
}

impl Endpoint {
    /// An agent at its own address, with the [default timeout](DEFAULT_TIMEOUT).
    ///
    /// # Errors
    /// Where the text is no `http` or `https` address, or `https` is not built in.
    pub fn at(address: &str) -> Result<Self, InvalidEndpoint> {
        let invalid = || InvalidEndpoint::Url(address.to_owned());
        let url = Url::parse(address).map_err(|_| invalid())?;
        match url.scheme() {
            "http" => {}
            "https" if cfg!(feature = "tls") => {}
            "https" => return Err(InvalidEndpoint::NoTls(address.to_owned())),
            _ => return Err(invalid()),
        }
        Ok(Self {
            url,
            timeout: DEFAULT_TIMEOUT,
        })
    }

    /// An agent below an address that all four share, as in
    /// `http://127.0.0.1:9000/agents/pdf-adapter`.
    ///
    /// # Errors
    /// As [`at`](Self::at).
    pub fn below(base: &str, agent: AgentName) -> Result<Self, InvalidEndpoint> {
        let segment = match agent {
            AgentName::PdfAdapter => "pdf-adapter",
            AgentName::TradeExtraction => "trade-extraction",
            AgentName::TradeMatching => "trade-matching",
            AgentName::ExceptionManagement => "exception-management",
        };
        Self::at(&format!("{}/agents/{segment}", base.trim_end_matches('/')))
    }

    fn is_loopback(&self) -> bool {
        match self.url.host_str() {
            Some("localhost" | "[::1]") => true,
            Some(host) => host.starts_with("127."),
            None => false,
        }
    }
}

/// The agents over HTTP.
#[derive(Clone, Debug)]
pub struct HttpAgents {
    client: Client,
    endpoints: [Endpoint; 4],
}

/// The longest answer that is read; the agents' are a few kilobytes.
const MAX_ANSWER: usize = 8 * 1024 * 1024;

impl HttpAgents {
    /// The agents at these addresses, in pipeline order.
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

    async fn post(&self, url: Url, request: &Request<'_>) -> Answer {
        let response = match self.client.post(url).json(request).send().await {
            Ok(response) => response,
            Err(error) => return broken("No connection to the agent", &error),
        };
        let status = response.status().as_u16();
        let wait = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|header| retry_after(header.to_str().ok()?, SystemTime::now()));
        match body(response).await {
            Ok(Some(body)) => answer::read(status, wait, &body),
            Ok(None) => Answer::failed(
                Cause::Unreadable,
                format!("HTTP {status} with an answer of more than 8 MiB"),
                "UnreadableAnswer",
            ),
            Err(error) => broken("The agent's answer broke off", &error),
        }
    }
}

impl Agents for HttpAgents {
    async fn ask(&self, agent: AgentName, request: &Request<'_>) -> Answer {
        let Endpoint { url, timeout } = &self.endpoints[agent.index()];
        match tokio::time::timeout(*timeout, self.post(url.clone(), request)).await {
            Ok(answer) => answer,
            Err(_) => Answer::failed(
                Cause::Timeout,
                format!("Timeout after {}s", timeout.as_secs_f64()),
                "Timeout",
            ),
        }
    }
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

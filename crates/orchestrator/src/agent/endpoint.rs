//! Where an agent is, and how long it may take.

use std::time::Duration;

use reqwest::Url;
use status_model::AgentName;

use super::Runtime;

/// How long an agent may take where nothing else is said.
pub const DEFAULT_TIMEOUT: Duration = Duration::from_mins(5);

/// Where an agent is, and how long it may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Where it is.
    pub target: Target,
    /// From the request to the end of the answer.
    pub timeout: Duration,
}

/// Where an agent is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// At an absolute `http` or `https` address.
    Http(Url),
    /// On Bedrock AgentCore.
    Runtime(Runtime),
}

/// The agents can't be asked.
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
    /// An ARN in a program that can't sign.
    #[error(
        "{0} is on Bedrock AgentCore, which this program was built without; build it with the \
         feature agentcore, or give the agent's url"
    )]
    NoAgentCore(String),
    /// Nobody to sign requests as.
    #[error(
        "there are no AWS credentials to sign requests to AgentCore with ({0}); set AWS_PROFILE or \
         AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give this machine a role"
    )]
    NoCredentials(String),
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
        Ok(Self {
            target: Target::Http(url(address)?),
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

    /// An agent on Bedrock AgentCore, with the [default timeout](DEFAULT_TIMEOUT).
    ///
    /// # Errors
    /// Where AgentCore is not built in.
    pub fn on(runtime: Runtime) -> Result<Self, InvalidEndpoint> {
        if !cfg!(feature = "agentcore") {
            return Err(InvalidEndpoint::NoAgentCore(runtime.arn.to_string()));
        }
        Ok(Self {
            target: Target::Runtime(runtime),
            timeout: DEFAULT_TIMEOUT,
        })
    }

    /// Is it on this machine, where no proxy can reach it?
    pub(super) fn is_loopback(&self) -> bool {
        let url = match &self.target {
            Target::Http(url) => Some(url),
            Target::Runtime(runtime) => runtime.endpoint.as_ref(),
        };
        match url.and_then(Url::host_str) {
            Some("localhost" | "[::1]") => true,
            Some(host) => host.starts_with("127."),
            None => false,
        }
    }
}

/// An absolute address that this program can speak to.
pub(super) fn url(address: &str) -> Result<Url, InvalidEndpoint> {
    let invalid = || InvalidEndpoint::Url(address.to_owned());
    let url = Url::parse(address).map_err(|_| invalid())?;
    match url.scheme() {
        "http" => Ok(url),
        "https" if cfg!(feature = "tls") => Ok(url),
        "https" => Err(InvalidEndpoint::NoTls(address.to_owned())),
        _ => Err(invalid()),
    }
}

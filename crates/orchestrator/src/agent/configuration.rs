//! The file that says where each agent is; `docs/agents.md` describes it.

use std::time::Duration;

use serde::Deserialize;
use status_model::AgentName;

use super::{
    Endpoint, InvalidArn, InvalidEndpoint, Runtime, endpoint,
    runtime::{InvalidQualifier, Qualifier},
};

/// The text does not say where the agents are.
#[derive(Debug, thiserror::Error)]
pub enum InvalidConfiguration {
    /// Not JSON, or a key that is missing, unknown or of another type.
    #[error("{0}")]
    Json(String),
    /// Nobody knows where the agent is.
    #[error("{0}: give either the agent's arn or its url")]
    Target(AgentName),
    /// A key that goes with an ARN only.
    #[error("{0}: {1} goes with an arn and not with a url")]
    WithoutArn(AgentName, &'static str),
    /// No useful length of time.
    #[error("{0}.timeoutSeconds: give a whole number from 1 to 3600")]
    Timeout(AgentName),
    /// Not the ARN of an agent.
    #[error("{0}.arn: {1}")]
    Arn(AgentName, InvalidArn),
    /// Not the name of an endpoint.
    #[error("{0}.qualifier: {1}")]
    Qualifier(AgentName, InvalidQualifier),
    /// Not an address.
    #[error("{0}: {1}")]
    Endpoint(AgentName, InvalidEndpoint),
}

#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    deny_unknown_fields,
    expecting = "an object with an entry for each of the four agents"
)]
struct Written {
    pdf_adapter: Entry,
    trade_extraction: Entry,
    trade_matching: Entry,
    exception_management: Entry,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "camelCase",
    deny_unknown_fields,
    expecting = "an object with the agent's arn or url"
)]
struct Entry {
    arn: Option<String>,
    qualifier: Option<String>,
    endpoint: Option<String>,
    url: Option<String>,
    timeout_seconds: Option<u64>,
}

/// Reads where each agent is, in pipeline order. Where nothing is said of it, an agent may take
/// the usual time.
///
/// # Errors
/// Where the text is not JSON, a key is missing or unknown, or a value is not what it should be.
pub fn parse(text: &str, usual: Duration) -> Result<[Endpoint; 4], InvalidConfiguration> {
    if !text.trim_start().starts_with('{') {
        // Otherwise a list would be read, agent by agent.
        return Err(InvalidConfiguration::Json("not a JSON object".to_owned()));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let written: Written = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        InvalidConfiguration::Json(match path.as_str() {
            "." => error.to_string(),
            _ => format!("{path}: {error}"),
        })
    })?;
    json.end()
        .map_err(|error| InvalidConfiguration::Json(error.to_string()))?;
    let [pdf, extraction, matching, exception] = AgentName::ALL;
    Ok([
        written.pdf_adapter.endpoint(pdf, usual)?,
        written.trade_extraction.endpoint(extraction, usual)?,
        written.trade_matching.endpoint(matching, usual)?,
        written.exception_management.endpoint(exception, usual)?,
    ])
}

impl Entry {
    fn endpoint(self, agent: AgentName, usual: Duration) -> Result<Endpoint, InvalidConfiguration> {
        use InvalidConfiguration as Invalid;
        let timeout = match self.timeout_seconds {
            None => usual,
            Some(seconds @ 1..=3600) => Duration::from_secs(seconds),
            Some(_) => return Err(Invalid::Timeout(agent)),
        };
        let invalid = |error| Invalid::Endpoint(agent, error);
        let found = match (self.arn, self.url) {
            (Some(arn), None) => Endpoint::on(Runtime {
                arn: arn.parse().map_err(|error| Invalid::Arn(agent, error))?,
                qualifier: match self.qualifier {
                    Some(name) => name
                        .parse()
                        .map_err(|error| Invalid::Qualifier(agent, error))?,
                    None => Qualifier::default(),
                },
                endpoint: match self.endpoint {
                    Some(address) => Some(endpoint::url(&address).map_err(invalid)?),
                    None => None,
                },
            }),
            (None, Some(url)) => {
                for (name, value) in [("qualifier", self.qualifier), ("endpoint", self.endpoint)] {
                    if value.is_some() {
                        return Err(Invalid::WithoutArn(agent, name));
                    }
                }
                Endpoint::at(&url)
            }
            _ => return Err(Invalid::Target(agent)),
        };
        Ok(Endpoint {
            timeout,
            ..found.map_err(invalid)?
        })
    }
}

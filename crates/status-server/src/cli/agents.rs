//! Where the agents are, as it is given.

use std::{convert::Infallible, fs, path::PathBuf, str::FromStr, time::Duration};

use clap::Args;
use orchestrator::{
    Endpoint, HttpAgents, InvalidEndpoint,
    agent::configuration::{self, InvalidConfiguration},
};
use status_model::AgentName;

use super::Failure;

/// Where all agents are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Agents {
    /// Below one address.
    Below(String),
    /// Where a file says.
    InFile(PathBuf),
}

impl FromStr for Agents {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text.contains("://") {
            Self::Below(text.to_owned())
        } else {
            Self::InFile(text.into())
        })
    }
}

impl Agents {
    /// Each agent's place, in pipeline order. Where nothing else is said, each may take `usual`.
    fn endpoints(&self, usual: Duration) -> Result<[Endpoint; 4], Failure> {
        match self {
            Self::Below(base) => {
                let [pdf, extraction, matching, exception] = AgentName::ALL;
                let below = |agent| {
                    let found = Endpoint::below(base, agent)?;
                    Ok::<_, InvalidEndpoint>(Endpoint {
                        timeout: usual,
                        ..found
                    })
                };
                Ok([
                    below(pdf)?,
                    below(extraction)?,
                    below(matching)?,
                    below(exception)?,
                ])
            }
            Self::InFile(file) => {
                let name = || file.display().to_string();
                let text = fs::read_to_string(file).map_err(|source| Failure::AgentsFile {
                    name: name(),
                    source,
                })?;
                let parse = configuration::parse(&text, usual);
                parse.map_err(|source: InvalidConfiguration| Failure::Configuration {
                    name: name(),
                    source,
                })
            }
        }
    }

    /// The agents, ready to be asked.
    pub(super) async fn connect(&self, usual: Duration) -> Result<HttpAgents, Failure> {
        Ok(HttpAgents::connect(self.endpoints(usual)?).await?)
    }
}

#[derive(Args)]
pub(super) struct AgentArguments {
    /// Where the agents are: the address that they share, each at agents/NAME below it, or a JSON
    /// file that says where each is, on Bedrock AgentCore too (docs/agents.md)
    #[arg(long, value_name = "URL|FILE", env = "TRADE_STATUS_AGENTS", required_unless_present_all = ["pdf_adapter_url", "trade_extraction_url", "trade_matching_url", "exception_management_url"])]
    agents: Option<Agents>,
    /// The PDF adapter's own address
    #[arg(long, value_name = "URL")]
    pdf_adapter_url: Option<String>,
    /// Trade extraction's own address
    #[arg(long, value_name = "URL")]
    trade_extraction_url: Option<String>,
    /// Trade matching's own address
    #[arg(long, value_name = "URL")]
    trade_matching_url: Option<String>,
    /// Exception management's own address
    #[arg(long, value_name = "URL")]
    exception_management_url: Option<String>,
}

impl AgentArguments {
    /// The agents, ready to be asked; one's own address goes before what is said of all.
    pub(super) async fn connect(&self, usual: Duration) -> Result<HttpAgents, Failure> {
        let own = |agent| match agent {
            AgentName::PdfAdapter => self.pdf_adapter_url.as_deref(),
            AgentName::TradeExtraction => self.trade_extraction_url.as_deref(),
            AgentName::TradeMatching => self.trade_matching_url.as_deref(),
            AgentName::ExceptionManagement => self.exception_management_url.as_deref(),
        };
        let shared = match &self.agents {
            Some(agents) => Some(agents.endpoints(usual)?),
            None => None,
        };
        let place = |agent: AgentName| match (own(agent), &shared) {
            (None, Some(shared)) => Ok(shared[agent.index()].clone()),
            // The command line is refused where neither is given.
            (url, _) => Endpoint::at(url.unwrap_or_default()).map(|found| Endpoint {
                timeout: usual,
                ..found
            }),
        };
        let [pdf, extraction, matching, exception] = AgentName::ALL;
        let endpoints = [
            place(pdf)?,
            place(extraction)?,
            place(matching)?,
            place(exception)?,
        ];
        Ok(HttpAgents::connect(endpoints).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_a_file() {
        let agents = |text: &str| text.parse::<Agents>().unwrap();
        for url in ["http://127.0.0.1:9000", "https://agents", "ftp://agents"] {
            assert_eq!(agents(url), Agents::Below(url.to_owned()));
        }
        for file in ["agents.json", "/etc/agents.json", "localhost:9000", ""] {
            assert_eq!(agents(file), Agents::InFile(file.into()));
        }
    }
}

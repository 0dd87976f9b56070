//! The four agents of the pipeline.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// One of the four agents. The order of the variants is the order of the pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum AgentName {
    /// Reads the text out of the PDF.
    PdfAdapter,
    /// Turns the text into a trade.
    TradeExtraction,
    /// Looks for the other side's trade.
    TradeMatching,
    /// Takes care of what does not match.
    ExceptionManagement,
}

impl AgentName {
    /// All agents in pipeline order.
    pub const ALL: [Self; 4] = [
        Self::PdfAdapter,
        Self::TradeExtraction,
        Self::TradeMatching,
        Self::ExceptionManagement,
    ];

    /// The name on the wire and in the table, as in `pdfAdapter`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::PdfAdapter => "pdfAdapter",
            Self::TradeExtraction => "tradeExtraction",
            Self::TradeMatching => "tradeMatching",
            Self::ExceptionManagement => "exceptionManagement",
        }
    }

    /// The place in the pipeline, from 0.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }
}

impl fmt::Display for AgentName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names none of the four agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an agent: use pdfAdapter, tradeExtraction, tradeMatching or exceptionManagement")]
pub struct UnknownAgent;

impl FromStr for AgentName {
    type Err = UnknownAgent;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|agent| agent.as_str() == text)
            .ok_or(UnknownAgent)
    }
}

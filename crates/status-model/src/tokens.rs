//! Token usage: what an agent reported, and what all of them come to.

use std::ops::Add;

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeStruct};

use crate::whole;

/// Tokens that were read and written by a model.
///
/// The total is never stored beside its parts, so it can't disagree with them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenUsage {
    /// Tokens in the prompts, cached ones among them.
    pub input: u64,
    /// Tokens in the answers.
    pub output: u64,
}

impl TokenUsage {
    /// Input and output together.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.input.saturating_add(self.output)
    }

    /// Nothing at all, which old writers put where nothing is known.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.total() == 0
    }
}

impl Add for TokenUsage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            input: self.input.saturating_add(other.input),
            output: self.output.saturating_add(other.output),
        }
    }
}

impl Serialize for TokenUsage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut usage = serializer.serialize_struct("TokenUsage", 3)?;
        usage.serialize_field("inputTokens", &self.input)?;
        usage.serialize_field("outputTokens", &self.output)?;
        usage.serialize_field("totalTokens", &self.total())?;
        usage.end()
    }
}

impl<'de> Deserialize<'de> for TokenUsage {
    /// Strict, for what is written to us; a total is accepted and left aside.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            #[serde(rename = "inputTokens", deserialize_with = "whole::deserialize")]
            input: u64,
            #[serde(rename = "outputTokens", deserialize_with = "whole::deserialize")]
            output: u64,
            #[serde(default, rename = "totalTokens", deserialize_with = "whole::option")]
            _total: Option<u64>,
        }
        let Written { input, output, .. } = Written::deserialize(deserializer)?;
        Ok(Self { input, output })
    }
}

/// The usage of a whole session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TotalTokenUsage {
    /// The sum of what was reported.
    pub known: TokenUsage,
    /// Whether somebody who did work has not reported, so that the real sum may be larger.
    pub partial: bool,
}

impl Serialize for TotalTokenUsage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut usage = serializer.serialize_struct("TotalTokenUsage", 4)?;
        usage.serialize_field("inputTokens", &self.known.input)?;
        usage.serialize_field("outputTokens", &self.known.output)?;
        usage.serialize_field("totalTokens", &self.known.total())?;
        usage.serialize_field("partial", &self.partial)?;
        usage.end()
    }
}

impl<'de> Deserialize<'de> for TotalTokenUsage {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Default, Deserialize)]
        #[serde(rename_all = "camelCase", default)]
        struct Written {
            input_tokens: u64,
            output_tokens: u64,
            partial: bool,
        }
        let written = Written::deserialize(deserializer)?;
        Ok(Self {
            known: TokenUsage {
                input: written.input_tokens,
                output: written.output_tokens,
            },
            partial: written.partial,
        })
    }
}

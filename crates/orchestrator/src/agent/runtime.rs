//! An agent on Bedrock AgentCore: its ARN, its address. Pure.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `arn` | [`RuntimeArn`] |

mod arn;

use std::str::FromStr;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use xxhash_rust::xxh3::xxh3_128;

pub use arn::{InvalidArn, RuntimeArn};

/// An agent on Bedrock AgentCore.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The agent.
    pub arn: RuntimeArn,
    /// Which of its endpoints; `DEFAULT` where nothing else is said.
    pub qualifier: Qualifier,
    /// Where the service is, where that is not the region's own address.
    pub endpoint: Option<Url>,
}

/// The name of one of an agent's endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualifier(String);

/// The text names no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not the name of an agent's endpoint, which is up to 48 letters, digits and \
     underscores that begin with a letter; use one as in DEFAULT"
)]
pub struct InvalidQualifier(String);

impl FromStr for Qualifier {
    type Err = InvalidQualifier;

    fn from_str(text: &str) -> Result<Self, InvalidQualifier> {
        let is_valid = text.starts_with(|first: char| first.is_ascii_alphabetic())
            && text.len() <= 48
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        is_valid
            .then(|| Self(text.to_owned()))
            .ok_or_else(|| InvalidQualifier(text.to_owned()))
    }
}

impl Default for Qualifier {
    fn default() -> Self {
        Self("DEFAULT".to_owned())
    }
}

/// AWS's clients encode all but these in a part of a path, the colon and the slash too.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Runtime {
    /// Where it is invoked, as in `https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/…`.
    #[must_use]
    pub fn address(&self) -> String {
        let base = match &self.endpoint {
            Some(endpoint) => endpoint.as_str().trim_end_matches('/').to_owned(),
            None => format!(
                "https://bedrock-agentcore.{}.{}",
                self.arn.region(),
                domain(self.arn.partition())
            ),
        };
        let arn = self.arn.to_string();
        let arn = utf8_percent_encode(&arn, IN_PATH);
        let Qualifier(qualifier) = &self.qualifier;
        format!("{base}/runtimes/{arn}/invocations?qualifier={qualifier}")
    }
}

fn domain(partition: &str) -> &'static str {
    match partition {
        "aws-cn" => "amazonaws.com.cn",
        _ => "amazonaws.com",
    }
}

/// The fewest characters that AgentCore takes for a runtime session's id; the most are as many as
/// a session's id may have.
const SHORTEST: usize = 33;

/// The id of the runtime session in which AgentCore runs a session's agents: the session's own,
/// or, where that is too short, with a dot and 32 hexadecimal digits that follow from it. So each
/// try of a session comes to the same runtime session, and no two sessions share one.
#[must_use]
pub fn session_id(session_id: &str) -> String {
    if session_id.len() >= SHORTEST {
        return session_id.to_owned();
    }
    format!("{session_id}.{:032x}", xxh3_128(session_id.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str =
        "arn:aws:bedrock-agentcore:eu-central-1:123456789012:runtime/pdf_adapter-Ab1Cd2Ef3G";

    fn runtime(arn: &str) -> Runtime {
        Runtime {
            arn: arn.parse().unwrap(),
            qualifier: Qualifier::default(),
            endpoint: None,
        }
    }

    #[test]
    fn the_address_follows_from_the_arn() {
        let path = "runtimes/arn%3Aaws%3Abedrock-agentcore%3Aeu-central-1%3A123456789012%3Aruntime\
            %2Fpdf_adapter-Ab1Cd2Ef3G/invocations?qualifier=";
        let mut runtime = runtime(ARN);
        assert_eq!(
            runtime.address(),
            format!("https://bedrock-agentcore.eu-central-1.amazonaws.com/{path}DEFAULT")
        );
        runtime.endpoint = Some("http://127.0.0.1:9000/".parse().unwrap());
        runtime.qualifier = "prod".parse().unwrap();
        assert_eq!(
            runtime.address(),
            format!("http://127.0.0.1:9000/{path}prod")
        );
    }

    #[test]
    fn other_partitions_have_other_domains() {
        let of = |partition, region| {
            let arn = ARN.replace("arn:aws:", &format!("arn:{partition}:"));
            let address = runtime(&arn.replace("eu-central-1", region)).address();
            let host = address.split('/').nth(2).unwrap();
            host.to_owned()
        };
        assert_eq!(
            of("aws-cn", "cn-north-1"),
            "bedrock-agentcore.cn-north-1.amazonaws.com.cn"
        );
        assert_eq!(
            of("aws-us-gov", "us-gov-west-1"),
            "bedrock-agentcore.us-gov-west-1.amazonaws.com"
        );
    }

    #[test]
    fn an_endpoint_has_a_name() {
        for good in ["DEFAULT", "prod_2", "a"] {
            assert!(good.parse::<Qualifier>().is_ok(), "{good}");
        }
        for bad in ["", "2", "a b", "a&b=c", &"a".repeat(49)] {
            assert!(bad.parse::<Qualifier>().is_err(), "{bad}");
        }
    }

    #[test]
    fn every_session_has_a_runtime_session_of_its_own() {
        let long = "session-0123456789abcdef0123456789abcdef";
        assert_eq!(session_id(long), long);
        assert_eq!(session_id(&"a".repeat(256)).len(), 256);
        assert_eq!(session_id("s-1"), "s-1.83e7aecf49b0c8236c0a94fc1286f81b");
        let ids = ["a", "b", "a.", &"a".repeat(32), &"a".repeat(33)].map(session_id);
        for (index, id) in ids.iter().enumerate() {
            assert!((33..=256).contains(&id.len()), "{id}");
            assert!(!ids[..index].contains(id), "{id}");
        }
    }
}

//! An agent on Bedrock `AgentCore`: its ARN, its address. Pure.

use std::{fmt, str::FromStr};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Url;
use xxhash_rust::xxh3::xxh3_128;

/// An agent on Bedrock `AgentCore`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The agent.
    pub arn: RuntimeArn,
    /// Which of its endpoints; `DEFAULT` where nothing else is said.
    pub qualifier: Qualifier,
    /// Where the service is, where that is not the region's own address.
    pub endpoint: Option<Url>,
}

/// The ARN of an agent, as in
/// `arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/pdf_adapter-Ab1Cd2Ef3G`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeArn {
    partition: String,
    region: String,
    account: String,
    name: String,
}

/// The name of one of an agent's endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Qualifier(String);

/// The text is no ARN of an agent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} is not the ARN of an agent, {reason}; use one as in \
     arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/pdf_adapter-Ab1Cd2Ef3G"
)]
pub struct InvalidArn {
    text: String,
    reason: &'static str,
}

/// The text names no endpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not the name of an agent's endpoint, which is up to 48 letters, digits and \
     underscores that begin with a letter; use one as in DEFAULT"
)]
pub struct InvalidQualifier(String);

impl FromStr for RuntimeArn {
    type Err = InvalidArn;

    fn from_str(text: &str) -> Result<Self, InvalidArn> {
        let refuse = |reason| InvalidArn {
            text: text.to_owned(),
            reason,
        };
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let &["arn", partition, service, region, account, resource] = parts.as_slice() else {
            return Err(refuse("which has six parts between colons, the first arn"));
        };
        if partition != "aws" && !partition.starts_with("aws-") || !is_plain(partition) {
            return Err(refuse("whose second part is a partition such as aws"));
        }
        if service != "bedrock-agentcore" {
            return Err(refuse("whose third part is bedrock-agentcore"));
        }
        if region.is_empty() || !is_plain(region) {
            return Err(refuse("whose fourth part is a region such as us-east-1"));
        }
        if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refuse("whose fifth part is an account of twelve digits"));
        }
        let name = resource.strip_prefix("runtime/").unwrap_or_default();
        if name.contains("/runtime-endpoint/") {
            return Err(refuse(
                "but that of one of its endpoints, which qualifier names instead",
            ));
        }
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        if name.is_empty() || !name.bytes().all(is_name) {
            return Err(refuse(
                "whose last part is runtime/ and the agent's name and id",
            ));
        }
        Ok(Self {
            partition: partition.to_owned(),
            region: region.to_owned(),
            account: account.to_owned(),
            name: name.to_owned(),
        })
    }
}

/// Small letters, digits and hyphens; all that may be a part of a host name here.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl fmt::Display for RuntimeArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            partition,
            region,
            account,
            name,
        } = self;
        write!(
            f,
            "arn:{partition}:bedrock-agentcore:{region}:{account}:runtime/{name}"
        )
    }
}

impl RuntimeArn {
    /// The region that it is in.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }
}

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
                self.arn.region,
                domain(&self.arn.partition)
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

/// The fewest characters that `AgentCore` takes for a runtime session's id; the most are as many as
/// a session's id may have.
const SHORTEST: usize = 33;

/// The id of the runtime session in which `AgentCore` runs a session's agents: the session's own,
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
    fn an_arn_is_written_as_it_is_read() {
        assert_eq!(runtime(ARN).arn.to_string(), ARN);
        assert_eq!(runtime(ARN).arn.region(), "eu-central-1");
    }

    #[test]
    fn a_malformed_arn_is_told_with_its_part() {
        for (text, said) in [
            ("", "six parts"),
            ("pdf_adapter", "six parts"),
            (
                "arn:aws:bedrock-agentcore:us-east-1:123456789012",
                "six parts",
            ),
            (&ARN.replace("arn:", "urn:"), "the first arn"),
            (&ARN.replace("aws", "azure"), "a partition such as aws"),
            (
                &ARN.replace("bedrock-agentcore", "lambda"),
                "third part is bedrock-agentcore",
            ),
            (&ARN.replace("eu-central-1", ""), "a region such as"),
            (
                &ARN.replace("eu-central-1", "evil.example/"),
                "a region such as",
            ),
            (
                &ARN.replace("123456789012", "1234"),
                "an account of twelve digits",
            ),
            (
                &ARN.replace("runtime/", "agent/"),
                "whose last part is runtime/",
            ),
            (
                &ARN.replace("pdf_adapter-Ab1Cd2Ef3G", ""),
                "whose last part is runtime/",
            ),
            (
                &ARN.replace("pdf_adapter", "pdf adapter"),
                "whose last part is runtime/",
            ),
            (&format!("{ARN}/runtime-endpoint/prod"), "qualifier"),
        ] {
            let error = text.parse::<RuntimeArn>().unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
            assert!(error.contains("use one as in arn:aws:"), "{error}");
        }
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

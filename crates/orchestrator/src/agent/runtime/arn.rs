//! The ARN of an agent.

use std::{fmt, str::FromStr};

/// The ARN of an agent, as in
/// `arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/pdf_adapter-Ab1Cd2Ef3G`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuntimeArn {
    partition: String,
    region: String,
    account: String,
    name: String,
}

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
    pub(super) fn partition(&self) -> &str {
        &self.partition
    }

    /// The region that it is in.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARN: &str =
        "arn:aws:bedrock-agentcore:eu-central-1:123456789012:runtime/pdf_adapter-Ab1Cd2Ef3G";

    #[test]
    fn an_arn_is_written_as_it_is_read() {
        let arn: RuntimeArn = ARN.parse().unwrap();
        assert_eq!(arn.to_string(), ARN);
        assert_eq!(arn.region(), "eu-central-1");
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
}

//! Names as they are given.

use std::str::FromStr;

pub use status_store::address::{Endpoint, RegionName, TableName};

/// A key of KMS, by its ARN. An alias is no such name: `DynamoDB` says which key a table is
/// encrypted with, and not by which alias it was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KmsKey {
    arn: String,
    region: RegionName,
}

/// The text is no ARN of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "give the ARN of a KMS key (not of an alias), as in \
     arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)]
pub struct InvalidKmsKey;

impl FromStr for KmsKey {
    type Err = InvalidKmsKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, "kms", region, account, key] = parts[..] else {
            return Err(InvalidKmsKey);
        };
        let id = key.strip_prefix("key/").unwrap_or_default();
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let is_partition = matches!(partition.strip_prefix("aws"), Some(rest) if rest.is_empty() || rest.starts_with('-'));
        let is_id = !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !(is_account && is_partition && is_id) {
            return Err(InvalidKmsKey);
        }
        Ok(Self {
            arn: text.to_owned(),
            region: region.parse().map_err(|_| InvalidKmsKey)?,
        })
    }
}

impl KmsKey {
    /// Where the key is: a table can only be encrypted with a key of its own region.
    #[must_use]
    pub fn region(&self) -> &str {
        self.region.as_str()
    }

    /// The ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.arn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_by_its_arn() {
        let key = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        assert_eq!(key.parse::<KmsKey>().unwrap().region(), "eu-central-1");
        let gov = "arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1234abcd";
        assert!(gov.parse::<KmsKey>().is_ok());
        for bad in [
            "",
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "alias/aws/dynamodb",
            "arn:aws:kms:us-east-1:123456789012:alias/mine",
            "arn:aws:kms:us-east-1:12345678901:key/1234abcd",
            "arn:aws:kms::123456789012:key/1234abcd",
            "arn:aws:kms:us-east-1:123456789012:key/",
            "arn:aws:s3:us-east-1:123456789012:key/1234abcd",
            "arn:azure:kms:us-east-1:123456789012:key/1234abcd",
            "arn:aws:kms:us-east-1:123456789012:key/a key",
        ] {
            assert_eq!(bad.parse::<KmsKey>(), Err(InvalidKmsKey), "{bad}");
        }
    }
}

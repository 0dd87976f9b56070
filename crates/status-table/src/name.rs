//! Names as they are given.

use std::{fmt, str::FromStr};

/// A table's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableName(String);

/// The text is no name that a table can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a table's name has 3 to 255 letters, digits, dots, hyphens and underscores")]
pub struct InvalidTableName;

impl FromStr for TableName {
    type Err = InvalidTableName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let allowed = |char: char| char.is_ascii_alphanumeric() || "_.-".contains(char);
        let is_name = (3..=255).contains(&text.len()) && text.chars().all(allowed);
        is_name
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidTableName)
    }
}

/// An AWS region's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegionName(String);

/// The text is no name that a region can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give a region as AWS names it, such as us-east-1")]
pub struct InvalidRegionName;

impl FromStr for RegionName {
    type Err = InvalidRegionName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.split('-');
        let letters = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
        let number = parts.next_back().unwrap_or_default();
        let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        let words: Vec<_> = parts.collect();
        (is_number && words.len() >= 2 && words.into_iter().all(letters))
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidRegionName)
    }
}

/// Another address of `DynamoDB` than AWS's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint(String);

/// The text is no address of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give an address that begins with http:// or https://, as in http://127.0.0.1:8000")]
pub struct InvalidEndpoint;

impl FromStr for Endpoint {
    type Err = InvalidEndpoint;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let address: http::Uri = text.parse().map_err(|_| InvalidEndpoint)?;
        let is_web = matches!(address.scheme_str(), Some("http" | "https"));
        let authority = address.authority().ok_or(InvalidEndpoint)?;
        let host = authority.host();
        // A port that is no number is not refused by the parser.
        let is_whole = authority.as_str() == host || authority.port_u16().is_some();
        (is_web && !host.is_empty() && is_whole)
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidEndpoint)
    }
}

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
}

impl TableName {
    /// As given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl RegionName {
    /// As given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Endpoint {
    /// As given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl KmsKey {
    /// The ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.arn
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use status_store::dynamodb::schema::DEFAULT_TABLE;

    use super::*;

    #[test]
    fn a_table_is_named_as_dynamodb_allows() {
        for good in [DEFAULT_TABLE, "abc", "a.b_c-D9"] {
            assert!(good.parse::<TableName>().is_ok(), "{good}");
        }
        for bad in ["", "ab", "a b c", "table/x", &"x".repeat(256), "täble"] {
            assert_eq!(bad.parse::<TableName>(), Err(InvalidTableName), "{bad}");
        }
    }

    #[test]
    fn a_region_is_named_as_aws_names_them() {
        for good in ["us-east-1", "ap-southeast-2", "us-gov-west-1"] {
            assert!(good.parse::<RegionName>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "us",
            "us-east",
            "us east 1",
            "US-EAST-1",
            "us-east-1a",
            "-1",
            "1",
        ] {
            assert_eq!(bad.parse::<RegionName>(), Err(InvalidRegionName), "{bad}");
        }
    }

    #[test]
    fn an_endpoint_is_a_web_address() {
        for good in ["http://127.0.0.1:8000", "https://vpce-1.example.com"] {
            assert!(good.parse::<Endpoint>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "127.0.0.1:8000",
            "localhost",
            "ftp://x",
            "http://",
            "http:// x",
            "http://127.0.0.1:8000x",
            "http://user@",
        ] {
            assert_eq!(bad.parse::<Endpoint>(), Err(InvalidEndpoint), "{bad}");
        }
    }

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

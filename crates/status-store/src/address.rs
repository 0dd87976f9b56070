//! How a table on `DynamoDB` is named: its name, its region, its endpoint, each parsed.

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

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for RegionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_as_dynamodb_allows() {
        for good in ["ai-trade-matching-processing-status", "abc", "a.b_c-D9"] {
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
        for good in [
            "http://127.0.0.1:8000",
            "https://vpce-1.example.com",
            "https://dynamodb.eu-central-1.amazonaws.com/",
        ] {
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
            "http:///path",
            "http://user@",
        ] {
            assert_eq!(bad.parse::<Endpoint>(), Err(InvalidEndpoint), "{bad}");
        }
    }
}

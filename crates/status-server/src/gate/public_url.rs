//! What links begin with.

use std::{fmt, str::FromStr};

use http::Uri;

use crate::api::HostName;

/// The address under which people reach the server, as in `https://status.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    host: HostName,
}

/// The text is no such address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an address of a server: give scheme and host, the port where it is not the usual one, \
     and no path, as in https://status.example"
)]
pub struct InvalidPublicUrl;

impl FromStr for PublicUrl {
    type Err = InvalidPublicUrl;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let uri: Uri = text.parse().map_err(|_| InvalidPublicUrl)?;
        let host = uri.host().filter(|host| !host.is_empty());
        let parts = uri.scheme_str().zip(uri.authority()).zip(host);
        let ((scheme, authority), host) = parts.ok_or(InvalidPublicUrl)?;
        let is_web = matches!(scheme, "http" | "https");
        let is_bare = format!("{scheme}://{authority}") == text && !text.contains('@');
        if !is_web || !is_bare {
            return Err(InvalidPublicUrl);
        }
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let host = host.parse().map_err(|_| InvalidPublicUrl)?;
        Ok(Self { text, host })
    }
}

impl PublicUrl {
    /// Without a slash at its end: an origin too.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Without the port.
    #[must_use]
    pub const fn host(&self) -> &HostName {
        &self.host
    }

    /// Is it reached over TLS?
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.text.starts_with("https://")
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_address_is_scheme_host_and_port() {
        for (text, url, host) in [
            (
                "https://status.example",
                "https://status.example",
                "status.example",
            ),
            (
                "https://Status.Example/",
                "https://status.example",
                "status.example",
            ),
            (
                "http://127.0.0.1:8080",
                "http://127.0.0.1:8080",
                "127.0.0.1",
            ),
            ("https://[::1]:8443", "https://[::1]:8443", "::1"),
        ] {
            let parsed: PublicUrl = text.parse().unwrap();
            assert_eq!(parsed.as_str(), url);
            assert_eq!(*parsed.host(), host.parse().unwrap());
            assert_eq!(parsed.is_https(), url.starts_with("https"));
        }
        for text in [
            "",
            "status.example",
            "https://",
            "https://status.example/portal",
            "https://status.example?x",
            "https://user@status.example",
            "ftp://status.example",
            "https://status~.example",
        ] {
            assert_eq!(text.parse::<PublicUrl>(), Err(InvalidPublicUrl), "{text}");
        }
    }
}

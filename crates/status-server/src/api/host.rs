//! The name that a request came under.
//!
//! A page of another site can make its own name lead to this machine, and then call this server
//! from the viewer's browser as if it were that site (DNS rebinding). It can't make the browser
//! send another `Host` than that name.

use std::{net::IpAddr, str::FromStr};

use http::{HeaderMap, header};

use super::ApiError;

/// A host name without a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostName(String);

/// The text is no host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a host name: give a name or an address without scheme and port, as in status.example")]
pub struct InvalidHostName;

impl FromStr for HostName {
    type Err = InvalidHostName;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let is_valid =
            text.parse::<IpAddr>().is_ok() || (!text.is_empty() && text.bytes().all(is_name));
        is_valid
            .then(|| Self(text.to_owned()))
            .ok_or(InvalidHostName)
    }
}

/// Lets a request pass that came under a loopback name or one of those allowed.
pub(super) fn check(headers: &HeaderMap, allowed: &[HostName]) -> Result<(), ApiError> {
    // Only what is older than HTTP/1.1 sends none, and no browser is.
    let Some(host) = headers.get(header::HOST) else {
        return Ok(());
    };
    let name = host.to_str().map(without_port).unwrap_or_default();
    let is_allowed = is_loopback(name)
        || allowed
            .iter()
            .any(|allowed| allowed.0.eq_ignore_ascii_case(name));
    if is_allowed {
        Ok(())
    } else {
        Err(ApiError::Host(name.to_owned()))
    }
}

/// Did it come under this machine's own name? What a browser is told of that name holds for every
/// other program on it too.
pub(super) fn is_localhost(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    host.is_some_and(|host| without_port(host).eq_ignore_ascii_case("localhost"))
}

fn without_port(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split(']').next().unwrap_or_default();
    }
    host.split(':').next().unwrap_or_default()
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(host: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        check(&headers, &["status.example".parse().unwrap()]).is_ok()
    }

    #[test]
    fn loopback_names_and_allowed_ones_pass() {
        for host in [
            "localhost:8080",
            "LocalHost",
            "127.0.0.1:8080",
            "127.1.2.3",
            "[::1]:8080",
            "status.example",
            "Status.Example:443",
        ] {
            assert!(passes(host), "{host}");
        }
        assert!(check(&HeaderMap::new(), &[]).is_ok());
    }

    #[test]
    fn other_names_do_not() {
        for host in [
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "10.0.0.1",
            "",
        ] {
            assert!(!passes(host), "{host}");
        }
    }

    #[test]
    fn a_host_name_has_no_scheme_and_no_port() {
        for good in ["status.example", "10.0.0.1", "::1"] {
            assert!(good.parse::<HostName>().is_ok(), "{good}");
        }
        for bad in ["", "http://status.example", "status.example:80", "a/b"] {
            assert_eq!(bad.parse::<HostName>(), Err(InvalidHostName), "{bad}");
        }
    }
}

//! Which pages of other origins may call.

use std::{str::FromStr, time::Duration};

use http::{HeaderName, HeaderValue, Method, Uri, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{correlation, prefer::PREFERENCE_APPLIED};

/// An origin, as in `https://portal.example`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(HeaderValue);

/// The text is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not an origin: give scheme and host, and the port where it is not the usual one, as in \
     https://portal.example"
)]
pub struct InvalidOrigin;

impl FromStr for Origin {
    type Err = InvalidOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A browser sends it in small letters and without a slash at its end.
        let text = text.trim_end_matches('/').to_ascii_lowercase();
        let uri: Uri = text.parse().map_err(|_| InvalidOrigin)?;
        let (scheme, authority) = uri
            .scheme_str()
            .zip(uri.authority())
            .filter(|(scheme, _)| matches!(*scheme, "http" | "https"))
            .ok_or(InvalidOrigin)?;
        if format!("{scheme}://{authority}") != text || text.contains('@') {
            return Err(InvalidOrigin);
        }
        HeaderValue::try_from(text)
            .map(Self)
            .map_err(|_| InvalidOrigin)
    }
}

/// Lets pages of these origins call everything and read the headers that matter.
pub(super) fn layer(origins: &[Origin]) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(
            origins.iter().map(|origin| origin.0.clone()),
        ))
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::PUT,
            Method::PATCH,
            Method::POST,
            Method::DELETE,
        ])
        // Cookies never go along: pages of other origins send a token.
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            HeaderName::from_static("prefer"),
            correlation::HEADER,
        ])
        .expose_headers([
            header::CONTENT_DISPOSITION,
            header::DATE,
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            PREFERENCE_APPLIED,
            correlation::HEADER,
        ])
        .max_age(Duration::from_hours(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (text, origin) in [
            ("https://portal.example", "https://portal.example"),
            ("http://localhost:3000", "http://localhost:3000"),
            ("https://Portal.Example/", "https://portal.example"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().0, origin);
        }
        for text in [
            "",
            "*",
            "null",
            "portal.example",
            "https://portal.example/path",
            "https://portal.example?x",
            "ftp://portal.example",
            "https://user@portal.example",
            "https://",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(InvalidOrigin), "{text}");
        }
    }
}

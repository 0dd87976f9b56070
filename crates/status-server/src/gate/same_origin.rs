//! Was a browser told to ask by one of our own pages?
//!
//! Cookies go along whoever has a browser ask. So what changes something and is let in by a cookie
//! has to come from a page of this server (CSRF). Browsers say where it comes from in
//! `Sec-Fetch-Site`, which no page can change; older ones in `Origin`.

use http::{HeaderMap, HeaderName, Method, header};

use super::PublicUrl;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// May this method change something?
#[must_use]
pub fn is_unsafe(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Does the request come from a page of this server?
#[must_use]
pub fn is_ours(headers: &HeaderMap, public_url: Option<&PublicUrl>) -> bool {
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site == "same-origin";
    }
    let Some(origin) = headers.get(header::ORIGIN).and_then(|o| o.to_str().ok()) else {
        return false;
    };
    if let Some(public_url) = public_url {
        return origin.eq_ignore_ascii_case(public_url.as_str());
    }
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let authority = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    authority
        .zip(host)
        .is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(headers: &[(&'static str, &'static str)], public_url: Option<&str>) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        let public_url = public_url.map(|url| url.parse().unwrap());
        is_ours(&headers, public_url.as_ref())
    }

    #[test]
    fn a_browser_says_itself_whether_the_page_is_ours() {
        let own = ("origin", "http://localhost:8080");
        let host = ("host", "localhost:8080");
        assert!(ours(&[("sec-fetch-site", "same-origin"), host], None));
        for other in ["cross-site", "same-site", "none", ""] {
            // What it says of the site counts, whatever the origin.
            assert!(!ours(&[("sec-fetch-site", other), own, host], None));
        }
    }

    #[test]
    fn an_older_browser_names_the_origin() {
        let host = ("host", "localhost:8080");
        assert!(ours(&[("origin", "http://localhost:8080"), host], None));
        for origin in [
            "http://localhost:8081",
            "http://localhost",
            "http://evil.example",
            "http://localhost:8080.evil.example",
            "null",
            "",
        ] {
            assert!(!ours(&[("origin", origin), host], None), "{origin}");
        }
        assert!(!ours(&[host], None), "one that says nothing");
        let url = Some("https://status.example");
        assert!(ours(&[("origin", "https://status.example"), host], url));
        assert!(!ours(&[("origin", "http://status.example"), host], url));
        assert!(!ours(&[("origin", "http://localhost:8080"), host], url));
    }

    #[test]
    fn only_what_reads_is_safe() {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            assert!(is_unsafe(&method));
        }
        assert!(!is_unsafe(&Method::GET) && !is_unsafe(&Method::HEAD));
    }
}

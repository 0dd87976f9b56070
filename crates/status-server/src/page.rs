//! A page in words, for those whom the portal has nothing to show: they are not signed in, or a
//! link is no longer good. It runs no script and asks for nothing.

use std::{fmt::Write, sync::LazyLock};

use axum::response::{IntoResponse, Response};
use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};
use status_model::api::Problem;

use crate::portal;

/// All that a page says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The answer's status.
    pub status: StatusCode,
    /// What happened.
    pub title: String,
    /// What it means and what to do.
    pub text: String,
    /// A way on: what it is, and where.
    pub way: Option<(&'static str, String)>,
}

const STYLE: &str = "\
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; display: grid; place-items: center; min-height: 100vh; }
main { max-width: 34rem; padding: 1.5rem; overflow-wrap: anywhere; }
h1 { font-size: 1.35rem; line-height: 1.25; }
a { color: LinkText; }
";

/// What a browser may do with it: draw it, and no more.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    );
    // All of it is ASCII; a policy that forbids everything would be the safe mistake.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

impl Page {
    fn html(&self) -> String {
        let (title, text) = (escaped(&self.title), escaped(&self.text));
        let way = self.way.as_ref().map_or_else(String::new, |(what, href)| {
            let (what, href) = (escaped(what), escaped(href));
            format!("<p><a href=\"{href}\">{what}</a>\n")
        });
        format!(
            "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">
<title>{title}</title>
<style>{STYLE}</style>
<main>
<h1>{title}</h1>
<p>{text}
{way}</main>
"
        )
    }
}

impl From<Problem> for Page {
    fn from(problem: Problem) -> Self {
        let status = StatusCode::from_u16(problem.status);
        Self {
            status: status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            title: problem.title,
            text: problem.detail,
            way: None,
        }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let headers = [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            (header::CONTENT_SECURITY_POLICY, POLICY.clone()),
        ];
        let mut response = (self.status, headers, self.html()).into_response();
        response.headers_mut().extend(portal::PAGE);
        response
    }
}

/// As text that is no markup, within an element or an attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' | '>' | '&' | '"' | '\'' => {
                // Writing to a string can't fail.
                let _ = write!(escaped, "&#{};", u32::from(char));
            }
            char if char.is_control() => escaped.push(' '),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str, href: &str) -> Page {
        Page {
            status: StatusCode::FORBIDDEN,
            title: "No access".to_owned(),
            text: text.to_owned(),
            way: Some(("Sign in", href.to_owned())),
        }
    }

    #[test]
    fn hostile_text_stays_text() {
        let html = page(
            "<script>alert(1)</script>\u{0} & 'you'",
            "/sign-in?return=\"><img src=x>",
        )
        .html();
        assert!(
            html.contains("<p>&#60;script&#62;alert(1)&#60;/script&#62;  &#38; &#39;you&#39;"),
            "{html}"
        );
        assert!(
            html.contains("<a href=\"/sign-in?return=&#34;&#62;&#60;img src=x&#62;\">"),
            "{html}"
        );
    }

    #[test]
    fn a_browser_may_draw_it_and_no_more() {
        let response = page("Ask for it.", "/sign-in").into_response();
        assert_eq!(response.status(), StatusCode::FORBIDDEN);
        let policy = &response.headers()[header::CONTENT_SECURITY_POLICY];
        let policy = policy.to_str().unwrap();
        let hash = BASE64_STANDARD.encode(Sha256::digest(STYLE));
        assert!(policy.starts_with(&format!("default-src 'none'; style-src 'sha256-{hash}'; ")));
        assert!(!policy.contains("unsafe"));
        assert_eq!(response.headers()[header::CACHE_CONTROL], "no-store");
    }
}

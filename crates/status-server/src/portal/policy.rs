//! The content security policy: what the portal may load, and nothing else.
//!
//! What stands inline in the page is named by its hash, so that nothing else inline is run: no
//! `unsafe-inline`.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::HeaderValue;
use sha2::{Digest, Sha256};

/// The policy for a page.
pub(super) fn content_security_policy(page: &str) -> HeaderValue {
    let scripts = hashes(&inline(page, "script"));
    let styles = hashes(&inline(page, "style"));
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; \
         style-src 'self'{styles}; img-src 'self' data:; connect-src 'self'; font-src 'self'; \
         manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    // All of it is ASCII; a policy that forbids everything would be the safe mistake.
    HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"))
}

/// As the policy names them: ` 'sha256-…'` each.
fn hashes(texts: &[&str]) -> String {
    let mut names = String::new();
    for text in texts {
        names += " 'sha256-";
        BASE64_STANDARD.encode_string(Sha256::digest(text.as_bytes()), &mut names);
        names.push('\'');
    }
    names
}

/// The contents of the page's elements of this name that have no `src`.
///
/// The page is our own and comes from trunk: no comment or script text in it looks like a tag.
fn inline<'a>(page: &'a str, element: &str) -> Vec<&'a str> {
    let mut contents = Vec::new();
    let mut rest = page;
    while let Some(tag) = find_ignoring_case(rest, &format!("<{element}")) {
        rest = &rest[tag + 1 + element.len()..];
        let Some(attributes) = end_of_tag(rest) else {
            break;
        };
        let (tag, content) = rest.split_at(attributes);
        rest = &content[1..];
        let is_this_element = tag.is_empty() || tag.starts_with(|c: char| c.is_ascii_whitespace());
        if !is_this_element {
            continue;
        }
        let Some(end) = find_ignoring_case(rest, &format!("</{element}")) else {
            break;
        };
        if !has_source(tag) {
            contents.push(&rest[..end]);
        }
        rest = &rest[end..];
    }
    contents
}

fn find_ignoring_case(text: &str, searched: &str) -> Option<usize> {
    let mut windows = text.as_bytes().windows(searched.len());
    windows.position(|window| window.eq_ignore_ascii_case(searched.as_bytes()))
}

/// Where a tag's `>` stands, which is not one within quotes.
fn end_of_tag(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes().position(|byte| {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
        quote.is_none() && byte == b'>'
    })
}

fn has_source(attributes: &str) -> bool {
    let mut words = attributes.split_ascii_whitespace();
    words.any(|word| {
        let name = word.split('=').next().unwrap_or_default();
        name.eq_ignore_ascii_case("src")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inline_is_found() {
        let page = r#"<!doctype html><html><head>
            <style>a{}</style>
            <script type="module" data-x="a>b">one()</script>
            <SCRIPT>two()</SCRIPT >
            <script src="/app.js"></script>
            <script defer src=/app.js>ignored()</script>
            <scripted>no()</scripted>
            <script></script>"#;
        assert_eq!(inline(page, "script"), ["one()", "two()", ""]);
        assert_eq!(inline(page, "style"), ["a{}"]);
        assert!(inline("<script", "script").is_empty());
        assert!(inline("<script>", "script").is_empty());
    }

    #[test]
    fn it_is_named_by_its_hash() {
        let policy = content_security_policy("<script>alert('Hello, world.');</script>");
        // The example of the CSP specification.
        let hash = "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='";
        assert!(policy.to_str().unwrap().contains(&format!(
            "script-src 'self' 'wasm-unsafe-eval' {hash}; style-src 'self';"
        )));
    }

    #[test]
    fn nothing_unsafe_is_ever_allowed() {
        let policy = content_security_policy("");
        let policy = policy.to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; "));
        assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    }
}

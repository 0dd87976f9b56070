//! `If-None-Match`: what the client has already.

use http::{HeaderMap, HeaderValue, header};

use super::EntityTag;

/// The entity tags that the client has.
#[derive(Clone, Copy)]
pub(crate) struct IfNoneMatch<'a>(&'a HeaderMap);

impl<'a> IfNoneMatch<'a> {
    /// Of a request's headers.
    pub(crate) const fn new(headers: &'a HeaderMap) -> Self {
        Self(headers)
    }

    /// Does the client have what this tag stands for? `*` has whatever there is; a weak tag is as
    /// good as a strong one here (RFC 9110, 13.1.2).
    pub(crate) fn knows(self, tag: &EntityTag) -> bool {
        let values = self.0.get_all(header::IF_NONE_MATCH);
        values.iter().any(|value| has(value, tag.header()))
    }
}

fn has(value: &HeaderValue, tag: &HeaderValue) -> bool {
    // What nearly every client sends: one tag, as it got it.
    if value == tag {
        return true;
    }
    let mut rest = value.as_bytes().trim_ascii();
    if rest == b"*" {
        return true;
    }
    // A tag may contain commas, so the quotes are what separates them.
    loop {
        rest = rest.strip_prefix(b"W/").unwrap_or(rest);
        let Some(end) = rest
            .strip_prefix(b"\"")
            .and_then(|text| text.iter().position(|byte| *byte == b'"'))
        else {
            return false;
        };
        let (one, others) = rest.split_at(end + 2);
        if one == tag.as_bytes() {
            return true;
        }
        let Some(others) = others.trim_ascii_start().strip_prefix(b",") else {
            return false;
        };
        rest = others.trim_ascii_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knows(value: &str) -> bool {
        let tag = EntityTag::of(b"body", None);
        let own = tag.header().to_str().unwrap();
        let mut headers = HeaderMap::new();
        let value = value.replace("OWN", own);
        headers.insert(header::IF_NONE_MATCH, value.parse().unwrap());
        IfNoneMatch::new(&headers).knows(&tag)
    }

    #[test]
    fn one_tag_a_list_a_weak_one_and_any() {
        for value in [
            "OWN",
            "W/OWN",
            "*",
            "\"other\", OWN",
            "\"with, comma\",W/OWN",
            "W/\"a\" , \"b\",OWN , \"c\"",
        ] {
            assert!(knows(value), "{value}");
        }
    }

    #[test]
    fn another_tag_and_nonsense() {
        for value in [
            "\"other\"",
            "\"OWN",
            "other",
            "",
            ",",
            "\"",
            "W/",
            "\"a\" OWN",
            "\"a\",,OWN",
        ] {
            assert!(!knows(value), "{value}");
        }
        let headers = HeaderMap::new();
        assert!(!IfNoneMatch::new(&headers).knows(&EntityTag::of(b"", None)));
    }
}

//! `If-None-Match`: what the client has already. `If-Match`: what it wants changed.

use http::{HeaderMap, HeaderValue, header};
use status_model::Session;

use super::{EntityTag, Snapshot};

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
        values
            .iter()
            .any(|value| has(value, tag.header(), Comparison::Weak))
    }
}

/// The entity tags of which a change wants the session to have one; nothing where any will do.
#[derive(Clone, Debug)]
pub(crate) struct IfMatch(Vec<HeaderValue>);

impl IfMatch {
    /// Of a request's headers.
    pub(crate) fn new(headers: &HeaderMap) -> Self {
        Self(headers.get_all(header::IF_MATCH).iter().cloned().collect())
    }

    /// Is the session as the client has seen it? A weak tag stands for none here (RFC 9110,
    /// 13.1.1), and where there is no session, `*` does not have it.
    pub(crate) fn allows(&self, session: Option<&Session>) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let Some(Ok(snapshot)) = session.map(Snapshot::of) else {
            return false;
        };
        let tag = snapshot.etag.header();
        self.0
            .iter()
            .any(|value| has(value, tag, Comparison::Strong))
    }
}

/// How tags are compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Comparison {
    /// Weak ones are as good as strong ones.
    Weak,
    /// Weak ones are equal to none.
    Strong,
}

fn has(value: &HeaderValue, tag: &HeaderValue, comparison: Comparison) -> bool {
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
        let weak = rest.strip_prefix(b"W/");
        rest = weak.unwrap_or(rest);
        let Some(end) = rest
            .strip_prefix(b"\"")
            .and_then(|text| text.iter().position(|byte| *byte == b'"'))
        else {
            return false;
        };
        let (one, others) = rest.split_at(end + 2);
        let may_be_equal = weak.is_none() || comparison == Comparison::Weak;
        if may_be_equal && one == tag.as_bytes() {
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
    fn a_change_wants_one_of_the_sessions_it_names_and_no_weak_tag() {
        let session = Session::new("s-1".parse().unwrap());
        let own = Snapshot::of(&session).unwrap().etag;
        let own = own.header().to_str().unwrap();
        let allows = |value: &str, session| {
            let mut headers = HeaderMap::new();
            let value = value.replace("OWN", own).parse().unwrap();
            headers.insert(header::IF_MATCH, value);
            IfMatch::new(&headers).allows(session)
        };
        for value in ["OWN", "*", "\"other\", OWN", "W/\"a\",OWN"] {
            assert!(allows(value, Some(&session)), "{value}");
            assert!(!allows(value, None), "{value}");
        }
        for value in ["W/OWN", "\"other\"", "\"a\", W/OWN", "nonsense", ""] {
            assert!(!allows(value, Some(&session)), "{value}");
        }
        let any = IfMatch::new(&HeaderMap::new());
        assert!(any.allows(None) && any.allows(Some(&session)));
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

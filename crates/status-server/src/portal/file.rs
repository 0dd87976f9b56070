//! One file with its compressed forms.

use bytes::Bytes;
use http::HeaderValue;

use super::{encoding::Accepted, policy};
use crate::watch::EntityTag;

/// Its name changes with its content, so that what was once loaded is good for ever.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Asked for again each time, and usually answered with "not modified".
const NEVER_UNASKED: HeaderValue = HeaderValue::from_static("no-cache");
const UNKNOWN: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// A file.
pub(super) struct File {
    pub(super) identity: Form,
    brotli: Option<Form>,
    gzip: Option<Form>,
    pub(super) media_type: HeaderValue,
    pub(super) cache: HeaderValue,
    /// What a browser may do with it, if it is a page.
    pub(super) policy: Option<HeaderValue>,
}

/// A file in one of its encodings.
pub(super) struct Form {
    pub(super) body: Bytes,
    pub(super) etag: EntityTag,
}

impl Form {
    fn new(body: Bytes) -> Self {
        let etag = EntityTag::of(&body, None);
        Self { body, etag }
    }
}

impl File {
    pub(super) fn new(name: &str, body: Bytes, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        let media_type = media_type(name).map_or(UNKNOWN, HeaderValue::from_static);
        let policy = is_page(&media_type)
            .then(|| policy::content_security_policy(&String::from_utf8_lossy(&body)));
        Self {
            policy,
            identity: Form::new(body),
            brotli: brotli.map(Form::new),
            gzip: gzip.map(Form::new),
            media_type,
            cache: if is_hashed(name) {
                FOR_EVER
            } else {
                NEVER_UNASKED
            },
        }
    }

    /// The form that the browser likes best, the smallest of equals, and how it is encoded.
    pub(super) fn form(&self, accepted: Accepted) -> (&Form, Option<HeaderValue>) {
        let forms = [
            (self.brotli.as_ref(), accepted.brotli, Some("br")),
            (self.gzip.as_ref(), accepted.gzip, Some("gzip")),
            (Some(&self.identity), accepted.identity, None),
        ];
        let mut best = (&self.identity, 0, None);
        for (form, quality, encoding) in forms {
            if let Some(form) = form.filter(|_| quality > best.1) {
                best = (form, quality, encoding);
            }
        }
        (best.0, best.2.map(HeaderValue::from_static))
    }
}

/// By the name's extension; nothing for those that the portal has no use for.
pub(super) fn media_type(name: &str) -> Option<&'static str> {
    let (_, extension) = name.rsplit_once('.')?;
    Some(match extension {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

/// Is it the media type of something that a browser shows and runs?
fn is_page(media_type: &HeaderValue) -> bool {
    media_type.as_bytes().starts_with(b"text/html")
}

/// Does the name carry the hash of the content, as in `portal-0123456789abcdef.js` and
/// `portal-0123456789abcdef_bg.wasm`?
fn is_hashed(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap_or(name);
    let Some((stem, _)) = name.rsplit_once('.') else {
        return false;
    };
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    stem.rsplit_once('-').is_some_and(|(_, hash)| {
        let is_hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        hash.len() == 16 && hash.bytes().all(is_hexadecimal)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_named_by_its_content_is_kept_for_ever() {
        for name in [
            "portal-0123456789abcdef.js",
            "trade-status-portal-0123456789abcdef_bg.wasm",
            "style/main-aaaaaaaaaaaaaaaa.css",
        ] {
            assert!(is_hashed(name), "{name}");
        }
        for name in [
            "index.html",
            "config.json",
            "portal.js",
            "portal-0123456789abcde.js",
            "portal-0123456789ABCDEF.js",
            "snippets/leptos-0123456789abcdef/inline0.js",
            "-",
        ] {
            assert!(!is_hashed(name), "{name}");
        }
    }

    #[test]
    fn the_best_form_is_sent() {
        let form = |text: &'static str| Some(Bytes::from_static(text.as_bytes()));
        let whole = File::new("a.js", Bytes::from_static(b"id"), form("br"), form("gz"));
        let sent = |file: &File, brotli, gzip, identity| {
            let accepted = Accepted {
                brotli,
                gzip,
                identity,
            };
            let (form, encoding) = file.form(accepted);
            let encoding = encoding.map(|value| value.to_str().unwrap().to_owned());
            (
                String::from_utf8(form.body.to_vec()).unwrap(),
                encoding.unwrap_or_default(),
            )
        };
        let pair = |body: &str, encoding: &str| (body.to_owned(), encoding.to_owned());
        assert_eq!(sent(&whole, 1000, 1000, 1), pair("br", "br"));
        assert_eq!(sent(&whole, 500, 800, 1), pair("gz", "gzip"));
        assert_eq!(sent(&whole, 0, 0, 1), pair("id", ""));
        assert_eq!(sent(&whole, 500, 0, 1000), pair("id", ""));
        assert_eq!(sent(&whole, 0, 0, 0), pair("id", ""));

        let small = File::new("config.json", Bytes::from_static(b"id"), None, None);
        assert_eq!(sent(&small, 1000, 1000, 1), pair("id", ""));
    }
}

//! The portal's files from inside the program.
//!
//! Any address that is no file and no call is the portal's own: those of the wall display, the
//! comparison and the account are answered with pages that start programs of their own, every other
//! with `index.html`, which finds out what to show. Compressed forms are embedded beside the files, so that nothing
//! is compressed while a browser waits, but for a session's page that brings its first answer along.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `embedded` | the files as they were when the program was built |
//! | `file` | one file with its compressed forms: media type, caching |
//! | `encoding` | which form the browser takes |
//! | `first_answer` | what a session's page asks first, in the page itself |
//! | `policy` | the content security policy, with the hashes of what is inline |

mod embedded;
mod encoding;
mod file;
mod first_answer;
mod policy;

use std::collections::HashMap;

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};

use crate::watch::IfNoneMatch;
use encoding::Accepted;
use file::{File, Form};
pub(crate) use first_answer::FirstAnswer;

pub(crate) const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

/// What a browser may do with a page, beside its content security policy. On what is no page these
/// mean nothing, and would only make every first visit longer.
pub(crate) const PAGE: [(HeaderName, HeaderValue); 3] = [
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        HeaderValue::from_static("require-corp"),
    ),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static(
            "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
             magnetometer=(), microphone=(), midi=(), payment=(), usb=()",
        ),
    ),
];

/// The page that stands for every address but those of [`PROGRAMS`].
const INDEX: &str = "index.html";
/// Programs of their own, by their address and their page.
const PROGRAMS: [(&str, &str); 3] = [
    ("wall", "wall.html"),
    ("compare", "compare.html"),
    ("account", "account.html"),
];
/// Below this an address names a session, whose id may look like a file's name.
const SESSIONS: &str = "sessions/";

const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
/// What a page that brings an answer along depends on. It is kept nowhere.
const BROUGHT_FOR: HeaderValue = HeaderValue::from_static("accept-encoding, sec-fetch-dest");

/// What a program answers that was built without the portal.
const WITHOUT_PORTAL: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>trade-status</title>
<h1>The portal is not in this program</h1>
<p>It was built without it; the status API works all the same and is described at
<a href=\"/api/openapi.json\">/api/openapi.json</a>.
<p>To build a program with the portal inside: <code>cargo xtask dist</code>
";

/// Why the portal has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PortalError {
    /// The address names a file that is not there.
    #[error("no such file")]
    UnknownFile,
    /// Files are read and nothing else.
    #[error("files are only read")]
    Method,
}

/// The portal's files, ready to be sent.
pub struct Portal {
    files: HashMap<String, File>,
}

impl Portal {
    /// The files that this program was built with.
    #[must_use]
    pub fn embedded() -> Self {
        Self::new(embedded::files())
    }

    /// Of files by name, with `/` between directories; `NAME.br` and `NAME.gz` beside `NAME` are
    /// its compressed forms.
    pub fn new(files: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let mut bodies: HashMap<String, Bytes> = files.into_iter().collect();
        let names: Vec<String> = bodies
            .keys()
            .filter(|name| !is_compressed_form(name, &bodies))
            .cloned()
            .collect();
        let mut files = HashMap::with_capacity(names.len());
        for name in names {
            let brotli = bodies.remove(&format!("{name}.br"));
            let gzip = bodies.remove(&format!("{name}.gz"));
            if let Some(body) = bodies.remove(&name) {
                let file = File::new(&name, body, brotli, gzip);
                files.insert(name, file);
            }
        }
        Self { files }
    }

    /// Answers a request for a file or for an address of the portal's own.
    ///
    /// # Errors
    /// See [`PortalError`].
    pub(crate) fn answer(&self, request: &Parts) -> Result<Response, PortalError> {
        if !matches!(request.method, Method::GET | Method::HEAD) {
            return Err(PortalError::Method);
        }
        Ok(match self.file(request.uri.path())? {
            Some(file) => send(file, &request.headers),
            None => without_portal(),
        })
    }

    /// The session, as the address names it, whose page a browser is about to show: such a page can
    /// bring its first answer along.
    pub(crate) fn opened_session<'a>(&self, request: &'a Parts) -> Option<&'a str> {
        let shown_as = request.headers.get(SEC_FETCH_DEST)?;
        if request.method != Method::GET || shown_as != "document" {
            return None;
        }
        let path = request.uri.path().strip_prefix('/')?;
        let session = path.strip_prefix(SESSIONS)?;
        let session = session.strip_suffix('/').unwrap_or(session);
        let is_one = !session.is_empty() && !session.contains('/');
        (is_one && self.files.contains_key(INDEX)).then_some(session)
    }

    /// A session's page that brings its first answer along.
    pub(crate) fn session(&self, first: &FirstAnswer, headers: &HeaderMap) -> Option<Response> {
        let file = self.files.get(INDEX)?;
        let page = first.within(&file.identity.body);
        let (body, encoding) = first_answer::encode(page, Accepted::of(headers)).ok()?;
        let mut response = of(file, body.into(), encoding);
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::VARY, BROUGHT_FOR);
        Some(response)
    }

    /// The file that stands at an address.
    fn file(&self, path: &str) -> Result<Option<&File>, PortalError> {
        let name = path.strip_prefix('/').unwrap_or(path);
        if let Some(file) = self.files.get(name) {
            return Ok(Some(file));
        }
        if !name.starts_with(SESSIONS) && file::media_type(name).is_some() {
            // A page in the place of a script would only be a stranger error.
            return Err(PortalError::UnknownFile);
        }
        let page = PROGRAMS
            .into_iter()
            .find(|(address, _)| name.trim_end_matches('/') == *address)
            .and_then(|(_, page)| self.files.get(page));
        Ok(page.or_else(|| self.files.get(INDEX)))
    }
}

/// Says that the portal's answers, problems among them, are for pages of its own origin.
pub(crate) fn secure(headers: &mut HeaderMap) {
    headers.insert(
        CROSS_ORIGIN_RESOURCE_POLICY,
        HeaderValue::from_static("same-origin"),
    );
}

fn is_compressed_form(name: &str, files: &HashMap<String, Bytes>) -> bool {
    name.strip_suffix(".br")
        .or_else(|| name.strip_suffix(".gz"))
        .is_some_and(|base| files.contains_key(base))
}

fn send(file: &File, headers: &HeaderMap) -> Response {
    let accepted = Accepted::of(headers);
    let (form, encoding) = file.form(accepted);
    let Form { body, etag } = form;
    let mut response = if IfNoneMatch::new(headers).knows(etag) {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        of(file, body.clone(), encoding)
    };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag.header().clone());
    headers.insert(header::CACHE_CONTROL, file.cache.clone());
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

/// A file's content in some form, with what does not depend on the form.
fn of(file: &File, body: Bytes, encoding: Option<HeaderValue>) -> Response {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, file.media_type.clone());
    // What is no page gets the short policy that every answer has.
    if let Some(policy) = &file.policy {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy.clone());
        headers.extend(PAGE);
    }
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, encoding);
    }
    response
}

fn without_portal() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (StatusCode::NOT_FOUND, headers, WITHOUT_PORTAL).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn portal() -> Portal {
        let file = |name: &str| (name.to_owned(), Bytes::from(name.to_owned()));
        Portal::new([
            file("index.html"),
            file("index.html.br"),
            file("wall.html"),
            file("app-0123456789abcdef.js"),
            file("archive.gz"),
        ])
    }

    fn body_at(portal: &Portal, path: &str) -> Option<String> {
        let file = portal.file(path).ok()??;
        Some(String::from_utf8(file.identity.body.to_vec()).unwrap())
    }

    #[test]
    fn an_address_of_the_portal_is_its_page() {
        let portal = portal();
        for path in [
            "/",
            "/wallpaper",
            "/wall/1",
            "/sessions/wall",
            "/sessions/session-1",
            "/sessions/FAB_26933659.pdf",
            "/sessions/app.js",
            "/no/such/page",
            "/index.html",
        ] {
            assert_eq!(
                body_at(&portal, path).as_deref(),
                Some("index.html"),
                "{path}"
            );
        }
    }

    #[test]
    fn the_walls_address_is_its_page_where_there_is_one() {
        let portal = portal();
        for path in ["/wall", "/wall/", "/wall.html"] {
            assert_eq!(body_at(&portal, path).as_deref(), Some("wall.html"));
        }
        let index = ("index.html".to_owned(), Bytes::from("index.html"));
        let without = Portal::new([index]);
        assert_eq!(body_at(&without, "/wall").as_deref(), Some("index.html"));
    }

    #[test]
    fn a_file_is_itself_and_one_that_is_gone_is_no_page() {
        let portal = portal();
        for name in ["app-0123456789abcdef.js", "archive.gz"] {
            assert_eq!(body_at(&portal, &format!("/{name}")).as_deref(), Some(name));
        }
        for path in [
            "/app-fedcba9876543210.js",
            "/app-fedcba9876543210_bg.wasm",
            "/style/old.css",
            "/favicon.ico",
        ] {
            assert!(
                matches!(portal.file(path), Err(PortalError::UnknownFile)),
                "{path}"
            );
        }
    }

    #[test]
    fn a_program_without_the_portal_says_so() {
        let empty = Portal::new([]);
        assert!(matches!(empty.file("/"), Ok(None)));
        assert_eq!(without_portal().status(), StatusCode::NOT_FOUND);
    }
}

//! What a session's page asks first, in the page itself.

use std::{
    io::{self, Write},
    time::{Duration, UNIX_EPOCH},
};

use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::HeaderValue;
use status_model::Timestamp;

use super::encoding::Accepted;
use crate::page::escaped;

/// The answers that a session's page begins with. Their viewer may have them.
pub(crate) struct FirstAnswer {
    /// A session's status, as the call answers it.
    pub(crate) status: Bytes,
    /// Stands for it.
    pub(crate) etag: HeaderValue,
    /// When it was given.
    pub(crate) at: Timestamp,
    /// `config.json`, as the call answers it.
    pub(crate) config: Bytes,
}

impl FirstAnswer {
    /// The page with the answers before its first script, which takes them from there.
    pub(super) fn within(&self, page: &[u8]) -> Vec<u8> {
        const SCRIPT: &[u8] = b"<script";
        let mut windows = page.windows(SCRIPT.len());
        let script = windows.position(|window| window == SCRIPT);
        let (before, after) = page.split_at(script.unwrap_or(page.len()));
        [before, self.blocks().as_bytes(), after].concat()
    }

    /// Blocks of data: a browser runs nothing in them, so the content security policy has no need
    /// to know them.
    fn blocks(&self) -> String {
        let etag = escaped(self.etag.to_str().unwrap_or_default());
        let at = Duration::from_millis(self.at.unix_millis().try_into().unwrap_or(0));
        let at = httpdate::fmt_http_date(UNIX_EPOCH + at);
        let (config, status) = (within_a_script(&self.config), within_a_script(&self.status));
        format!(
            "<script type=\"application/json\" id=\"given-config\">{config}</script>\
             <script type=\"application/json\" id=\"given-status\" data-etag=\"{etag}\" \
             data-date=\"{at}\">{status}</script>"
        )
    }
}

/// JSON that ends no script: where it has a `<`, that stands in a text, and can be written so.
fn within_a_script(json: &[u8]) -> String {
    String::from_utf8_lossy(json).replace('<', "\\u003c")
}

/// The page with gzip where the browser takes that, and how it is encoded. What the files have,
/// brotli of the highest quality, would take longer than it saves.
pub(super) fn encode(
    page: Vec<u8>,
    accepted: Accepted,
) -> io::Result<(Vec<u8>, Option<HeaderValue>)> {
    if accepted.gzip == 0 || accepted.gzip < accepted.identity {
        return Ok((page, None));
    }
    let mut gzip = GzEncoder::new(Vec::with_capacity(page.len() / 3), Compression::default());
    gzip.write_all(&page)?;
    Ok((gzip.finish()?, Some(HeaderValue::from_static("gzip"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: &'static str) -> FirstAnswer {
        FirstAnswer {
            status: Bytes::from_static(status.as_bytes()),
            etag: HeaderValue::from_static("\"e1\""),
            at: Timestamp::from_unix_millis(1_795_336_260_999),
            config: Bytes::from_static(br#"{"statusApi":""}"#),
        }
    }

    #[test]
    fn it_stands_before_the_script_that_takes_it() {
        let page = answer(r#"{"agents":{}}"#).within(b"<title>t</title><script>s()</script>");
        assert_eq!(
            String::from_utf8(page).unwrap(),
            "<title>t</title>\
             <script type=\"application/json\" id=\"given-config\">{\"statusApi\":\"\"}</script>\
             <script type=\"application/json\" id=\"given-status\" data-etag=\"&#34;e1&#34;\" \
             data-date=\"Sun, 22 Nov 2026 08:31:00 GMT\">{\"agents\":{}}</script>\
             <script>s()</script>"
        );
    }

    #[test]
    fn no_text_in_it_ends_the_script_or_begins_another() {
        let status = r#"{"error":"</script><script>alert(1)</script><!-- \u2028"}"#;
        let page = answer(status).within(b"<script>s()</script>");
        let page = String::from_utf8(page).unwrap();
        assert_eq!(page.matches("</script").count(), 3);
        assert_eq!(page.matches("<script").count(), 3);
        assert!(!page.contains("<!--"));
        let (_, block) = page.split_once("GMT\">").unwrap();
        let (block, _) = block.split_once("</script>").unwrap();
        let same = |json| serde_json::from_str::<serde_json::Value>(json).unwrap();
        assert_eq!(same(block), same(status));
    }
}

//! The files as they were when the program was built.

use std::borrow::Cow;

use bytes::Bytes;
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../target/portal"]
#[allow_missing = true]
struct Embedded;

/// Each file with its name; none where the program was built before the portal.
pub(super) fn files() -> impl Iterator<Item = (String, Bytes)> {
    Embedded::iter().filter_map(|name| {
        let body = match Embedded::get(&name)?.data {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => bytes.into(),
        };
        Some((name.into_owned(), body))
    })
}

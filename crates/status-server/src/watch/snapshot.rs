//! An answer as it goes over the wire.

use bytes::Bytes;
use http::HeaderValue;
use serde::Serialize;
use status_model::{Session, api::StatusBody};
use status_store::{Revision, StoreError};
use xxhash_rust::xxh3::{xxh3_128, xxh3_128_with_seed};

/// What a look at the store gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// There is something.
    Found(Snapshot),
    /// There is no such session, or it has expired.
    Missing,
}

/// A body with what its headers say of it. Cloning it copies no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// JSON.
    pub body: Bytes,
    /// Stands for the body and the link.
    pub etag: EntityTag,
    /// The `Link` header, where there is a next page.
    pub link: Option<HeaderValue>,
    /// The session's revision, where it is a session's and has one.
    pub revision: Option<Revision>,
}

impl Snapshot {
    /// Of anything that can be written as JSON.
    ///
    /// # Errors
    /// [`StoreError::Refused`] where it can't: then the store gave what no store may give.
    pub fn new(body: &impl Serialize, link: Option<HeaderValue>) -> Result<Self, StoreError> {
        let body = serde_json::to_vec(body)
            .map_err(|error| StoreError::Refused(format!("not to be written as JSON: {error}")))?;
        Ok(Self {
            etag: EntityTag::of(&body, link.as_ref()),
            body: body.into(),
            link,
            revision: None,
        })
    }

    /// Of a session.
    ///
    /// # Errors
    /// As [`Snapshot::new`].
    pub fn of(session: &Session) -> Result<Self, StoreError> {
        Ok(Self {
            revision: Revision::of(session),
            ..Self::new(&StatusBody::from(session), None)?
        })
    }
}

impl Content {
    /// The entity tag of what was found.
    #[must_use]
    pub const fn etag(&self) -> Option<&EntityTag> {
        match self {
            Self::Found(snapshot) => Some(&snapshot.etag),
            Self::Missing => None,
        }
    }

    pub(super) const fn revision(&self) -> Option<Revision> {
        match self {
            Self::Found(snapshot) => snapshot.revision,
            Self::Missing => None,
        }
    }

    pub(super) fn version(&self) -> Option<u64> {
        self.revision().map(|revision| revision.version)
    }
}

/// A strong entity tag, quoted: two of them are equal where the answers are, byte by byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityTag(HeaderValue);

impl EntityTag {
    /// Of a body and what else the answer says.
    #[must_use]
    pub fn of(body: &[u8], link: Option<&HeaderValue>) -> Self {
        let mut hash = xxh3_128(body);
        if let Some(link) = link {
            #[expect(clippy::cast_possible_truncation, reason = "half of a hash is a seed")]
            let seed = hash as u64;
            hash ^= xxh3_128_with_seed(link.as_bytes(), seed);
        }
        let quoted = format!("\"{hash:032x}\"");
        // Quotes and hexadecimal digits are always a valid value.
        Self(HeaderValue::try_from(quoted).unwrap_or_else(|_| HeaderValue::from_static("\"\"")))
    }

    /// As it stands in the `ETag` header.
    #[must_use]
    pub const fn header(&self) -> &HeaderValue {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_stands_for_the_body_and_the_link() {
        let link = |text| Some(HeaderValue::from_static(text));
        let body = vec!["a"];
        let plain = Snapshot::new(&body, None).unwrap();
        assert_eq!(plain, Snapshot::new(&body, None).unwrap());
        assert_ne!(plain.etag, Snapshot::new(&vec!["b"], None).unwrap().etag);
        let linked = Snapshot::new(&body, link("</1>")).unwrap();
        assert_ne!(plain.etag, linked.etag);
        assert_ne!(
            linked.etag,
            Snapshot::new(&body, link("</2>")).unwrap().etag
        );
    }

    #[test]
    fn a_tag_is_quoted() {
        let tag = EntityTag::of(b"", None);
        let text = tag.header().to_str().unwrap();
        assert_eq!(text.len(), 34);
        assert!(text.starts_with('"') && text.ends_with('"'));
    }
}

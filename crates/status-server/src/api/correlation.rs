//! The id that ties an answer to the log.

use http::{HeaderMap, HeaderName, HeaderValue};

/// The header that brings the id and takes it back.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-correlation-id");

/// The id of a request, in its extensions, for those who go on after its answer has begun.
#[derive(Clone)]
pub(super) struct Id(pub(super) HeaderValue);

impl Id {
    pub(super) fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}

/// Longer ones are not believed.
const MAX_LENGTH: usize = 128;

/// The caller's own id, if it sends one that is harmless in a log, else a new one.
pub(super) fn of(headers: &HeaderMap) -> HeaderValue {
    headers
        .get(HEADER)
        .filter(|value| is_harmless(value.as_bytes()))
        .cloned()
        .unwrap_or_else(new)
}

fn is_harmless(id: &[u8]) -> bool {
    (1..=MAX_LENGTH).contains(&id.len())
        && id
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._:@-".contains(byte))
}

/// One that nobody has yet.
pub(crate) fn new() -> HeaderValue {
    let id = format!("{:032x}", rand::random::<u128>());
    // Hexadecimal digits are always a valid value.
    HeaderValue::try_from(id).unwrap_or_else(|_| HeaderValue::from_static("none"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer_to(sent: &'static str) -> HeaderValue {
        let mut headers = HeaderMap::new();
        headers.insert(HEADER, HeaderValue::from_static(sent));
        of(&headers)
    }

    #[test]
    fn the_callers_id_is_kept() {
        assert_eq!(answer_to("corr_3023-a"), "corr_3023-a");
    }

    #[test]
    fn what_is_no_id_is_replaced_by_a_new_one() {
        for sent in ["", "a b", "a\tlevel=error", "<script>"] {
            let id = answer_to(sent);
            assert_eq!(id.len(), 32, "{sent:?}");
        }
        assert_ne!(of(&HeaderMap::new()), of(&HeaderMap::new()));
    }
}

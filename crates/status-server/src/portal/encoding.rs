//! Which form of a file the browser takes.

use http::{HeaderMap, header};

/// How much a browser likes each form, from 0 (not at all) to 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    pub(super) brotli: u16,
    pub(super) gzip: u16,
    pub(super) identity: u16,
}

impl Accepted {
    /// What the `Accept-Encoding` headers say.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let values = headers.get_all(header::ACCEPT_ENCODING);
        let codings: Vec<(&str, u16)> = values
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(coding)
            .collect();
        let named = |names: &[&str]| {
            let mut codings = codings.iter();
            codings.find_map(|(name, quality)| {
                let is_named = names.iter().any(|known| known.eq_ignore_ascii_case(name));
                is_named.then_some(*quality)
            })
        };
        let others = named(&["*"]);
        Self {
            brotli: named(&["br"]).or(others).unwrap_or(0),
            gzip: named(&["gzip", "x-gzip"]).or(others).unwrap_or(0),
            // Always taken unless refused, and never better than what is asked for by name.
            identity: named(&["identity"])
                .or(others.map(|q| q.min(1)))
                .unwrap_or(1),
        }
    }
}

/// The name and the quality in `br`, `gzip;q=0.8`.
fn coding(text: &str) -> (&str, u16) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let quality = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("q").then_some(value.trim())
    });
    (name, quality.map_or(1000, thousandths))
}

/// A quality such as `0.8`; what is none counts as refused.
fn thousandths(quality: &str) -> u16 {
    let quality = quality.parse::<f32>().unwrap_or(0.0);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within 0 to 1000; what is no number becomes 0"
    )]
    let thousandths = (quality.clamp(0.0, 1.0) * 1000.0).round() as u16;
    thousandths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(value: &str) -> (u16, u16, u16) {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, value.parse().unwrap());
        let Accepted {
            brotli,
            gzip,
            identity,
        } = Accepted::of(&headers);
        (brotli, gzip, identity)
    }

    #[test]
    fn names_and_qualities_are_read() {
        assert_eq!(accepted("gzip, deflate, br, zstd"), (1000, 1000, 1));
        assert_eq!(accepted("GZIP;q=0.8, br;q=0"), (0, 800, 1));
        assert_eq!(accepted("br ; q=0.25"), (250, 0, 1));
        assert_eq!(accepted("*"), (1000, 1000, 1));
        assert_eq!(accepted("*;q=0"), (0, 0, 0));
        assert_eq!(accepted("identity, gzip;q=0.5"), (0, 500, 1000));
        assert_eq!(accepted("br;q=NaN, gzip;q=-3"), (0, 0, 1));
        assert_eq!(accepted(""), (0, 0, 1));
    }

    #[test]
    fn without_the_header_files_go_as_they_are() {
        let none = Accepted::of(&HeaderMap::new());
        assert_eq!((none.brotli, none.gzip, none.identity), (0, 0, 1));
    }
}

//! What tokens and shares are called by.

use std::{fmt, str::FromStr};

use rand::CryptoRng;

/// A short name that says nothing and opens nothing: 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicId(u64);

/// The text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an id: it has 16 hexadecimal digits, as in 0f3a6c1d9b2e4785")]
pub struct InvalidId;

impl PublicId {
    /// So many characters.
    pub const LENGTH: usize = 16;

    /// A new one.
    pub fn new(random: &mut impl CryptoRng) -> Self {
        Self(random.next_u64())
    }
}

impl fmt::Display for PublicId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for PublicId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() != Self::LENGTH || !text.bytes().all(is_digit) {
            return Err(InvalidId);
        }
        u64::from_str_radix(text, 16)
            .map(Self)
            .map_err(|_| InvalidId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_it_is_written() {
        let id = PublicId(0x0123);
        assert_eq!(id.to_string(), "0000000000000123");
        assert_eq!(id.to_string().parse(), Ok(id));
        for text in [
            "",
            "123",
            "000000000000012G",
            "000000000000012A",
            "+000000000000123",
        ] {
            assert_eq!(text.parse::<PublicId>(), Err(InvalidId), "{text}");
        }
    }
}

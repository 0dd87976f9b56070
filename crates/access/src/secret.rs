//! What only its holder has, and what is kept of it.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use rand::CryptoRng;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

/// 32 random bytes: what lets its holder in. It is shown once and kept nowhere.
#[derive(Clone)]
pub struct Secret([u8; 32]);

/// The text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a secret")]
pub struct InvalidSecret;

impl Secret {
    /// A new one.
    pub fn new(random: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; 32];
        random.fill_bytes(&mut bytes);
        Self(bytes)
    }

    /// For its holder alone: 43 characters of base64url.
    #[must_use]
    pub fn text(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What may be kept of it. A slow hash would add nothing: nobody guesses 256 random bits.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest(Sha256::digest(self.0).into())
    }
}

impl FromStr for Secret {
    type Err = InvalidSecret;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        match BASE64_URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            _ => Err(InvalidSecret),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// The SHA-256 of a secret.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest(pub(crate) [u8; 32]);

impl Digest {
    /// Is it that secret's? Takes the same time whatever the answer.
    #[must_use]
    pub fn is_of(&self, secret: &Secret) -> bool {
        self.0.ct_eq(&secret.digest().0).into()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_known_by_its_digest_and_no_other_one_is() {
        let (one, other) = (Secret::new(&mut rand::rng()), Secret::new(&mut rand::rng()));
        assert!(one.digest().is_of(&one.text().parse().unwrap()));
        assert!(!one.digest().is_of(&other));
        assert_eq!(one.text().len(), 43);
    }

    #[test]
    fn a_secret_is_in_no_log() {
        let secret = Secret::new(&mut rand::rng());
        let written = format!("{secret:?} {:?}", secret.digest());
        assert_eq!(written, "Secret(…) Digest(…)");
    }

    #[test]
    fn what_is_no_secret_is_none() {
        let long = "A".repeat(44);
        let padded = format!("{}=", "A".repeat(43));
        for text in [
            "",
            "abc",
            &long,
            &padded,
            &"!".repeat(43),
            &"A".repeat(1_000_000),
        ] {
            assert_eq!(text.parse::<Secret>().unwrap_err(), InvalidSecret);
        }
    }
}

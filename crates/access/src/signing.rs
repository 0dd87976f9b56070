//! Texts that nobody else can have made.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use rand::CryptoRng;
use sha2::Sha256;

/// What HMAC-SHA256 signs with: as long as a block of the hash.
#[derive(Clone)]
pub struct SigningKey([u8; Self::LENGTH]);

/// What a text is signed for: one that is good for this is good for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A link to a session.
    Share,
    /// A sign-in that is under way.
    SignIn,
    /// The entity tag of a redacted session, from which nobody can guess what was removed.
    EntityTag,
}

impl Purpose {
    const fn word(self) -> &'static [u8] {
        match self {
            Self::Share => b"share\0",
            Self::SignIn => b"sign-in\0",
            Self::EntityTag => b"entity-tag\0",
        }
    }
}

impl SigningKey {
    /// So many bytes.
    pub const LENGTH: usize = 64;

    /// A new one.
    pub fn new(random: &mut impl CryptoRng) -> Self {
        let mut bytes = [0; Self::LENGTH];
        random.fill_bytes(&mut bytes);
        Self(bytes)
    }

    pub(crate) const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The signature of a message.
    #[must_use]
    pub fn sign(&self, purpose: Purpose, message: &[u8]) -> [u8; 32] {
        self.mac(purpose, message).finalize().into_bytes().into()
    }

    /// Is it the signature of the message? Takes the same time whatever the answer.
    #[must_use]
    pub fn verify(&self, purpose: Purpose, message: &[u8], signature: &[u8]) -> bool {
        self.mac(purpose, message).verify_slice(signature).is_ok()
    }

    /// The message with its signature, as one text for an address or a cookie. Everybody can read
    /// it.
    #[must_use]
    pub fn seal(&self, purpose: Purpose, message: &[u8]) -> String {
        let mut text = BASE64_URL_SAFE_NO_PAD.encode(message);
        text.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(self.sign(purpose, message), &mut text);
        text
    }

    /// The message of a text that this key has sealed for this purpose; nothing for any other.
    #[must_use]
    pub fn open(&self, purpose: Purpose, text: &str) -> Option<Vec<u8>> {
        let (message, signature) = text.split_once('.')?;
        let message = BASE64_URL_SAFE_NO_PAD.decode(message).ok()?;
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.verify(purpose, &message, &signature)
            .then_some(message)
    }

    fn mac(&self, purpose: Purpose, message: &[u8]) -> Hmac<Sha256> {
        Hmac::<Sha256>::new((&self.0).into())
            .chain_update(purpose.word())
            .chain_update(message)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_is_opened_for_its_purpose_and_by_its_key_alone() {
        let key = SigningKey::new(&mut rand::rng());
        let text = key.seal(Purpose::Share, b"message");
        assert_eq!(key.open(Purpose::Share, &text).unwrap(), b"message");
        assert_eq!(key.open(Purpose::SignIn, &text), None);
        let other = SigningKey::new(&mut rand::rng());
        assert_eq!(other.open(Purpose::Share, &text), None);
        assert_eq!(format!("{key:?}"), "SigningKey(…)");
    }

    #[test]
    fn what_was_changed_is_not_opened() {
        let key = SigningKey::new(&mut rand::rng());
        let text = key.seal(Purpose::Share, b"a message of some length");
        for place in 0..text.len() {
            let mut changed = text.clone().into_bytes();
            changed[place] = if changed[place] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(key.open(Purpose::Share, &changed), None, "{changed}");
        }
        let (message, signature) = text.split_once('.').unwrap();
        for text in [
            "",
            ".",
            message,
            signature,
            &format!("{message}."),
            &format!(".{signature}"),
        ] {
            assert_eq!(key.open(Purpose::Share, text), None, "{text}");
        }
    }
}

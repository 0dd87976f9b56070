//! A sign-in that is under way: it lies in a cookie of the browser that began it, sealed so that
//! nobody else can have made it.

use access::{Purpose, SigningKey};
use serde::{Deserialize, Serialize};
use status_model::Timestamp;

use super::ReturnPath;

/// A sign-in that has been begun.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Attempt {
    /// Comes back with the answer: it was this browser that asked.
    pub state: String,
    /// Stands in the ID token: it was made for this sign-in.
    pub nonce: String,
    /// Proves that the code is redeemed by who asked for it (PKCE).
    pub verifier: String,
    /// Where to go afterwards.
    pub return_path: ReturnPath,
    /// Until when it has to be finished, in milliseconds since 1970.
    pub expires: i64,
}

impl Attempt {
    /// As the value of a cookie.
    pub(super) fn sealed(&self, key: &SigningKey) -> String {
        // Texts and a number can always be written; without them the sign-in would begin anew.
        key.seal(
            Purpose::SignIn,
            &serde_json::to_vec(self).unwrap_or_default(),
        )
    }

    /// Reads a cookie's value; nothing where it is forged, broken or too old.
    pub(super) fn opened(text: &str, key: &SigningKey, now: Timestamp) -> Option<Self> {
        let json = key.open(Purpose::SignIn, text)?;
        let attempt: Self = serde_json::from_slice(&json).ok()?;
        (now.unix_millis() < attempt.expires).then_some(attempt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::LASTS;

    fn now() -> Timestamp {
        Timestamp::from_unix_millis(1_800_000_000_000)
    }

    fn key() -> SigningKey {
        SigningKey::new(&mut rand::rng())
    }

    fn attempt() -> Attempt {
        Attempt {
            state: "state".to_owned(),
            nonce: "nonce".to_owned(),
            verifier: "verifier".to_owned(),
            return_path: ReturnPath::checked("/sessions/s-1?agent=pdfAdapter"),
            expires: (now() + LASTS).unix_millis(),
        }
    }

    #[test]
    fn what_was_sealed_is_read_back_until_it_is_too_old() {
        let key = key();
        let sealed = attempt().sealed(&key);
        assert_eq!(Attempt::opened(&sealed, &key, now()), Some(attempt()));
        assert_eq!(Attempt::opened(&sealed, &key, now() + LASTS), None);
    }

    #[test]
    fn nobody_else_can_have_made_it() {
        let sealed = attempt().sealed(&key());
        assert_eq!(Attempt::opened(&sealed, &key(), now()), None);
        let key = key();
        let share = key.seal(Purpose::Share, &serde_json::to_vec(&attempt()).unwrap());
        assert_eq!(Attempt::opened(&share, &key, now()), None);
        let other = key.seal(Purpose::SignIn, b"{}");
        for broken in ["", ".", "a.b", other.as_str()] {
            assert_eq!(Attempt::opened(broken, &key, now()), None, "{broken}");
        }
    }

    #[test]
    fn it_fits_into_a_cookie() {
        let longest = Attempt {
            state: "x".repeat(43),
            nonce: "x".repeat(43),
            verifier: "x".repeat(128),
            return_path: ReturnPath::checked(&format!("/{}", "x".repeat(1000))),
            ..attempt()
        };
        assert!(longest.sealed(&key()).len() < 3_000);
    }
}

//! A link to one session.

use rand::CryptoRng;
use serde::{Deserialize, Serialize};
use status_model::{Seconds, SessionId, Timestamp};

use crate::{PublicId, Purpose, SigningKey};

/// What is known of a link to one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// What it is called by.
    pub id: PublicId,
    /// The only session that it opens.
    pub session_id: SessionId,
    /// Are error texts and names of documents removed?
    pub is_redacted: bool,
    /// Who made it: [`Identity::key`](crate::Identity::key).
    pub created_by: String,
    /// What people call who made it.
    pub created_by_name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// What the link itself says, for everybody to read and nobody to change.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    id: String,
    session: SessionId,
    /// Unix milliseconds.
    until: i64,
    redacted: bool,
}

impl Share {
    /// The longest that one may be good.
    pub const MAX_LENGTH: Seconds = Seconds::from_secs(30 * 24 * 60 * 60);
    /// How long one is good that says nothing of it.
    pub const USUAL_LENGTH: Seconds = Seconds::from_secs(7 * 24 * 60 * 60);

    /// A new one, good for so long, and at most [`Share::MAX_LENGTH`].
    pub fn new(
        session_id: SessionId,
        is_redacted: bool,
        (created_by, created_by_name): (String, String),
        (now, length): (Timestamp, Seconds),
        random: &mut impl CryptoRng,
    ) -> Self {
        Self {
            id: PublicId::new(random),
            session_id,
            is_redacted,
            created_by,
            created_by_name,
            created_at: now,
            expires_at: now + length.min(Self::MAX_LENGTH),
        }
    }

    /// The text that opens the session. It can be made again at any time.
    #[must_use]
    pub fn link(&self, key: &SigningKey) -> String {
        let claim = Claim {
            id: self.id.to_string(),
            session: self.session_id.clone(),
            until: self.expires_at.unix_millis(),
            redacted: self.is_redacted,
        };
        // Four plain fields can always be written; without them the link would open nothing.
        key.seal(
            Purpose::Share,
            &serde_json::to_vec(&claim).unwrap_or_default(),
        )
    }

    /// Which share a link is of, where this key has signed it. It says nothing of whether the
    /// share is still good.
    #[must_use]
    pub fn id_of(link: &str, key: &SigningKey) -> Option<PublicId> {
        let claim = key.open(Purpose::Share, link)?;
        let claim: Claim = serde_json::from_slice(&claim).ok()?;
        claim.id.parse().ok()
    }

    /// Is it still good?
    #[must_use]
    pub fn is_valid(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_its_share_to_who_has_the_key() {
        let key = SigningKey::new(&mut rand::rng());
        let now = Timestamp::from_unix_millis(0);
        let session: SessionId = "A.b_c:d@e-f".parse().unwrap();
        let by = ("person:a".to_owned(), "Ada".to_owned());
        let length = Seconds::from_secs(60);
        let share = Share::new(session, true, by, (now, length), &mut rand::rng());
        let link = share.link(&key);
        assert_eq!(link, share.link(&key), "the same whenever it is made");
        assert_eq!(Share::id_of(&link, &key), Some(share.id));
        let other = SigningKey::new(&mut rand::rng());
        assert_eq!(Share::id_of(&link, &other), None);
        // An address may have it as it is.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        assert!(link.bytes().all(is_plain), "{link}");
        assert!(share.is_valid(now) && !share.is_valid(share.expires_at));
    }

    #[test]
    fn nobody_makes_a_link_for_longer_than_the_longest_time() {
        let now = Timestamp::from_unix_millis(0);
        let by = (String::new(), String::new());
        let session = "s".parse().unwrap();
        let length = Seconds::from_secs(u64::MAX / 1000);
        let share = Share::new(session, false, by, (now, length), &mut rand::rng());
        assert_eq!(share.expires_at, now + Share::MAX_LENGTH);
    }
}

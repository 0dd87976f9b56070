//! The access file as a running server holds it.
//!
//! Who asks is looked up in memory. What other processes change in the file is seen at the next
//! [`Register::refresh`], which the server calls twice a second.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use rand::CryptoRng;
use status_model::{Role, Seconds, Timestamp};

use crate::{
    AccessFile, Digest, FileError, Identity, OpenError, Person, PublicId, Secret, Share,
    SigningKey, Token, TokenText, token::TokenState,
};

/// When a token was last used is noted again after this.
const NOTED_EVERY: Seconds = Seconds::from_secs(60);
/// What was read longer ago is not believed: somebody may have been locked out since.
const BELIEVED_FOR: Seconds = Seconds::from_secs(60);

/// The access file as a running server holds it.
pub struct Register {
    key: SigningKey,
    file: Mutex<Opened>,
    known: RwLock<Arc<Snapshot>>,
    /// Unix milliseconds.
    refreshed_at: AtomicI64,
}

struct Opened {
    file: AccessFile,
    /// Of what was read last.
    version: i64,
}

/// Who gets in, as it was read last.
#[derive(Default)]
struct Snapshot {
    tokens: HashMap<PublicId, Entry>,
    people: HashMap<Digest, Arc<Person>>,
    shares: HashMap<PublicId, Arc<Share>>,
}

struct Entry {
    token: Arc<Token>,
    usage: Arc<Use>,
}

/// When a token was last used, in Unix milliseconds; the lowest number where it never was.
struct Use {
    last: AtomicI64,
    noted: AtomicI64,
}

impl Use {
    fn new(at: Option<Timestamp>) -> Self {
        let at = at.map_or(i64::MIN, Timestamp::unix_millis);
        Self {
            last: AtomicI64::new(at),
            noted: AtomicI64::new(at),
        }
    }
}

impl Register {
    /// Opens the file; creates it, for its owner alone, where it is missing.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(
        path: &Path,
        now: Timestamp,
        random: &mut impl CryptoRng,
    ) -> Result<Self, OpenError> {
        let failed = |error| match error {
            FileError::Unavailable(source) => OpenError::File {
                path: path.to_owned(),
                source,
            },
            FileError::NameTaken => OpenError::Other {
                path: path.to_owned(),
            },
        };
        let file = AccessFile::open(path, random)?;
        let register = Self {
            key: file.signing_key().map_err(failed)?,
            file: Mutex::new(Opened { file, version: -1 }),
            known: RwLock::default(),
            refreshed_at: AtomicI64::new(i64::MIN),
        };
        register.refresh(now).map_err(failed)?;
        Ok(register)
    }

    /// What links and cookies are signed with.
    #[must_use]
    pub const fn key(&self) -> &SigningKey {
        &self.key
    }

    /// Can anybody get in with what is known so far?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known().tokens.is_empty()
    }

    /// Is what is known too old to be believed? Then nobody is to be let in.
    #[must_use]
    pub fn is_out_of_date(&self, now: Timestamp) -> bool {
        let refreshed_at = self.refreshed_at.load(Ordering::Relaxed);
        now.unix_millis() > refreshed_at.saturating_add(millis(BELIEVED_FOR))
    }

    /// Whose token it is, where it is good.
    #[must_use]
    pub fn token(&self, text: &str, now: Timestamp) -> Option<Identity> {
        let text: TokenText = text.parse().ok()?;
        let known = self.known();
        let Entry { token, usage } = known.tokens.get(&text.id)?;
        let is_good = token.digest.is_of(&text.secret) && token.state(now) == TokenState::Valid;
        if !is_good {
            return None;
        }
        usage.last.fetch_max(now.unix_millis(), Ordering::Relaxed);
        Some(Identity::Token(Arc::clone(token)))
    }

    /// Which display has this token, where it is good. Other roles' tokens are for no cookie.
    #[must_use]
    pub fn display(&self, text: &str, now: Timestamp) -> Option<Identity> {
        self.token(text, now)
            .filter(|identity| identity.role() == Some(Role::Display))
    }

    /// Who has signed in with this secret.
    #[must_use]
    pub fn person(&self, secret: &str, now: Timestamp) -> Option<Identity> {
        let secret: Secret = secret.parse().ok()?;
        let known = self.known();
        let person = known.people.get(&secret.digest())?;
        (now < person.expires_at).then(|| Identity::Person(Arc::clone(person)))
    }

    /// Which share a link is of, where it is good.
    #[must_use]
    pub fn share(&self, link: &str, now: Timestamp) -> Option<Identity> {
        let id = Share::id_of(link, &self.key)?;
        self.share_by_id(id, now).map(Identity::Share)
    }

    /// The share that is called so, where it is good.
    #[must_use]
    pub fn share_by_id(&self, id: PublicId, now: Timestamp) -> Option<Arc<Share>> {
        let known = self.known();
        let share = known.shares.get(&id)?;
        share.is_valid(now).then(|| Arc::clone(share))
    }

    /// Is somebody who was known a while ago still known?
    #[must_use]
    pub fn knows_still(&self, identity: &Identity, now: Timestamp) -> bool {
        let known = self.known();
        match identity {
            Identity::Loopback => true,
            Identity::Token(token) => known
                .tokens
                .get(&token.id)
                .is_some_and(|entry| entry.token.state(now) == TokenState::Valid),
            Identity::Person(person) => {
                now < person.expires_at && known.people.values().any(|known| known == person)
            }
            Identity::Share(share) => known
                .shares
                .get(&share.id)
                .is_some_and(|share| share.is_valid(now)),
        }
    }

    /// The shares that are good, the newest first.
    #[must_use]
    pub fn shares(&self, is_wanted: impl Fn(&Share) -> bool, now: Timestamp) -> Vec<Arc<Share>> {
        let known = self.known();
        let shares = known.shares.values();
        let mut shares: Vec<_> = shares
            .filter(|share| share.is_valid(now) && is_wanted(share))
            .cloned()
            .collect();
        shares.sort_by_key(|share| (std::cmp::Reverse(share.created_at), share.id));
        shares
    }

    /// Somebody has signed in; the secret is for their browser alone.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn sign_in(
        &self,
        person: &Person,
        now: Timestamp,
        random: &mut impl CryptoRng,
    ) -> Result<Secret, FileError> {
        let secret = Secret::new(random);
        self.change(now, |file| file.add_person(&secret.digest(), person))?;
        Ok(secret)
    }

    /// Whoever has signed in with this secret no longer has.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn sign_out(&self, secret: &str, now: Timestamp) -> Result<(), FileError> {
        let Ok(secret) = secret.parse::<Secret>() else {
            return Ok(());
        };
        self.change(now, |file| file.remove_person(&secret.digest()))
    }

    /// Keeps a new share.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn add_share(&self, share: &Share, now: Timestamp) -> Result<(), FileError> {
        self.change(now, |file| file.add_share(share))
    }

    /// Revokes a share.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn revoke_share(&self, id: PublicId, now: Timestamp) -> Result<(), FileError> {
        self.change(now, |file| file.revoke_share(id, now))
    }

    /// Sees what others have changed in the file, and notes there which tokens were used.
    ///
    /// # Errors
    /// Where the file can't be read or written. What was known before holds for a minute.
    pub fn refresh(&self, now: Timestamp) -> Result<(), FileError> {
        let mut opened = self.opened();
        let version = opened.file.version()?;
        if version != opened.version {
            self.read(&opened.file)?;
            opened.version = version;
        }
        self.refreshed_at
            .store(now.unix_millis(), Ordering::Relaxed);
        self.note_use(&opened.file)
    }

    /// Removes people and shares whose time is over.
    ///
    /// # Errors
    /// Where the file can't be written.
    pub fn purge(&self, now: Timestamp) -> Result<(), FileError> {
        self.change(now, |file| file.purge(now))
    }

    /// A change made here counts at once.
    fn change(
        &self,
        now: Timestamp,
        change: impl FnOnce(&AccessFile) -> Result<(), FileError>,
    ) -> Result<(), FileError> {
        let opened = self.opened();
        change(&opened.file)?;
        self.read(&opened.file)?;
        self.refreshed_at
            .store(now.unix_millis(), Ordering::Relaxed);
        Ok(())
    }

    fn read(&self, file: &AccessFile) -> Result<(), FileError> {
        let contents = file.contents()?;
        let before = self.known();
        let entry = |token: Token| {
            let before = before.tokens.get(&token.id);
            let usage = before.map_or_else(
                || Arc::new(Use::new(token.last_used_at)),
                |entry| Arc::clone(&entry.usage),
            );
            let token = Arc::new(token);
            (token.id, Entry { token, usage })
        };
        let people = contents.people.into_iter();
        let shares = contents.shares.into_iter();
        let known = Snapshot {
            tokens: contents.tokens.into_iter().map(entry).collect(),
            people: people.map(|(d, person)| (d, Arc::new(person))).collect(),
            shares: shares.map(|share| (share.id, Arc::new(share))).collect(),
        };
        let mut place = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *place = Arc::new(known);
        Ok(())
    }

    /// The first use is noted at once, then one a minute.
    fn note_use(&self, file: &AccessFile) -> Result<(), FileError> {
        let known = self.known();
        let mut used = Vec::new();
        for (id, Entry { usage, .. }) in &known.tokens {
            let last = usage.last.load(Ordering::Relaxed);
            let noted = usage.noted.load(Ordering::Relaxed);
            if last > noted && last.saturating_sub(noted) >= millis(NOTED_EVERY) {
                used.push((*id, Timestamp::from_unix_millis(last)));
            }
        }
        if used.is_empty() {
            return Ok(());
        }
        file.touch(&used)?;
        for (id, at) in used {
            if let Some(entry) = known.tokens.get(&id) {
                entry.usage.noted.store(at.unix_millis(), Ordering::Relaxed);
            }
        }
        Ok(())
    }

    fn known(&self) -> Arc<Snapshot> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&known)
    }

    fn opened(&self) -> MutexGuard<'_, Opened> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn millis(length: Seconds) -> i64 {
    i64::try_from(length.millis()).unwrap_or(i64::MAX)
}

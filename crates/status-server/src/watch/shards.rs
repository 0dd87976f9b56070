//! The entries by key, and how they are forgotten.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{Watched, entry::Entry};

/// A shard that keeps so many entries that nobody waits for takes no more of them.
const MAX_UNWATCHED: usize = 128;
/// A shard that is full is not swept again before this.
const FULL_FOR: Duration = Duration::from_millis(50);

/// Entries by key, in parts with a lock each. What nobody looks at is forgotten as others come.
pub(super) struct Shards {
    shards: Box<[Mutex<Shard>]>,
    hasher: RandomState,
}

#[derive(Default)]
struct Shard {
    entries: HashMap<Watched, Arc<Entry>>,
    /// It is swept when it has grown to this, so that sweeping costs each newcomer little.
    sweep_at: usize,
    /// The last sweep made no room; until then another would not either.
    full_until: Option<Instant>,
}

impl Shards {
    pub(super) fn new(count: usize) -> Self {
        Self {
            shards: (0..count.max(1)).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
        }
    }

    /// The key's entry, a new one where there is none. `to_wait` for one that changes must reach;
    /// otherwise, where there are too many already, it is the asker's own and forgotten after.
    pub(super) fn entry(&self, key: &Watched, to_wait: bool) -> Arc<Entry> {
        let mut shard = self.shard(key);
        if let Some(entry) = shard.entries.get(key) {
            return Arc::clone(entry);
        }
        let entry = Arc::new(Entry::new(key.clone()));
        if shard.has_room() || to_wait {
            shard.entries.insert(key.clone(), Arc::clone(&entry));
        }
        entry
    }

    /// The key's entry, if somebody has looked at it lately.
    pub(super) fn find(&self, key: &Watched) -> Option<Arc<Entry>> {
        self.shard(key).entries.get(key).map(Arc::clone)
    }

    /// Each entry.
    pub(super) fn for_each(&self, mut act: impl FnMut(&Entry)) {
        for shard in &self.shards {
            for entry in lock(shard).entries.values() {
                act(entry);
            }
        }
    }

    fn shard(&self, key: &Watched) -> MutexGuard<'_, Shard> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "any part of a hash is a hash"
        )]
        let hash = self.hasher.hash_one(key) as usize;
        lock(&self.shards[hash % self.shards.len()])
    }
}

impl Shard {
    /// Is there room for an entry that nobody waits for? Forgets first what is of no more use.
    fn has_room(&mut self) -> bool {
        if self.entries.len() < self.sweep_at.max(MAX_UNWATCHED) {
            return true;
        }
        let now = Instant::now();
        if self.full_until.is_some_and(|time| now < time) {
            return false;
        }
        let mut unwatched = 0;
        self.entries.retain(|_, entry| {
            // Whoever is about to wait for it holds it as well.
            let is_held = Arc::strong_count(entry) > 1;
            let stays = is_held || entry.is_fresh(now);
            unwatched += usize::from(stays && !is_held);
            stays
        });
        let has_room = unwatched < MAX_UNWATCHED;
        self.full_until = (!has_room).then(|| now + FULL_FOR);
        self.sweep_at = self.entries.len() + if has_room { MAX_UNWATCHED } else { 0 };
        has_room
    }
}

/// A lock whose holder panicked is taken all the same: each entry is whole by itself.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::watch::Content;

    fn key(number: usize) -> Watched {
        Watched::Session(format!("s-{number}").parse().unwrap())
    }

    impl Shards {
        fn len(&self) -> usize {
            self.shards.iter().map(|s| lock(s).entries.len()).sum()
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_nobody_looks_at_is_forgotten_and_what_is_waited_for_is_not() {
        let shards = Shards::new(1);
        let waited_for = shards.entry(&key(0), true);
        for number in 1..10_000 {
            shards.entry(&key(number), false);
        }
        assert!(shards.len() <= 2 * MAX_UNWATCHED + 1, "{}", shards.len());
        assert!(Arc::ptr_eq(&waited_for, &shards.entry(&key(0), true)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_fresh_entries_stays_bounded() {
        let shards = Shards::new(1);
        for number in 0..10_000 {
            shards.entry(&key(number), false).tell(Content::Missing);
        }
        assert!(shards.len() <= 2 * MAX_UNWATCHED + 1, "{}", shards.len());
        tokio::time::advance(Duration::from_secs(1)).await;
        shards.entry(&key(10_000), false);
        let is_kept = |number| shards.find(&key(number)).is_some();
        assert!(is_kept(10_000) && !is_kept(0));
    }
}

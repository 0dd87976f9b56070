//! The real store that servers have: a file of its own.

use std::sync::Arc;

use status_store::{SqliteStore, StatusStore};
use tempfile::TempDir;

/// Where a store keeps its sessions; goes with them.
pub struct Place(TempDir);

impl Place {
    /// A new one, still empty.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// One more handle on it.
    pub async fn open(&self) -> Arc<dyn StatusStore> {
        let path = self.0.path().join("status.db");
        std::future::ready(Arc::new(SqliteStore::open(path).unwrap())).await
    }
}

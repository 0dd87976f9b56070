//! The store under test: a file of its own.

use status_store::SqliteStore;
use tempfile::TempDir;

/// The store under test.
pub type Store = SqliteStore;

/// Where a store keeps its sessions; goes with them.
pub struct Place(TempDir);

impl Place {
    /// A new one, still empty.
    pub async fn new() -> Self {
        std::future::ready(Self(tempfile::tempdir().unwrap())).await
    }

    /// By what another process may open it.
    pub fn name(&self) -> String {
        let path = self.0.path().join("store.db");
        path.to_str().unwrap().to_owned()
    }
}

/// One more handle on the store of that name.
pub async fn open(name: &str) -> Store {
    std::future::ready(SqliteStore::open(name).unwrap()).await
}

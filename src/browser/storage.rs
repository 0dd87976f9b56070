//! What this browser keeps between visits. One that keeps nothing makes a choice last as long as
//! the page.

use leptos::prelude::window;
use web_sys::Storage;

/// What is kept under a key.
#[must_use]
pub fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Keeps it.
pub fn set(key: &str, value: &str) {
    if let Some(storage) = storage() {
        _ = storage.set_item(key, value);
    }
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

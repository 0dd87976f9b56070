//! The clipboard.

use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;

/// Puts text on the clipboard; says whether the browser let it.
pub async fn copy(text: &str) -> bool {
    let clipboard = window().navigator().clipboard();
    // Without a secure origin there is no clipboard, whatever the type says.
    if clipboard.is_undefined() {
        return false;
    }
    JsFuture::from(clipboard.write_text(text)).await.is_ok()
}

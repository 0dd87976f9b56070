//! A timer that leaves nothing behind, however often it is set and cleared.

use leptos::prelude::window;
use status_model::Seconds;
use wasm_bindgen::{JsCast, closure::Closure};

/// Runs once, unless it is dropped before.
///
/// It owns its callback: one that the browser owned would be freed when it fires, and never where it
/// is cleared, which most timers of a page that is open for months are.
pub struct Timer {
    handle: i32,
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls back after so long; nothing where the browser sets no timer.
    #[must_use]
    pub fn after(length: Seconds, callback: impl FnOnce() + 'static) -> Option<Self> {
        let callback = Closure::once(callback);
        // The browser's longest is 24 days.
        let millis = i32::try_from(length.millis()).unwrap_or(i32::MAX);
        let handle = window()
            .set_timeout_with_callback_and_timeout_and_arguments_0(
                callback.as_ref().unchecked_ref(),
                millis,
            )
            .ok()?;
        Some(Self {
            handle,
            _callback: callback,
        })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        window().clear_timeout_with_handle(self.handle);
    }
}

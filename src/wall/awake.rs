//! The screen is kept awake where the browser can.

use js_sys::{Function, Promise, Reflect};
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::browser::page;

/// What keeps the screen awake: a `WakeLockSentinel`. The browser takes it back when the page is
/// hidden or the battery is low.
#[derive(Clone, Copy)]
pub(super) struct Awake {
    sentinel: StoredValue<JsValue, LocalStorage>,
}

impl Default for Awake {
    fn default() -> Self {
        Self {
            sentinel: StoredValue::new_local(JsValue::UNDEFINED),
        }
    }
}

impl Awake {
    /// Asks the browser to keep the screen awake, unless it does so already.
    pub(super) fn hold(self) {
        let is_held = self.sentinel.with_value(|sentinel| {
            let released = Reflect::get(sentinel, &"released".into());
            released.is_ok_and(|released| released == JsValue::FALSE)
        });
        if is_held || !page::is_visible() {
            return;
        }
        spawn_local(async move {
            if let Some(request) = request()
                && let Ok(sentinel) = JsFuture::from(request).await
            {
                self.sentinel.set_value(sentinel);
            }
        });
    }
}

/// `navigator.wakeLock.request("screen")`, which web-sys counts as unstable.
fn request() -> Option<Promise> {
    let lock = Reflect::get(&window().navigator(), &"wakeLock".into()).ok()?;
    let request: Function = Reflect::get(&lock, &"request".into())
        .ok()?
        .dyn_into()
        .ok()?;
    request.call1(&lock, &"screen".into()).ok()?.dyn_into().ok()
}

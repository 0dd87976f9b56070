//! What `start.js` prepared before the WebAssembly was there, and what it keeps doing.

use std::cell::RefCell;

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use status_model::Timestamp;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// The property of `window` where `start.js` leaves what the portal takes over.
const START: &str = "portalStart";

/// Where the status API is: an origin, or nothing for the portal's own.
pub async fn status_api() -> String {
    let config = async {
        let config = promise(&start()?, "config")?;
        let config = JsFuture::from(config).await.ok()?;
        Reflect::get(&config, &"statusApi".into()).ok()?.as_string()
    };
    let address = config.await.unwrap_or_default();
    address.trim_end_matches('/').to_owned()
}

/// Shows the next theme, of system, light and dark, and keeps it as this browser's choice.
pub fn next_theme() {
    let next = start().and_then(|start| Reflect::get(&start, &"nextTheme".into()).ok());
    if let Some(next) = next.and_then(|next| next.dyn_into::<Function>().ok()) {
        _ = next.call0(&JsValue::UNDEFINED);
    }
}

/// The answer that was asked for before the portal ran.
pub struct FirstAnswer {
    /// The viewer's time when it was asked for.
    pub sent_at: Timestamp,
    /// The answer; its body has been read already.
    pub response: Response,
    /// Its body.
    pub body: String,
    /// The viewer's time when the body was there.
    pub received_at: Timestamp,
}

thread_local! {
    static FIRST: RefCell<Option<Promise>> =
        RefCell::new(start().and_then(|start| promise(&start, "first")));
}

/// The first answer, once, if it was asked from this address.
pub async fn take_first_answer(url: &str) -> Option<FirstAnswer> {
    let first = FIRST.with_borrow_mut(Option::take)?;
    let first = JsFuture::from(first).await.ok()?;
    let get = |key: &str| Reflect::get(&first, &key.into()).ok();
    if get("url")?.as_string()? != url {
        return None;
    }
    Some(FirstAnswer {
        sent_at: time(&get("sentAt")?)?,
        response: get("answer")?.dyn_into().ok()?,
        body: get("body")?.as_string()?,
        received_at: time(&get("receivedAt")?)?,
    })
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit"
)]
fn time(value: &JsValue) -> Option<Timestamp> {
    Some(Timestamp::from_unix_millis(value.as_f64()? as i64))
}

/// One of the few waiting requests that all tabs of this browser may hold together. Given back when
/// it is dropped.
pub struct Turn(Function);

impl Turn {
    /// Takes one; nothing where other tabs have them all.
    pub async fn take() -> Option<Self> {
        JsFuture::from(call("turn")?)
            .await
            .ok()?
            .dyn_into()
            .ok()
            .map(Self)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        _ = self.0.call0(&JsValue::NULL);
    }
}

/// Goes on in a task of its own, so that the browser can draw and hear in between.
pub async fn next_task() {
    if let Some(task) = call("task") {
        _ = JsFuture::from(task).await;
    }
}

/// What a function of `start.js` promises.
fn call(function: &str) -> Option<Promise> {
    let function: Function = Reflect::get(&start()?, &function.into())
        .ok()?
        .dyn_into()
        .ok()?;
    function.call0(&JsValue::UNDEFINED).ok()?.dyn_into().ok()
}

fn start() -> Option<JsValue> {
    Reflect::get(&window(), &START.into())
        .ok()
        .filter(JsValue::is_object)
}

fn promise(start: &JsValue, key: &str) -> Option<Promise> {
    Reflect::get(start, &key.into()).ok()?.dyn_into().ok()
}

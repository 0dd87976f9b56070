//! What `start.js` prepared before the WebAssembly was there, and the start itself.

use std::cell::RefCell;

use js_sys::{Promise, Reflect};
use leptos::prelude::{document, mount_to, window};
use leptos::view;
use status_model::Timestamp;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{HtmlElement, Response};

use crate::{app::App, client::Client};

/// The property of `window` that `start.js` puts its promises into.
const START: &str = "portalStart";

/// Reads the configuration, removes the skeleton and mounts the portal in its place.
pub fn run() {
    spawn_local(async {
        let client = Client::new(status_api().await);
        let Some(portal) = document().get_element_by_id("portal") else {
            return;
        };
        portal.set_inner_html("");
        if let Ok(portal) = portal.dyn_into::<HtmlElement>() {
            mount_to(portal, move || view! { <App client=client.clone() /> }).forget();
        }
    });
}

/// Where the status API is: an origin, or nothing for the portal's own.
async fn status_api() -> String {
    let config = async {
        let config = promise(&start()?, "config")?;
        let config = JsFuture::from(config).await.ok()?;
        Reflect::get(&config, &"statusApi".into()).ok()?.as_string()
    };
    let address = config.await.unwrap_or_default();
    address.trim_end_matches('/').to_owned()
}

/// The answer that was asked for before the portal ran.
pub struct FirstAnswer {
    /// The viewer's time when it was asked for.
    pub sent_at: Timestamp,
    /// The answer.
    pub response: Response,
}

thread_local! {
    static FIRST: RefCell<Option<Promise>> =
        RefCell::new(start().and_then(|start| promise(&start, "first")));
}

/// The first answer, once, if it was asked from this address.
#[expect(
    clippy::cast_possible_truncation,
    reason = "milliseconds since 1970 fit"
)]
pub async fn take_first_answer(url: &str) -> Option<FirstAnswer> {
    let first = FIRST.with_borrow_mut(Option::take)?;
    let first = JsFuture::from(first).await.ok()?;
    let get = |key: &str| Reflect::get(&first, &key.into()).ok();
    if get("url")?.as_string()? != url {
        return None;
    }
    Some(FirstAnswer {
        sent_at: Timestamp::from_unix_millis(get("sentAt")?.as_f64()? as i64),
        response: get("answer")?.dyn_into().ok()?,
    })
}

fn start() -> Option<JsValue> {
    Reflect::get(&window(), &START.into())
        .ok()
        .filter(JsValue::is_object)
}

fn promise(start: &JsValue, key: &str) -> Option<Promise> {
    Reflect::get(start, &key.into()).ok()?.dyn_into().ok()
}

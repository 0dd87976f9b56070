//! Puts the portal in the place that `index.html` keeps for it.

use leptos::{mount::mount_to, prelude::document, view};
use trade_status_portal::{app::App, client::Client, start};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

fn main() {
    spawn_local(async {
        let client = Client::new(start::status_api().await);
        let Some(portal) = document().get_element_by_id("portal") else {
            return;
        };
        // The skeleton has done its work.
        portal.set_inner_html("");
        if let Ok(portal) = portal.dyn_into::<HtmlElement>() {
            mount_to(portal, move || view! { <App client=client.clone() /> }).forget();
        }
    });
}

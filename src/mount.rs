//! Puts a program in the place that its page keeps for it.

use leptos::{
    mount::mount_to,
    prelude::{AnyView, document},
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use crate::{client::Client, start};

/// Draws in the place that the page keeps for it, as soon as it is known where the status API is.
pub fn mount(program: fn(Client) -> AnyView) {
    spawn_local(async move {
        let client = Client::new(start::status_api().await);
        // The browser has just put the program together: what it shows is a task of its own.
        start::next_task().await;
        let Some(place) = document().get_element_by_id("portal") else {
            return;
        };
        // What a page keeps in its program's place has done its work.
        place.set_inner_html("");
        if let Ok(place) = place.dyn_into::<HtmlElement>() {
            mount_to(place, move || program(client)).forget();
        }
    });
}

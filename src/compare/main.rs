//! Puts the comparison in the place that `compare.html` keeps for it.

use leptos::{mount::mount_to, prelude::document, view};
use trade_status_portal::{browser::page, client::Client, compare::ComparePage, route, start};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

fn main() {
    spawn_local(async {
        let client = Client::new(start::status_api().await);
        let Some(place) = document().get_element_by_id("portal") else {
            return;
        };
        place.set_inner_html("");
        if let Ok(place) = place.dyn_into::<HtmlElement>() {
            let sessions = route::compared(&page::query());
            let zone = route::compared_zone(&page::query());
            mount_to(
                place,
                move || view! { <ComparePage client=client sessions=sessions wanted_zone=zone /> },
            )
            .forget();
        }
    });
}

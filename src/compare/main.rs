//! Puts the comparison in the place that `compare.html` keeps for it.

use leptos::{prelude::IntoAny, view};
use trade_status_portal::{browser::page, compare::ComparePage, mount::mount, route};

fn main() {
    mount(|client| {
        let sessions = route::compared(&page::query());
        let zone = route::compared_zone(&page::query());
        view! { <ComparePage client=client sessions=sessions wanted_zone=zone /> }.into_any()
    });
}

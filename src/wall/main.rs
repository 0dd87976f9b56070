//! Puts the wall display in the place that `wall.html` keeps for it.

use leptos::{prelude::IntoAny, view};
use portal_model::wall_settings::WallSettings;
use trade_status_portal::{browser::page, mount::mount, wall::Wall};

fn main() {
    mount(|client| {
        let (settings, problems) = WallSettings::parse(&page::query());
        view! { <Wall client=client settings=settings problems=problems /> }.into_any()
    });
}

//! Puts the portal in the place that `index.html` keeps for it.

use leptos::{prelude::IntoAny, view};
use trade_status_portal::{app::App, mount::mount};

fn main() {
    mount(|client| view! { <App client=client /> }.into_any());
}

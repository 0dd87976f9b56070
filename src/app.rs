//! Router, contexts, and the frame around every page.

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};

use crate::{
    client::Client,
    components::{
        find::{Find, FindSize},
        zone::{ZoneChoice, ZoneSwitch},
    },
    pages::{not_found::NotFound, session::SessionPage, sessions::SessionsPage},
    route,
};

/// The portal.
#[component]
pub fn App(client: Client) -> impl IntoView {
    let zone = ZoneChoice::restored();
    provide_context(client);
    provide_context(zone);
    view! {
        <Router>
            <Bar zone=zone />
            <main class="page">
                <Routes fallback=NotFound>
                    <Route path=path!("/") view=SessionsPage />
                    <Route path=path!("/sessions/:id") view=SessionPage />
                </Routes>
            </main>
        </Router>
    }
}

/// The bar: home, the search box wherever the page has none of its own, the zone.
#[component]
fn Bar(zone: ZoneChoice) -> impl IntoView {
    let path = use_location().pathname;
    let is_home = Memo::new(move |_| path.with(|path| path == route::HOME));
    view! {
        <header class="bar">
            <a class="bar-name" href=route::HOME>
                "Session status"
            </a>
            {move || (!is_home.get()).then(|| view! { <Find size=FindSize::Small /> })}
            <span class="grow"></span>
            <ZoneSwitch choice=zone />
        </header>
    }
}

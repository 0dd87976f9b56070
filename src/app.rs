//! Router, contexts, and the frame around every page.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    location::Location,
    path,
};

use crate::{
    browser::page,
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
    let location = use_location();
    keep_address(&location);
    let path = location.pathname;
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

/// Keeps the browser's address that of the page.
///
/// The router compares where it goes with a history of its own, and where the two are equal leaves
/// the address as it is. That history differs from the browser's once a search was replaced by its
/// hit, or the viewer went forward or back by more than one page: a link then opened a page under
/// the address of the page before.
fn keep_address(location: &Location) {
    let (path, search) = (location.pathname, location.search);
    let address = Memo::new(move |_| match search.get() {
        query if query.is_empty() => path.get(),
        query => path.get() + "?" + &query,
    });
    Effect::new(move |_| {
        address.track();
        // By then the router has set the address, if it does.
        set_timeout(
            move || page::set_address(&address.get_untracked()),
            Duration::ZERO,
        );
    });
}

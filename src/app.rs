//! Router, contexts, and the frame around every page.

use std::time::Duration;

use leptos::prelude::*;
use leptos_router::{
    components::{FlatRoutes, Route, Router},
    hooks::use_location,
    location::Location,
    path,
};
use portal_model::format::Zone;

use crate::{
    browser::{clock, page},
    client::Client,
    components::{
        copy::LastCopied,
        find::{Find, FindSize},
        keys::Keys,
        theme::ThemeSwitch,
        zone::{ZoneChoice, ZoneSwitch},
    },
    pages::{not_found::NotFound, session::SessionPage, sessions::SessionsPage},
    route, skeleton, staged,
};

/// The portal.
#[component]
pub fn App(client: Client) -> impl IntoView {
    let zone = ZoneChoice::restored();
    provide_context(client);
    provide_context(zone);
    provide_context(LastCopied::nothing());
    skeleton::end_in_time();
    let pages = move || {
        view! {
            <FlatRoutes fallback=NotFound>
                <Route path=path!("/") view=SessionsPage />
                <Route path=path!("/sessions/:id") view=SessionPage />
            </FlatRoutes>
        }
        .into_any()
    };
    view! {
        <Router>
            {staged::in_turn(move || view! { <Bar zone=zone /> }.into_any())}
            <main class="page">{staged::in_turn(pages)}</main>
            <Printed />
        </Router>
    }
}

/// The bar: home, the search box wherever the page has none of its own, the zone.
#[component]
fn Bar(zone: ZoneChoice) -> impl IntoView {
    let location = use_location();
    keep_address(&location);
    let path = location.pathname;
    let query = location.query;
    Effect::new(move |_| {
        // A link says how its times are to be written.
        if let Some(mode) = query.with(route::zone_of) {
            zone.set(mode);
        }
    });
    let is_home = Memo::new(move |_| path.with(|path| path == route::HOME));
    view! {
        <header class="bar">
            <a class="bar-name" data-key="h" href=route::HOME>
                "Session status"
            </a>
            {staged::in_turn(move || {
                let find = || view! { <Find size=FindSize::Small /> }.into_any();
                (move || (!is_home.get()).then(find)).into_any()
            })}
            <span class="grow"></span>
            // A program of its own: the router has to leave it to the browser.
            <a class="bar-link" rel="external" href=route::WALL>
                "Wall"
            </a>
            <a class="bar-link personal" rel="external" href=route::ACCOUNT>
                "Account"
            </a>
            {staged::in_turn(move || {
                view! {
                    <ZoneSwitch choice=zone />
                    <ThemeSwitch />
                    <Keys />
                }
                    .into_any()
            })}
        </header>
    }
}

/// On paper, a page says when it was printed: nothing on it will ever be current again.
#[component]
fn Printed() -> impl IntoView {
    let (at, set_at) = signal(String::new());
    let listener = window_event_listener_untyped("beforeprint", move |_| {
        set_at.set(Zone::Utc.exact(clock::now()));
    });
    on_cleanup(move || listener.remove());
    view! { <p class="printed">"Printed " {at} " by this computer’s clock"</p> }
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

//! `/compare`: two sessions side by side, to see where they differ.
//!
//! A program of its own, so that nobody downloads it who does not compare.

use leptos::prelude::*;
use portal_model::{
    compare_view::compare,
    freshness_view::FreshnessView,
    message::{Message, Subject},
    place::ZoneMode,
};
use status_model::{Session, SessionId};

use crate::{
    browser::page,
    client::Client,
    components::{
        compare::Compare,
        freshness::FreshnessLine,
        message::MessageCard,
        zone::{ZoneChoice, ZoneSwitch},
    },
    live::Live,
    pages::session::source,
    route,
};

/// The page.
#[component]
pub fn ComparePage(
    client: Client,
    /// The two; nothing where the address does not name two.
    sessions: Option<[SessionId; 2]>,
    /// How the address wants times to be written.
    wanted_zone: Option<ZoneMode>,
) -> impl IntoView {
    let zone = ZoneChoice::restored();
    if let Some(mode) = wanted_zone {
        zone.set(mode);
    }
    page::set_title("Comparison");
    let body = if let Some(sessions) = sessions {
        view! { <Compared client=client zone=zone sessions=sessions /> }.into_any()
    } else {
        let message = Message::nothing_to_compare();
        view! { <MessageCard message=message home=route::HOME /> }.into_any()
    };
    view! {
        <header class="bar">
            <a class="bar-name" href=route::HOME>
                "Session status"
            </a>
            <span class="grow"></span>
            <ZoneSwitch choice=zone />
        </header>
        <main class="page">{body}</main>
    }
}

#[component]
fn Compared(client: Client, zone: ZoneChoice, sessions: [SessionId; 2]) -> impl IntoView {
    let columns = sessions
        .clone()
        .map(|id| (id.to_string(), route::session(&id)));
    let [one, other] = sessions.map(|id| {
        let live = Live::follow(client.clone(), source(&id));
        (live, Subject::Session(id))
    });
    let freshness = move |live: Live<Session>| {
        move || {
            let clocks = live.now.get().clocks(zone.zone());
            let view = FreshnessView::new(&live.freshness.get(), clocks);
            let check_again = Callback::new(move |()| live.check_again());
            view! { <FreshnessLine view=view on_check_again=check_again /> }
        }
    };
    let lines = [freshness(one.0), freshness(other.0)].map(IntoAny::into_any);
    let table = move || {
        // The first of the two that is not there says why.
        let missing = [&one, &other]
            .into_iter()
            .find(|(live, _)| live.data.with(Option::is_none));
        if let Some((live, subject)) = missing {
            let clocks = live.now.get().clocks(zone.zone());
            let message = Message::new(subject, &live.freshness.get(), clocks);
            return message
                .map(|message| view! { <MessageCard message=message home=route::HOME /> })
                .into_any();
        }
        let (Some(one_data), Some(other_data)) = (one.0.data.get(), other.0.data.get()) else {
            return ().into_any();
        };
        let groups = compare(
            [&one_data, &other_data],
            one.0.now.get().server,
            zone.zone(),
        );
        view! { <Compare columns=columns.clone() groups=groups /> }.into_any()
    };
    view! {
        <h1>"Comparison"</h1>
        <div class="compare-fresh">{lines.into_iter().collect_view()}</div>
        {table}
    }
}

//! `/`: find a session by any id, and see the recent ones.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use portal_model::{
    freshness_view::FreshnessView,
    list_view::RowView,
    message::{Message, Subject},
    poll::Policy,
};
use serde_json::Value;
use status_model::{SessionId, api::SessionRow, read};

use crate::{
    browser::page,
    client::{self, Client, FetchError},
    components::{
        find::{Find, FindSize},
        freshness::FreshnessLine,
        message::MessageCard,
        rows::Rows,
        zone::ZoneChoice,
    },
    live::{Live, Source},
    route,
};

/// How many rows the page shows.
const ROWS: usize = 50;

/// The page; another search in the address is another list.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let query = use_query_map();
    let search = Memo::new(move |_| query.with(|query| query.get(route::SEARCH)));
    view! {
        <h1 class="heard">"Sessions"</h1>
        <Find size=FindSize::Large />
        {move || {
            let search = search.get().filter(|search| !search.is_empty());
            view! { <Listed search=search /> }
        }}
    }
}

/// The rows of a list, and how many of its elements could not be read.
#[derive(Clone, Debug, Default, PartialEq)]
struct Listing {
    rows: Vec<SessionRow>,
    unreadable: usize,
}

#[component]
fn Listed(search: Option<String>) -> impl IntoView {
    let client = expect_context::<Client>();
    let zone = expect_context::<ZoneChoice>();
    let live = Live::follow(client, source(search.as_deref()));
    page::set_title(search.as_deref().unwrap_or("Sessions"));
    open_single_hit(live, search.is_some());

    let check_again = Callback::new(move |()| live.check_again());
    let freshness = Memo::new(move |_| {
        FreshnessView::new(&live.freshness.get(), live.now.get().clocks(zone.zone()))
    });
    let message = Memo::new(move |_| {
        let clocks = live.now.get().clocks(zone.zone());
        Message::new(&Subject::List, &live.freshness.get(), clocks)
    });
    let rows = Memo::new(move |_| {
        let listing = live.data.get()?;
        let now = live.now.get().server;
        let zone = zone.zone();
        let linked = |row: &SessionRow| {
            (
                RowView::new(row, now, zone),
                route::session(&row.session_id),
            )
        };
        Some((
            listing.rows.iter().map(linked).collect::<Vec<_>>(),
            zone.name(now),
        ))
    });
    let unreadable = Memo::new(move |_| {
        live.data
            .with(|listing| listing.as_ref().map_or(0, |listing| listing.unreadable))
    });
    let title = search.as_ref().map_or_else(
        || "Recent sessions".to_owned(),
        |search| format!("Found for “{search}”"),
    );
    let list = move || match (rows.get(), message.get()) {
        // What there is can't be read, which is said above.
        (Some((rows, _)), _) if rows.is_empty() && unreadable.get() > 0 => ().into_any(),
        (Some((rows, _)), _) if rows.is_empty() => {
            view! { <Empty search=search.clone() /> }.into_any()
        }
        (Some((rows, zone)), _) => view! {
            <section class="card">
                <Rows rows=rows zone=zone />
            </section>
        }
        .into_any(),
        (None, Some(message)) => {
            view! { <MessageCard message=message on_check_again=check_again /> }.into_any()
        }
        (None, None) => view! {
            <div class="late" aria-busy="true">
                <div class="card skeleton-card"></div>
            </div>
        }
        .into_any(),
    };
    view! {
        <div class="sessions-top">
            <h2>{title}</h2>
            {move || {
                view! { <FreshnessLine view=freshness.get() on_check_again=check_again /> }
            }}
        </div>
        {move || {
            let count = unreadable.get();
            (count > 0)
                .then(|| {
                    view! {
                        <p class="notice">
                            {format!("{count} of the list's elements could not be read and are left out.")}
                        </p>
                    }
                })
        }}
        {list}
    }
}

/// A list without rows says why, and what to do.
#[component]
fn Empty(search: Option<String>) -> impl IntoView {
    let Some(search) = search else {
        return view! {
            <section class="card empty">
                <p>"No sessions yet. They appear here as soon as a document enters the pipeline."</p>
            </section>
        }
        .into_any();
    };
    let direct = search.parse::<SessionId>().ok().map(|id| {
        view! {
            <a class="button" href=route::session(&id)>
                "Wait for a session with this id"
            </a>
        }
    });
    view! {
        <section class="card message">
            <h1>"Nothing found"</h1>
            <p>
                {format!("No session, document or correlation id starts with “{search}”. Upper and lower case matter.")}
            </p>
            <div class="ways">
                {direct} <a class="button" href=route::HOME>
                    "Recent sessions"
                </a>
            </div>
        </section>
    }
    .into_any()
}

/// A search with one hit opens it, in the search's place in the history.
fn open_single_hit(live: Live<Listing>, is_search: bool) {
    let navigate = use_navigate();
    Effect::new(move |answered: Option<bool>| {
        let hit = live.data.with(|listing| {
            let rows = &listing.as_ref()?.rows;
            (rows.len() == 1).then(|| rows[0].session_id.clone())
        });
        // Only the first answer opens: a list that shrinks to one row later must not jump.
        let is_first = !answered.unwrap_or(false);
        if let (true, true, Some(hit)) = (is_first, is_search, hit) {
            let options = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate(&route::session(&hit), options);
        }
        live.data.with(Option::is_some)
    });
}

fn source(search: Option<&str>) -> Source<Listing> {
    Source {
        path: match search {
            Some(search) => route::api::find(search, ROWS),
            None => route::api::recent(ROWS),
        },
        read: listing,
        is_final: |_| false,
        last_progress: |_| None,
        policy: Policy::overview(),
    }
}

fn listing(body: &str) -> Result<Listing, FetchError> {
    let Value::Array(elements) = client::json(body)? else {
        return Err(FetchError::Unreadable("the answer is no list".to_owned()));
    };
    let rows: Vec<SessionRow> = elements
        .iter()
        .filter_map(|element| read::row(element).ok())
        .collect();
    Ok(Listing {
        unreadable: elements.len() - rows.len(),
        rows,
    })
}

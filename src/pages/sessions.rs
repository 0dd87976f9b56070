//! `/`: find a session by any id, and see the recent ones.

use std::sync::Arc;

use leptos::{ev, prelude::*};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use portal_model::{
    find::instead_of_search,
    freshness_view::FreshnessView,
    held_list::HeldList,
    list_query::ListQuery,
    list_view::RowView,
    message::{Message, Subject},
    poll::Policy,
    words,
};
use serde_json::Value;
use status_model::{SessionId, api::SessionRow, read};

use crate::{
    browser::page,
    client::{Client, FetchError},
    components::{
        filters::Filters,
        find::{Find, FindSize},
        freshness::FreshnessLine,
        message::MessageCard,
        rows::Rows,
        seen::SeenList,
        zone::ZoneChoice,
    },
    live::{Live, Source},
    route, skeleton, staged,
};

/// How many rows the page shows.
const ROWS: usize = 50;

/// The page; another search, filter or page in the address is another list.
#[component]
pub fn SessionsPage() -> impl IntoView {
    let query = use_query_map();
    let query = Memo::new(move |_| query.with(route::list_query));
    let page = view! {
        <h1 class="heard">"Sessions"</h1>
        <Find size=FindSize::Large />
        {staged::in_turn(move || {
            (move || view! { <Listed query=query.get() /> }.into_any()).into_any()
        })}
    };
    _ = skeleton::end_when_drawn();
    page
}

/// The rows of a list, how many of its elements could not be read, and where it goes on.
#[derive(Clone, Debug, Default, PartialEq)]
struct Listing {
    rows: Vec<SessionRow>,
    unreadable: usize,
    next: Option<String>,
}

#[component]
fn Listed(query: ListQuery) -> impl IntoView {
    let client = expect_context::<Client>();
    let zone = expect_context::<ZoneChoice>();
    let exports =
        ["json", "csv"].map(|format| client.url(&route::api::export_list(&query, format)));
    let live = Live::follow(client, source(&query));
    page::set_title(query.search.as_deref().unwrap_or("Sessions"));
    page::set_icon(None);
    if let (Some(search), true) = (&query.search, query == query.unfiltered()) {
        open_single_hit(live, search.clone());
    }

    let check_again = Callback::new(move |()| live.check_again());
    let freshness =
        move || FreshnessView::new(&live.freshness.get(), live.now.get().clocks(zone.zone()));
    let message = move || {
        let clocks = live.now.get().clocks(zone.zone());
        Message::new(&Subject::List, &live.freshness.get(), clocks)
    };
    // As long as somebody points at a row, or has gone to it, the rows stay where they are.
    let is_held = RwSignal::new(false);
    let shown = Memo::new(move |before: Option<&Option<Arc<HeldList>>>| {
        let listing = live.data.get()?;
        Some(Arc::new(match before {
            Some(Some(before)) if is_held.get() => before.held(&listing.rows),
            _ => HeldList::current(&listing.rows),
        }))
    });
    let rows = move || {
        let list = shown.get()?;
        let now = live.now.get().server;
        let zone = zone.zone();
        let rows = list.rows.iter().map(|held| {
            let view = RowView::new(&held.row, held.is_gone, now, zone);
            (view, route::session(&held.row.session_id))
        });
        Some((rows.collect::<Vec<_>>(), zone.name(now)))
    };
    let waiting = move || shown.with(|list| list.as_ref().map_or(0, |list| list.waiting));
    let of_listing = move |read: fn(&Listing) -> usize| {
        live.data
            .with(|listing| listing.as_ref().map_or(0, |listing| read(listing)))
    };
    let unreadable = move || of_listing(|listing| listing.unreadable);
    let next = Memo::new(move |_| live.data.with(|listing| listing.as_ref()?.next.clone()));

    let title = query.title();
    let filters = query.clone();
    let pages = query.clone();
    let is_home = query == ListQuery::default();
    let list = move || match (rows(), message()) {
        // What there is can't be read, which is said above.
        (Some((rows, _)), _) if rows.is_empty() && unreadable() > 0 => ().into_any(),
        (Some((rows, _)), _) if rows.is_empty() => {
            view! { <Empty query=query.clone() /> }.into_any()
        }
        (Some((rows, zone)), _) => view! {
            <section
                class="card"
                on:pointerenter=move |_| is_held.set(true)
                on:pointerleave=move |_| is_held.set(false)
                on:focusin=move |_| is_held.set(true)
                on:focusout=move |_: ev::FocusEvent| is_held.set(false)
            >
                <Rows rows=rows zone=zone />
            </section>
        }
        .into_any(),
        (None, Some(message)) => {
            view! { <MessageCard message=message on_check_again=check_again /> }.into_any()
        }
        (None, None) => view! {
            <div class="late" aria-busy="true">
                <p class="heard">"Loading"</p>
                <div class="card skeleton-card"></div>
            </div>
        }
        .into_any(),
    };
    view! {
        {is_home.then(|| view! { <SeenList /> }.into_any())}
        <div class="sessions-top">
            <h2>{title}</h2>
            {move || {
                let count = waiting();
                (count > 0)
                    .then(|| {
                        view! {
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| is_held.set(false)
                            >
                                {format!("Show {count} more")}
                            </button>
                        }.into_any()
                    })
            }} <span class="grow"></span>
            {move || {
                view! { <FreshnessLine view=freshness() on_check_again=check_again /> }.into_any()
            }}
        </div>
        <Filters query=filters now=Callback::new(move |()| live.now.get_untracked().server) />
        {move || {
            let count = unreadable();
            (count > 0)
                .then(|| {
                    view! {
                        <p class="notice">
                            {format!("{count} of the list's elements could not be read and are left out.")}
                        </p>
                    }.into_any()
                })
        }}
        {list}
        <Pages query=pages next=next exports=exports />
    }
}

/// The ways to other pages of the list, and to all of it.
#[component]
fn Pages(query: ListQuery, next: Memo<Option<String>>, exports: [String; 2]) -> impl IntoView {
    let first = query.cursor.is_some().then(|| {
        view! {
            <a class="button" data-key="b" href=route::list(&query.first_page())>
                "Newest"
            </a>
        }
        .into_any()
    });
    let [json, csv] = exports;
    let older = move || {
        let cursor = next.get()?;
        let older = ListQuery {
            cursor: Some(cursor),
            ..query.clone()
        };
        Some(view! {
            <a class="button" data-key="n" href=route::list(&older)>
                "Older"
            </a>
        })
    };
    view! {
        <nav class="pages" aria-label="Pages">
            {first} {older} <span class="grow"></span> <span class="small muted">"The whole list as"</span>
            <a class="button" rel="external" download="" href=csv>
                "CSV"
            </a> <a class="button" rel="external" download="" href=json>
                "JSON"
            </a>
        </nav>
    }
}

/// A list without rows says why, and what to do.
#[component]
fn Empty(query: ListQuery) -> impl IntoView {
    if query.search.is_none() && !query.is_filtered() && query.cursor.is_none() {
        return view! {
            <section class="card empty">
                <p>{words::NO_SESSIONS}</p>
            </section>
        }
        .into_any();
    }
    let text = words::nothing_found(query.search.as_deref(), query.is_filtered());
    let direct = query.search.as_ref().and_then(|search| {
        let id = search.parse::<SessionId>().ok()?;
        Some(view! {
            <a class="button" href=route::session(&id)>
                "Wait for a session with this id"
            </a>
        })
    });
    let unfiltered = query.is_filtered().then(|| {
        view! {
            <a class="button" href=route::list(&query.unfiltered())>
                "Without filters"
            </a>
        }
        .into_any()
    });
    view! {
        <section class="card message">
            <h1>"Nothing found"</h1>
            <p>{text}</p>
            <div class="ways">
                {direct} {unfiltered} <a class="button" href=route::HOME>
                    "Recent sessions"
                </a>
            </div>
        </section>
    }
    .into_any()
}

/// A search with one hit opens it, in the search's place in the history; one that the table can't
/// make opens what it would be if it were a whole id.
fn open_single_hit(live: Live<Listing>, search: String) {
    let navigate = use_navigate();
    Effect::new(move |answered: Option<bool>| {
        let hit = live.data.with(|listing| {
            let rows = &listing.as_ref()?.rows;
            (rows.len() == 1).then(|| rows[0].session_id.clone())
        });
        let failure = live.freshness.with(|freshness| freshness.failure);
        let hit = hit.or_else(|| instead_of_search(&search, failure));
        // Only the first answer opens: a list that shrinks to one row later must not jump.
        let is_first = !answered.unwrap_or(false);
        if let (true, Some(hit)) = (is_first, hit) {
            let options = NavigateOptions {
                replace: true,
                ..NavigateOptions::default()
            };
            navigate(&route::session(&hit), options);
        }
        live.data.with(Option::is_some)
    });
}

fn source(query: &ListQuery) -> Source<Listing> {
    Source {
        path: route::api::list(query, ROWS),
        read: listing,
        is_final: |_| false,
        last_progress: |_| None,
        policy: Policy::overview(),
    }
}

fn listing(body: &Value, next: Option<&str>) -> Result<Listing, FetchError> {
    let Value::Array(elements) = body else {
        return Err(FetchError::Unreadable("the answer is no list".to_owned()));
    };
    let rows: Vec<SessionRow> = elements
        .iter()
        .filter_map(|element| read::row(element).ok())
        .collect();
    Ok(Listing {
        unreadable: elements.len() - rows.len(),
        rows,
        next: next.map(ToOwned::to_owned),
    })
}

//! `/sessions/{id}`: one session, live until it is final.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use portal_model::{
    freshness_view::FreshnessView,
    mark::Mark,
    message::{Message, Subject},
    poll::Policy,
    session_view::{Context, SessionView},
};
use status_model::{Session, SessionId, api::UsualDurations, read, truth};
use web_sys::AbortController;

use crate::{
    browser::page,
    client::{self, Ask, Client, FetchError},
    components::{
        agents::Agents, facts::Facts, freshness::FreshnessLine, head::Head, message::MessageCard,
        timeline::Timeline, tokens::Tokens, zone::ZoneChoice,
    },
    live::{Live, Source},
    route,
};

/// The page; another id in the address is another page.
#[component]
pub fn SessionPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    move || match id.get().parse::<SessionId>() {
        Ok(id) => view! { <Followed id=id /> }.into_any(),
        Err(error) => {
            page::set_title("Not a session id");
            let message = Message {
                mark: Mark::Unknown,
                title: "Not a session id".to_owned(),
                text: format!("The address names no session: {error}."),
                can_check_again: false,
            };
            view! { <MessageCard message=message home=route::HOME /> }.into_any()
        }
    }
}

#[component]
fn Followed(id: SessionId) -> impl IntoView {
    let client = expect_context::<Client>();
    let zone = expect_context::<ZoneChoice>();
    let live = Live::follow(client.clone(), source(&id));
    let is_there = Memo::new(move |_| live.data.with(Option::is_some));
    page::set_title(id.as_str());

    let check_again = Callback::new(move |()| live.check_again());
    let link = page::origin() + &route::session(&id);
    let subject = Subject::Session(id);
    let message = Memo::new(move |_| {
        let clocks = live.now.get().clocks(zone.zone());
        Message::new(&subject, &live.freshness.get(), clocks)
    });
    let without_data = move || match message.get() {
        Some(message) => view! {
            <MessageCard message=message on_check_again=check_again home=route::HOME />
        }
        .into_any(),
        None => view! { <Loading /> }.into_any(),
    };
    view! {
        <Show when=move || is_there.get() fallback=without_data>
            <Shown live=live link=link.clone() on_check_again=check_again />
        </Show>
    }
}

/// What stands in the page's place until there is data; seen only if that takes long.
#[component]
fn Loading() -> impl IntoView {
    view! {
        <div class="late" aria-busy="true">
            <p class="heard">"Loading"</p>
            <div class="skeleton skeleton-title"></div>
            <div class="skeleton skeleton-line"></div>
            <div class="card skeleton-card"></div>
        </div>
    }
}

#[component]
fn Shown(live: Live<Session>, link: String, on_check_again: Callback<()>) -> impl IntoView {
    let zone = expect_context::<ZoneChoice>();
    let usual = usual_durations(live);
    let view = Memo::new(move |_| {
        let session = live.data.get()?;
        let usual = usual.get();
        let context = Context {
            now: live.now.get().server,
            zone: zone.zone(),
            usual: &usual,
        };
        Some(SessionView::new(&session, context))
    });
    // A part is drawn again only when it says something else.
    let header = Memo::new(move |_| view.with(|view| Some(view.as_ref()?.header.clone())));
    let warnings = Memo::new(move |_| view.with(|view| Some(view.as_ref()?.warnings.clone())));
    let timeline = Memo::new(move |_| view.with(|view| view.as_ref()?.timeline.clone()));
    let agents = Memo::new(move |_| view.with(|view| Some(view.as_ref()?.agents.clone())));
    let tokens = Memo::new(move |_| view.with(|view| Some(view.as_ref()?.tokens.clone())));
    let facts = Memo::new(move |_| view.with(|view| Some(view.as_ref()?.facts.clone())));
    let title = Memo::new(move |_| header.with(|header| Some(header.as_ref()?.page_title.clone())));
    let freshness = Memo::new(move |_| {
        FreshnessView::new(&live.freshness.get(), live.now.get().clocks(zone.zone()))
    });
    Effect::new(move |_| {
        if let Some(title) = title.get() {
            page::set_title(&title);
        }
    });
    view! {
        {move || header.get().map(|view| view! { <Head view=view link=link.clone() /> })}
        <div class="freshness">
            {move || {
                view! { <FreshnessLine view=freshness.get() on_check_again=on_check_again /> }
            }}
        </div>
        <p class="heard" role="status">
            {move || title.get()}
        </p>
        {move || {
            let warnings = warnings.get().filter(|warnings| !warnings.is_empty());
            warnings.map(|warnings| view! { <Warnings warnings=warnings /> })
        }}
        {move || timeline.get().map(|view| view! { <Timeline view=view /> })}
        <div class="columns">
            {move || agents.get().map(|agents| view! { <Agents agents=agents /> })}
            <aside class="card" aria-label="Tokens and attributes">
                {move || tokens.get().map(|view| view! { <Tokens view=view /> })}
                {move || facts.get().map(|facts| view! { <Facts facts=facts /> })}
            </aside>
        </div>
    }
}

#[component]
fn Warnings(warnings: Vec<String>) -> impl IntoView {
    let warnings = warnings
        .into_iter()
        .map(|warning| view! { <li class="notice">{warning}</li> })
        .collect_view();
    view! { <ul class="notice-list">{warnings}</ul> }
}

fn source(id: &SessionId) -> Source<Session> {
    Source {
        path: route::api::status(id),
        read: |body| {
            read::session(&client::json(body)?)
                .map_err(|error| FetchError::Unreadable(error.to_string()))
        },
        is_final: |session| session.overall_status.is_final(),
        last_progress: truth::last_progress,
        policy: Policy::session(),
    }
}

/// What agents usually take: asked for once, and only if the session runs while somebody looks.
/// Without an answer nothing is called usual.
fn usual_durations(live: Live<Session>) -> ReadSignal<Arc<UsualDurations>> {
    let client = expect_context::<Client>();
    let (usual, set_usual) = signal(Arc::new(UsualDurations::default()));
    let is_running = Memo::new(move |_| {
        live.data.with(|session| {
            session
                .as_ref()
                .is_some_and(|s| !s.overall_status.is_final())
        })
    });
    Effect::new(move |asked: Option<bool>| {
        let asked = asked.unwrap_or(false);
        if asked || !is_running.get() {
            return asked;
        }
        let client = client.clone();
        spawn_local(async move {
            let Ok(controller) = AbortController::new() else {
                return;
            };
            let ask = Ask {
                path: route::api::USUAL_DURATIONS.to_owned(),
                ..Ask::default()
            };
            let answer = client.get(&ask, &controller.signal()).await;
            let body = answer.ok().and_then(|answer| answer.body);
            if let Some(known) = body.and_then(|body| client::json(&body).ok()) {
                // The page may be gone by now.
                _ = set_usual.try_set(Arc::new(read::usual_durations(&known)));
            }
        });
        true
    });
    usual
}

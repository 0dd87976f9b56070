//! `/sessions/{id}`: one session, live until it is final.

use std::{sync::Arc, time::Duration};

use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::{use_params_map, use_query_map};
use portal_model::{
    find::Pasted,
    freshness_view::FreshnessView,
    message::{Message, Subject},
    place::Place,
    poll::Policy,
    report::{Origin, report},
    session_view::{Context, SessionView, Windows},
};
use status_model::{Session, SessionId, api::UsualDurations, read, truth};
use web_sys::AbortController;

use crate::{
    browser::{json, notification, page},
    client::{self, Ask, Client, FetchError},
    components::{
        actions::{self, Actions},
        agents::Agents,
        facts::Facts,
        freshness::FreshnessLine,
        head::Head,
        message::MessageCard,
        seen,
        timeline::Timeline,
        tokens::Tokens,
        zone::ZoneChoice,
    },
    live::{Live, Source},
    route, skeleton, staged,
};

/// The page; another id in the address is another page.
#[component]
pub fn SessionPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    move || match id.get().parse::<SessionId>() {
        Ok(id) => view! { <Followed id=id /> }.into_any(),
        Err(error) => {
            let message = Message::not_an_id(error);
            page::set_title(&message.title);
            skeleton::end();
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
    page::set_icon(None);

    let check_again = Callback::new(move |()| live.check_again());
    let subject = Subject::Session(id.clone());
    let message = move || {
        let clocks = live.now.get().clocks(zone.zone());
        Message::new(&subject, &live.freshness.get(), clocks)
    };
    let without_data = move || match message() {
        Some(message) => {
            skeleton::end();
            view! { <MessageCard message=message on_check_again=check_again home=route::HOME /> }
                .into_any()
        }
        None => view! { <Loading /> }.into_any(),
    };
    move || {
        if is_there.get() {
            view! { <Shown live=live id=id.clone() on_check_again=check_again /> }.into_any()
        } else {
            without_data()
        }
    }
}

/// What stands in the page's place until there is data; seen only if that takes long.
#[component]
fn Loading() -> impl IntoView {
    view! {
        <div class="late" aria-busy="true">
            <h1 class="heard">"Loading"</h1>
            <div class="skeleton skeleton-title"></div>
            <div class="skeleton skeleton-line"></div>
            <div class="card skeleton-card"></div>
        </div>
    }
}

#[component]
fn Shown(live: Live<Session>, id: SessionId, on_check_again: Callback<()>) -> impl IntoView {
    let zone = expect_context::<ZoneChoice>();
    let query = use_query_map();
    let place = Memo::new(move |_| query.with(route::place_of));
    let focus = move || {
        let place = place.get();
        Some((place.agent?, place.attempt))
    };
    let usual = usual_durations(live);
    let windows = RwSignal::new(Windows::default());
    let view = Memo::new(move |_| {
        let session = live.data.get()?;
        let usual = usual.get();
        let context = Context {
            now: live.now.get().server,
            zone: zone.zone(),
            usual: &usual,
            windows: windows.get(),
            focus: focus(),
        };
        Some(Arc::new(SessionView::new(&session, context)))
    });
    let freshness =
        move || FreshnessView::new(&live.freshness.get(), live.now.get().clocks(zone.zone()));
    let announced = announce(live, view, id.clone());
    let actions = actions(live, &id, place, announced.is_told);
    let shown = view! {
        <div class="top">
            {staged::in_turn(move || {
                (move || with(view, |view| view! { <Head view=view.header.clone() /> }.into_any()))
                    .into_any()
            })}
            {staged::in_turn(move || view! { <Actions session=actions.clone() /> }.into_any())}
        </div>
        <div class="freshness">
            {move || {
                view! { <FreshnessLine view=freshness() on_check_again=on_check_again /> }
            }}
        </div>
        <p class="heard" role="status">
            {move || announced.title.get()}
        </p>
        <Parts view=view windows=windows />
    };
    go_to(place, skeleton::end_when_drawn());
    shown
}

/// What the page shows, once there is something.
type Viewed = Memo<Option<Arc<SessionView>>>;

fn with(view: Viewed, draw: fn(&SessionView) -> AnyView) -> Option<AnyView> {
    view.with(|view| view.as_deref().map(draw))
}

/// Warnings, timeline, agents, tokens, attributes. All of them are put together anew whenever one
/// says something else; on the page only that changes.
#[component]
fn Parts(view: Viewed, windows: RwSignal<Windows>) -> impl IntoView {
    view! {
        {move || {
            with(
                view,
                |view| {
                    let warnings = Some(view.warnings.clone()).filter(|w| !w.is_empty());
                    warnings
                        .map(|warnings| view! { <Warnings warnings=warnings /> }.into_any())
                        .into_any()
                },
            )
        }}
        {staged::in_turn(move || {
            (move || with(
                view,
                |view| {
                    let timeline = view.timeline.clone();
                    timeline.map(|view| view! { <Timeline view=view /> }.into_any()).into_any()
                },
            )).into_any()
        })}
        <Columns view=view windows=windows />
    }
}

#[component]
fn Columns(view: Viewed, windows: RwSignal<Windows>) -> impl IntoView {
    view! {
        <div class="columns">
            {staged::in_turn(move || {
                let agents = move || view.with(|view| view.as_ref().map(|view| view.agents.clone()));
                (move || {
                    agents()
                        .map(|agents| view! { <Agents agents=agents windows=windows /> }.into_any())
                })
                    .into_any()
            })}
            {staged::in_turn(move || {
                view! {
                    <aside class="card" aria-label="Tokens and attributes">
                        {move || {
                            with(
                                view,
                                |view| {
                                    view! {
                                        <Tokens view=view.tokens.clone() />
                                        <Facts facts=view.facts.clone() />
                                    }
                                        .into_any()
                                },
                            )
                        }}
                    </aside>
                }
                    .into_any()
            })}
        </div>
    }
}

/// What is told of a session beside what the page shows.
struct Announced {
    /// What a screen reader is told, and the tab.
    title: Memo<Option<String>>,
    /// Does the viewer want to be told when it ends?
    is_told: RwSignal<bool>,
}

/// Keeps title and icon, remembers the session, and tells the viewer who wants to be told.
fn announce(live: Live<Session>, view: Viewed, id: SessionId) -> Announced {
    let title =
        Memo::new(move |_| view.with(|view| Some(view.as_ref()?.header.page_title.clone())));
    let is_told = RwSignal::new(false);
    Effect::new(move |_| live.want_notice(is_told.get()));
    Effect::new(move |was_running: Option<Option<bool>>| {
        let title = title.get()?;
        page::set_title(&title);
        let is_running = view.with_untracked(|view| {
            let header = &view.as_ref()?.header;
            page::set_icon(Some(header.state.mark));
            seen::remember(&id, &header.title);
            Some(!header.is_final)
        })?;
        if was_running == Some(Some(true)) && !is_running && is_told.get_untracked() {
            notification::show(&title, id.as_str());
        }
        Some(is_running)
    });
    Announced { title, is_told }
}

/// Brings the place that the address names onto the screen, once the page is drawn and whenever it
/// changes.
fn go_to(place: Memo<Place>, is_drawn: ReadSignal<bool>) {
    Effect::new(move |_| {
        let place = place.get();
        let Some(agent) = place.agent.filter(|_| is_drawn.get()) else {
            return;
        };
        let element = match place.attempt {
            Some(number) => format!("attempt-{agent}-{number}"),
            None => format!("agent-{agent}"),
        };
        // By then it is drawn.
        set_timeout(move || page::go_to(&element), Duration::ZERO);
    });
}

/// What can be done with the session.
fn actions(
    live: Live<Session>,
    id: &SessionId,
    place: Memo<Place>,
    is_told: RwSignal<bool>,
) -> actions::Session {
    let client = expect_context::<Client>();
    let zone = expect_context::<ZoneChoice>();
    let id = id.clone();
    let here = id.clone();
    let link = Callback::new(move |()| {
        let place = place.get_untracked();
        page::origin() + &route::place(&here, &place, Some(untrack(|| zone.mode())))
    });
    let here = id.clone();
    let report = Callback::new(move |()| {
        let Some(session) = live.data.get_untracked() else {
            return String::new();
        };
        let origin = Origin {
            link: &(page::origin() + &route::session(&here)),
            portal_version: env!("CARGO_PKG_VERSION"),
            as_of: live.now.get_untracked().server,
        };
        report(&session, origin)
    });
    let json = Callback::new(move |()| {
        live.body()
            .map(|body| json::indented(&body))
            .unwrap_or_default()
    });
    let here = id.clone();
    let compare = Callback::new(move |pasted: String| {
        let with = Pasted::read(&pasted).session();
        if let Some(with) = &with {
            page::leave_for(&route::compare([&here, with]));
        }
        with.is_some()
    });
    actions::Session {
        link,
        report,
        json,
        json_page: client.url(&route::api::status(&id)),
        files: [("Download JSON", "json"), ("Download CSV", "csv")]
            .map(|(what, format)| (what, client.url(&route::api::export(&id, format))))
            .to_vec(),
        share: route::share(&id),
        compare,
        is_running: Memo::new(move |_| {
            live.data.with(|session| {
                let session = session.as_ref();
                session.is_some_and(|session| !session.overall_status.is_final())
            })
        }),
        is_told,
    }
}

#[component]
fn Warnings(warnings: Vec<String>) -> impl IntoView {
    let warnings = warnings
        .into_iter()
        .map(|warning| view! { <li class="notice">{warning}</li> }.into_any())
        .collect_view();
    view! { <ul class="notice-list">{warnings}</ul> }
}

/// A session, followed until it is final.
pub(crate) fn source(id: &SessionId) -> Source<Session> {
    Source {
        path: route::api::status(id),
        read: |body, _| {
            read::session(body).map_err(|error| FetchError::Unreadable(error.to_string()))
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

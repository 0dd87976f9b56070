//! The top line, the alarm, and the line of notes.

use leptos::prelude::*;
use portal_model::{
    wall_view::{BEATS, PageView, WallView},
    words,
};
use status_model::Timestamp;

use super::{part, release::Release, sound::Sound};
use crate::{components::mark::Shape, route};
use portal_model::mark::Mark;

/// Clock, scope, the mark that proves life, the age of the data.
#[component]
pub(super) fn Top(shown: Memo<WallView>) -> impl IntoView {
    let clock = part(shown, |view| view.clock.clone());
    let scope = part(shown, |view| view.scope.clone());
    let age = part(shown, |view| (view.age.tone, view.age.text.clone()));
    view! {
        <header class="top">
            <a class="clock" href=route::HOME title="To the sessions">
                {clock}
            </a>
            <span class="scope">{scope}</span>
            <span class="grow"></span>
            <span class=move || format!("age age-{}", age.get().0.name())>
                <Life shown=shown />
                <span class="age-text">{move || age.get().1}</span>
            </span>
        </header>
    }
}

/// Twelve dots in a ring, of which the program lights the next one every second. Nothing moves but
/// by its hand: an animation would go on after its death, and keep the machine busy.
#[component]
fn Life(shown: Memo<WallView>) -> impl IntoView {
    let beat = part(shown, |view| view.beat);
    let dots = (0..BEATS).map(|place| {
        let angle = 360 / u16::from(BEATS) * u16::from(place);
        view! {
            <circle
                class=move || format!("life-dot life-{}", (BEATS + beat.get() - place) % BEATS)
                cx="16"
                cy="4"
                r="3"
                transform=format!("rotate({angle} 16 16)")
            />
        }
    });
    view! {
        <svg class="life" viewBox="0 0 32 32" aria-hidden="true" data-beat=beat>
            {dots.collect_view()}
        </svg>
    }
}

/// What nobody may overlook.
#[component]
pub(super) fn AlarmBanner(shown: Memo<WallView>) -> impl IntoView {
    let alarm = part(shown, |view| {
        let tone = view.age.tone.name();
        view.age.alarm.clone().map(|alarm| (tone, alarm))
    });
    move || {
        alarm.get().map(|(tone, alarm)| {
            view! {
                <div class=format!("alarm alarm-{tone}") role="alert">
                    <Shape mark=Mark::Warning />
                    <b>{alarm.title}</b>
                    <span class="alarm-text">{alarm.text}</span>
                </div>
            }
        })
    }
}

/// In small letters: what is usual, which page this is, and what somebody may want to know who
/// stands before the wall.
#[component]
pub(super) fn Notes(
    shown: Memo<WallView>,
    problems: Vec<String>,
    release: Release,
    sound: Option<StoredValue<Sound, LocalStorage>>,
    beat: ReadSignal<Timestamp>,
) -> impl IntoView {
    let quiet = part(shown, |view| match view.quiet {
        Some((title, None)) => Some(title),
        _ => None,
    });
    let usual = part(shown, |view| view.usual.clone());
    let page = part(shown, |view| view.page.clone());
    let is_blocked = Memo::new(move |_| {
        beat.track();
        sound.is_some_and(|sound| sound.with_value(Sound::is_blocked))
    });
    let problems: Vec<_> = problems
        .into_iter()
        .map(|problem| view! { <span class="note note-problem">{problem}</span> })
        .collect();
    view! {
        <div class="notes">
            {move || quiet.get().map(|title| view! { <b class="note">{title}</b> })}
            {move || usual.get().map(|usual| view! { <span class="note usual">{usual}</span> })}
            {problems}
            {move || {
                release
                    .is_new
                    .get()
                    .then(|| view! { <span class="note release">{words::wall::RELEASE_WAITS}</span> })
            }}
            {move || {
                is_blocked
                    .get()
                    .then(|| view! { <span class="note quiet">{words::wall::SOUND_BLOCKED}</span> })
            }}
            <span class="grow"></span>
            {move || page.get().map(|page| view! { <PageNumber page=page /> })}
        </div>
    }
}

#[component]
fn PageNumber(page: PageView) -> impl IntoView {
    let beyond = (page.beyond > 0).then(|| format!(" · {} more not shown", page.beyond));
    let dots = (1..=page.count)
        .map(|number| view! { <i class="page-dot" class:page-now=number == page.number></i> });
    view! {
        <span class="page-number">
            {format!("Page {} of {}", page.number, page.count)} {beyond}
            <span class="page-dots" aria-hidden="true">
                {dots.collect_view()}
            </span>
        </span>
    }
}

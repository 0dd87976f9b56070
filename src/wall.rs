//! The wall display: what operations see from across the room, for months.
//!
//! It draws what `portal_model::wall_view` says, once a second, by a heart of its own: a mark that
//! goes round proves that the program lives, and not only its page.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `heart` | the tick, and what is done seldom |
//! | `space` | how many tiles fit |
//! | `top` | clock, the mark that proves life, the age of the data, the alarm |
//! | `counts` | the numbers |
//! | `tiles` | the sessions |
//! | `release` | a new release is loaded when nothing runs |
//! | `awake` | the screen is kept awake |
//! | `sound` | a tone for a new failure |

mod awake;
mod counts;
mod heart;
mod release;
mod sound;
mod space;
mod tiles;
mod top;

use std::sync::Arc;

use leptos::prelude::*;
use portal_model::{
    clocks::Clocks,
    format::Zone,
    poll::Policy,
    wall_settings::{WallSettings, ZoneName},
    wall_view::{WallView, has_new_failure, wall_view},
};
use status_model::{Timestamp, api::Overview, read};

use crate::{
    browser::clock,
    client::{Client, FetchError},
    live::{Live, Source},
};
use counts::Counts;
use release::Release;
use sound::Sound;
use tiles::Tiles;
use top::{AlarmBanner, Notes, Top};

/// The wall display.
#[component]
pub fn Wall(client: Client, settings: WallSettings, problems: Vec<String>) -> impl IntoView {
    let live = Live::follow(client, source(&settings));
    let beat = heart::beat();
    let area = NodeRef::new();
    let grid = space::grid(area, settings.rows);
    let sound = settings.sound.then(Sound::new).flatten();
    let release = Release::new();
    heart::keep_up(beat, live, release);
    let turns_from = follow_failures(live, sound);

    let zone = match settings.zone {
        ZoneName::Utc => Zone::Utc,
        ZoneName::Local => Zone::Local(clock::minutes_ahead_of_utc),
    };
    let shown = Memo::new(move |_| {
        let clocks = clocks(live, beat.get(), zone);
        live.freshness.with(|freshness| {
            live.data.with(|overview| {
                let (grid, turns_from) = (grid.get(), turns_from.get());
                let overview = overview.as_deref();
                wall_view(overview, freshness, clocks, &settings, grid, turns_from)
            })
        })
    });
    let is_alarm = Memo::new(move |_| shown.with(|view| view.age.alarm.is_some()));
    let shift = Memo::new(move |_| shown.with(|view| view.shift));
    view! {
        <div
            class="wall"
            class:wall-alarm=is_alarm
            style:translate=move || translate(shift.get())
        >
            <h1 class="heard">"Wall display"</h1>
            <Top shown=shown />
            <AlarmBanner shown=shown />
            <Counts shown=shown />
            <Notes shown=shown problems=problems release=release sound=sound beat=beat />
            <Tiles shown=shown grid=grid area=area />
        </div>
    }
}

fn source(settings: &WallSettings) -> Source<Overview> {
    Source {
        path: settings.overview_path(),
        read: |body, _| {
            read::overview(body).map_err(|error| FetchError::Unreadable(error.to_string()))
        },
        is_final: |_| false,
        last_progress: |_| None,
        policy: Policy::overview(),
    }
}

/// The time of this beat: the poller's own time may rest, the heart does not.
fn clocks(live: Live<Overview>, beat: Timestamp, zone: Zone) -> Clocks {
    let last = live.now.get_untracked();
    let ahead = last.server.unix_millis() - last.viewer.unix_millis();
    Clocks {
        viewer: beat,
        server: Timestamp::from_unix_millis(beat.unix_millis() + ahead),
        zone,
    }
}

/// A new failure is shown at once, on the first page, and heard where that is wanted. Answers since
/// when pages take turns, by the server's clock.
fn follow_failures(
    live: Live<Overview>,
    sound: Option<StoredValue<Sound, LocalStorage>>,
) -> ReadSignal<Timestamp> {
    let (turns_from, set_turns_from) = signal(live.now.get_untracked().server);
    Effect::new(move |before: Option<Option<Arc<Overview>>>| {
        let after = live.data.get();
        if let (Some(Some(before)), Some(after)) = (&before, &after)
            && has_new_failure(before, after)
        {
            set_turns_from.set(live.now.get_untracked().server);
            if let Some(sound) = sound {
                sound.with_value(Sound::play);
            }
        }
        after
    });
    turns_from
}

/// A step is wide enough that the edge of a letter does not stay where it was.
fn translate((right, down): (i8, i8)) -> String {
    format!("calc({right} * var(--step)) calc({down} * var(--step))")
}

/// A part of what is shown; whoever reads it is told when it changes, and not at every beat.
fn part<T>(shown: Memo<WallView>, part: impl Fn(&WallView) -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| shown.with(&part))
}

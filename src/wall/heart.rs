//! The tick of the wall, and what is done at some ticks only.

use std::{cell::Cell, time::Duration};

use leptos::prelude::*;
use portal_model::{
    poll::Fetching,
    wall_view::{CHECK_FOR_RELEASE, may_reload},
};
use status_model::{Seconds, Timestamp, api::Overview};

use super::{awake::Awake, release::Release};
use crate::{browser::clock, live::Live};

const SECOND: Duration = Duration::from_secs(1);
/// How often a wall asks again that was refused: who let it in yesterday may do so tomorrow.
const ASK_AGAIN: Seconds = Seconds::from_secs(5 * 60);
/// How often is looked whether the screen is still kept awake, and whether a release may load.
const LOOK_AFTER: Seconds = Seconds::from_secs(60);

/// The viewer's time, every second.
pub(super) fn beat() -> ReadSignal<Timestamp> {
    let (beat, set_beat) = signal(clock::now());
    let tick = move || {
        // Nothing is left to tell once the page is gone.
        _ = set_beat.try_set(clock::now());
    };
    if let Ok(handle) = set_interval_with_handle(tick, SECOND) {
        on_cleanup(move || handle.clear());
    }
    beat
}

/// Does what has to be done now and then for the wall to run for months.
pub(super) fn keep_up(beat: ReadSignal<Timestamp>, live: Live<Overview>, release: Release) {
    let awake = Awake::default();
    let (look_after, check, ask_again) = (
        Every::new(LOOK_AFTER, beat.get_untracked().before(LOOK_AFTER)),
        Every::new(CHECK_FOR_RELEASE, beat.get_untracked()),
        Every::new(ASK_AGAIN, beat.get_untracked()),
    );
    Effect::new(move |_| {
        let now = beat.get();
        let is_refused = live
            .freshness
            .with_untracked(|freshness| matches!(freshness.fetching, Fetching::Refused { .. }));
        if ask_again.is_due(now) && is_refused {
            live.check_again();
        }
        if check.is_due(now) {
            release.check();
        }
        if look_after.is_due(now) {
            awake.hold();
            let may_reload = live.data.with_untracked(|overview| {
                live.freshness
                    .with_untracked(|freshness| may_reload(overview.as_deref(), freshness))
            });
            if may_reload {
                release.load();
            }
        }
    });
}

/// Something that is done every so often.
struct Every {
    period: Seconds,
    last: Cell<Timestamp>,
}

impl Every {
    fn new(period: Seconds, last: Timestamp) -> Self {
        Self {
            period,
            last: Cell::new(last),
        }
    }

    /// Is it time again? A clock that was set back makes it so.
    fn is_due(&self, now: Timestamp) -> bool {
        let passed = now.since(self.last.get());
        let is_due = passed.is_none_or(|passed| passed >= self.period);
        if is_due {
            self.last.set(now);
        }
        is_due
    }
}

//! The choice of how all times are written.

use leptos::prelude::*;
use portal_model::{format::Zone, place::ZoneMode};

use crate::browser::{clock, storage};

/// The key that the choice is kept under in this browser.
const KEY: &str = "zone";

/// The viewer's choice, one for all pages.
#[derive(Clone, Copy)]
pub struct ZoneChoice {
    mode: RwSignal<ZoneMode>,
}

impl ZoneChoice {
    /// The choice that this browser made last; UTC at first.
    #[must_use]
    pub fn restored() -> Self {
        let kept = storage::get(KEY).and_then(|name| ZoneMode::named(&name));
        Self {
            mode: RwSignal::new(kept.unwrap_or_default()),
        }
    }

    /// The zone; tracks the choice.
    #[must_use]
    pub fn zone(self) -> Zone {
        match self.mode.get() {
            ZoneMode::Local => Zone::Local(clock::minutes_ahead_of_utc),
            ZoneMode::Utc => Zone::Utc,
            ZoneMode::Relative => Zone::Relative,
        }
    }

    /// The choice; tracks it.
    #[must_use]
    pub fn mode(self) -> ZoneMode {
        self.mode.get()
    }

    /// What an address wants, for as long as the portal is open.
    pub fn set(self, mode: ZoneMode) {
        self.mode.set(mode);
    }

    /// What the viewer wants, from now on.
    fn choose(self, mode: ZoneMode) {
        self.mode.set(mode);
        storage::set(KEY, mode.name());
    }
}

/// A button a choice.
#[component]
pub fn ZoneSwitch(choice: ZoneChoice) -> impl IntoView {
    let buttons = ZoneMode::ALL.map(|mode| {
        let label = match mode {
            ZoneMode::Local => "Local",
            ZoneMode::Utc => "UTC",
            ZoneMode::Relative => "Relative",
        };
        view! {
            <button
                type="button"
                aria-pressed=move || (choice.mode.get() == mode).to_string()
                on:click=move |_| choice.choose(mode)
            >
                {label}
            </button>
        }
        .into_any()
    });
    view! {
        <span class="zone" role="group" aria-label="Times">
            {buttons.into_iter().collect_view()}
        </span>
    }
}

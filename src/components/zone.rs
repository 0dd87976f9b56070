//! The choice of the zone that all times are written in.

use leptos::prelude::*;
use portal_model::format::Zone;

use crate::browser::clock;

/// The key that the choice is kept under in this browser.
const KEY: &str = "zone";
const LOCAL: &str = "local";

/// The viewer's choice, one for all pages.
#[derive(Clone, Copy)]
pub struct ZoneChoice {
    is_local: RwSignal<bool>,
}

impl ZoneChoice {
    /// The choice that this browser made last; UTC at first.
    #[must_use]
    pub fn restored() -> Self {
        let kept = storage().and_then(|storage| storage.get_item(KEY).ok()?);
        Self {
            is_local: RwSignal::new(kept.as_deref() == Some(LOCAL)),
        }
    }

    /// The zone; tracks the choice.
    #[must_use]
    pub fn zone(self) -> Zone {
        if self.is_local.get() {
            Zone::Local(clock::minutes_ahead_of_utc)
        } else {
            Zone::Utc
        }
    }

    fn choose(self, local: bool) {
        self.is_local.set(local);
        if let Some(storage) = storage() {
            // A browser that keeps nothing makes the choice last as long as the page.
            _ = storage.set_item(KEY, if local { LOCAL } else { "utc" });
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Two buttons: local or UTC.
#[component]
pub fn ZoneSwitch(choice: ZoneChoice) -> impl IntoView {
    let button = move |local: bool, label: &'static str| {
        view! {
            <button
                type="button"
                aria-pressed=move || (choice.is_local.get() == local).to_string()
                on:click=move |_| choice.choose(local)
            >
                {label}
            </button>
        }
    };
    view! {
        <span class="zone" role="group" aria-label="Time zone">
            {button(true, "Local")}
            {button(false, "UTC")}
        </span>
    }
}

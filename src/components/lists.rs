//! Long lists: folded, and unfolded a part at a time.

use leptos::prelude::*;
use portal_model::session_view::{List, ListView, Window, Windows};
use status_model::AgentName;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlInputElement};

use super::attempts::word;

/// Which list of which agent, and where the viewer's choice is kept.
#[derive(Clone, Copy)]
pub struct Place {
    /// The agent.
    pub agent: AgentName,
    /// The list.
    pub list: List,
    /// The viewer's choices.
    pub windows: RwSignal<Windows>,
}

impl Place {
    fn choose(self, window: Window) {
        self.windows
            .update(|windows| windows.set(self.agent, self.list, window));
    }
}

/// The list's counts, which unfold it; where it is long, the ways to its other parts.
#[component]
pub fn ListHead(view: ListView, place: Place) -> impl IntoView {
    let is_open = view.first.is_some();
    let toggle = move |_| {
        place.choose(if is_open {
            Window::Folded
        } else {
            Window::At(0)
        });
    };
    let range = view.range();
    let ways = range.is_some().then(|| {
        let ways = view.ways().map(|(name, to)| way(name, to, place));
        let on_change = move |event: Event| {
            let field = event.target().and_then(|target| target.dyn_into().ok());
            let number = field.and_then(|field: HtmlInputElement| field.value().parse().ok());
            if let Some(number) = number {
                place.choose(Window::At(usize::saturating_sub(number, 1)));
            }
        };
        view! {
            {ways.into_iter().collect_view()}
            <label>
                "Go to "
                <input type="number" on:change=on_change />
            </label>
        }
        .into_any()
    });
    view! {
        <div class="list-head">
            <button type="button" class="fold" aria-expanded=word(is_open) on:click=toggle>
                {view.label}
            </button>
            <span class="list-range" role="status">
                {range}
            </span>
            {ways}
        </div>
    }
}

/// A way to another part. It keeps the focus where it leads nowhere.
fn way(name: &'static str, to: Option<usize>, place: Place) -> AnyView {
    let go = move |_| {
        if let Some(to) = to {
            place.choose(Window::At(to));
        }
    };
    view! {
        <button type="button" class="button" aria-disabled=word(to.is_none()) on:click=go>
            {name}
        </button>
    }
    .into_any()
}

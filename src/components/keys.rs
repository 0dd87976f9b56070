//! The keys that the portal knows, and the list of them.
//!
//! A key belongs to whatever on the page carries it as `data-key`: a box is gone to, anything else
//! is clicked. `j` and `k` walk through what carries `data-stop`.

use leptos::{ev, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

/// Each key and what it does.
const KEYS: [(&str, &str); 11] = [
    ("/", "Find a session"),
    ("j", "Next row or agent"),
    ("k", "Row or agent before"),
    ("Enter", "Open the row, mark the agent"),
    ("l", "Copy the link to this place"),
    ("r", "Copy the report"),
    ("n", "Be told when it ends; in a list: older sessions"),
    ("b", "In a list: back to the newest"),
    ("c", "Check again"),
    ("h", "Home"),
    ("?", "This list"),
];

/// Listens, and shows the list on `?`.
#[component]
pub fn Keys() -> impl IntoView {
    let listener = window_event_listener(ev::keydown, move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() || is_typing() {
            return;
        }
        let is_done = match event.key().as_str() {
            "j" => walk(1),
            "k" => walk(-1),
            key => press(key),
        };
        if is_done {
            event.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
    // Drawn when it is first asked for: most viewers never see it, and all wait for what is drawn.
    let is_wanted = RwSignal::new(false);
    let rows = move || is_wanted.get().then(list);
    // The browser opens and closes the list by itself, Escape included.
    view! {
        <button
            type="button"
            class="copy"
            title="Keys (?)"
            aria-label="Keys"
            data-key="?"
            popovertarget="keys"
        >
            "?"
        </button>
        <div
            id="keys"
            class="keys card"
            popover="auto"
            role="dialog"
            aria-label="Keys"
            on:beforetoggle=move |_: web_sys::Event| is_wanted.set(true)
        >
            <b>"Keys"</b>
            <dl>{rows}</dl>
        </div>
    }
}

fn list() -> AnyView {
    let rows = KEYS.map(|(key, what)| {
        view! {
            <dt>
                <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
        }
        .into_any()
    });
    rows.into_iter().collect_view().into_any()
}

fn active() -> Option<Element> {
    document().active_element()
}

fn is_typing() -> bool {
    active().is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}

/// Does what carries this key; says whether there is any.
fn press(key: &str) -> bool {
    // Not every key may stand in a selector as it is.
    if key.len() != 1 || !key.chars().all(|c| matches!(c, '/' | '?' | 'a'..='z')) {
        return false;
    }
    let found = document().query_selector(&format!("[data-key='{key}']"));
    let Some(element) = found.ok().flatten() else {
        return false;
    };
    let Ok(element) = element.dyn_into::<HtmlElement>() else {
        return false;
    };
    if element.tag_name() == "INPUT" {
        _ = element.focus();
    } else {
        element.click();
    }
    true
}

/// Goes to the next or the one before of what can be walked through.
fn walk(by: i32) -> bool {
    let Ok(stops) = document().query_selector_all("[data-stop]") else {
        return false;
    };
    let stops: Vec<HtmlElement> = (0..stops.length())
        .filter_map(|index| stops.get(index)?.dyn_into().ok())
        .collect();
    let here = active().and_then(|active| stops.iter().position(|stop| **stop == active));
    let next = match (here, by > 0) {
        (Some(here), true) => here + 1,
        (Some(here), false) => here.wrapping_sub(1),
        (None, _) => 0,
    };
    match stops.get(next) {
        Some(stop) => {
            _ = stop.focus();
            true
        }
        None => false,
    }
}

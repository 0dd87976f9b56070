//! What stands in the page's place until the program has drawn it: the skeleton of `index.html`, in
//! which `start.js` shows the first answer.
//!
//! The page is drawn out of sight, in several tasks, and takes the skeleton's place as a whole. What
//! somebody has typed into the skeleton's search box meanwhile goes on in the page's.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use crate::staged;

/// By then something is wrong, and the bar has ways on.
const LONGEST: Duration = Duration::from_secs(2);

/// Shows the page instead.
pub fn end() {
    let Some(skeleton) = document().get_element_by_id("skeleton") else {
        return;
    };
    let typed = search_box(&skeleton).map(Typed::into);
    skeleton.remove();
    let Some(portal) = document().get_element_by_id("portal") else {
        return;
    };
    _ = portal.remove_attribute("hidden");
    if let Some((typed, search_box)) = typed.zip(search_box(&portal)) {
        typed.go_on_in(&search_box);
    }
}

fn search_box(part: &Element) -> Option<HtmlInputElement> {
    let found = part.query_selector(".find-large input").ok()??;
    found.dyn_into().ok()
}

/// What stands in a search box, and where the keyboard is in it.
struct Typed {
    text: String,
    has_keyboard: bool,
    selected: Option<(u32, u32)>,
}

impl Typed {
    fn into(search_box: HtmlInputElement) -> Self {
        let [start, end] = [search_box.selection_start(), search_box.selection_end()];
        let [start, end] = [start, end].map(|place| place.ok().flatten());
        Self {
            text: search_box.value(),
            selected: start.zip(end),
            has_keyboard: document().active_element() == Some(search_box.into()),
        }
    }

    fn go_on_in(&self, search_box: &HtmlInputElement) {
        search_box.set_value(&self.text);
        if !self.has_keyboard {
            return;
        }
        _ = search_box.focus();
        if let Some((start, end)) = self.selected {
            _ = search_box.set_selection_range(start, end);
        }
    }
}

/// Shows the page once all is drawn that waits for its task; answers when that is.
pub fn end_when_drawn() -> ReadSignal<bool> {
    let is_drawn = staged::next();
    Effect::new(move |_| {
        if is_drawn.get() {
            end();
        }
    });
    is_drawn
}

/// Shows the page after a while, whatever becomes of it.
pub fn end_in_time() {
    set_timeout(end, LONGEST);
}

//! What stands in the page's place until the program has drawn it: the skeleton of `index.html`, in
//! which `start.js` shows the first answer.
//!
//! The page is drawn out of sight, in several tasks, and takes the skeleton's place as a whole.

use std::time::Duration;

use leptos::prelude::*;

use crate::staged;

/// By then something is wrong, and the bar has ways on.
const LONGEST: Duration = Duration::from_secs(2);

/// Shows the page instead.
pub fn end() {
    let Some(skeleton) = document().get_element_by_id("skeleton") else {
        return;
    };
    skeleton.remove();
    if let Some(portal) = document().get_element_by_id("portal") {
        _ = portal.remove_attribute("hidden");
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

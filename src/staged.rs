//! Long drawing in several tasks.

use leptos::{prelude::*, task::spawn_local};

use crate::start::next_task;

/// Turns true in the next task: what waits for it is drawn apart from what is drawn now, and the
/// browser can draw and hear in between.
#[must_use]
pub fn next() -> ReadSignal<bool> {
    let (is_next, set_next) = signal(false);
    spawn_local(async move {
        next_task().await;
        // What waits may be gone by then.
        _ = set_next.try_set(true);
    });
    is_next
}

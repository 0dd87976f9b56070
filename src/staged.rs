//! Long drawing in several tasks.

use std::{cell::RefCell, collections::VecDeque};

use leptos::{prelude::*, task::spawn_local};

use crate::start::next_task;

thread_local! {
    static WAITING: RefCell<VecDeque<WriteSignal<bool>>> = const { RefCell::new(VecDeque::new()) };
}

/// Turns true in a task of its own, after all that has asked for one before: what waits for it is
/// drawn apart from the rest, and the browser can draw and hear in between.
#[must_use]
pub fn next() -> ReadSignal<bool> {
    let (is_next, set_next) = signal(false);
    let is_alone = WAITING.with_borrow_mut(|waiting| {
        waiting.push_back(set_next);
        waiting.len() == 1
    });
    if is_alone {
        spawn_local(one_a_task());
    }
    is_next
}

/// Draws this in a task of its own, after all that has asked for one before.
pub fn in_turn(draw: impl Fn() -> AnyView + Send + 'static) -> impl IntoView {
    let is_next = next();
    move || is_next.get().then(&draw)
}

async fn one_a_task() {
    let first = || WAITING.with_borrow(|waiting| waiting.front().copied());
    while let Some(set_next) = first() {
        next_task().await;
        // What waits may be gone by then.
        _ = set_next.try_set(true);
        WAITING.with_borrow_mut(VecDeque::pop_front);
    }
}

//! A state as shape, word and colour.

use leptos::prelude::*;
use portal_model::mark::{Mark, State};

/// The shape alone, for a place where the word stands beside it.
#[component]
pub fn Shape(mark: Mark) -> impl IntoView {
    view! {
        <svg class=format!("mark is-{}", mark.name()) aria-hidden="true">
            <use_ href=format!("#mark-{}", mark.name()) />
        </svg>
    }
}

/// A drawing of `index.html` that is no state.
#[component]
pub fn Icon(name: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" aria-hidden="true">
            <use_ href=format!("#mark-{name}") />
        </svg>
    }
}

/// The shape with its word, in the state's colour.
#[component]
pub fn StateMark(state: State) -> impl IntoView {
    view! {
        <span class=format!("state is-{}", state.mark.name())>
            <Shape mark=state.mark />
            {state.word}
        </span>
    }
}

/// The four agents' shapes in a row; the words are heard and stand in the tooltip.
#[component]
pub fn Strip(agents: Vec<(&'static str, State)>) -> impl IntoView {
    let words: Vec<_> = agents
        .iter()
        .map(|(agent, state)| format!("{agent}: {}", state.word))
        .collect();
    let words = words.join(", ");
    let shapes = agents
        .into_iter()
        .map(|(_, state)| view! { <Shape mark=state.mark /> }.into_any());
    view! {
        <span class="strip" role="img" aria-label=words.clone() title=words>
            {shapes.collect_view()}
        </span>
    }
}

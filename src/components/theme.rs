//! The choice between light, dark, and what the system has.

use leptos::prelude::*;

use super::mark::Icon;
use crate::start;

/// One button that goes on to the next theme. Which one is chosen is known to the page before the
/// portal runs, so the style sheet picks the state that is seen and heard.
#[component]
pub fn ThemeSwitch() -> impl IntoView {
    let state = |class: &'static str, icon: &'static str, word: &'static str| {
        view! {
            <span class=class>
                <Icon name=icon />
                <span class="heard">"Theme: "</span>
                <span class="theme-word">{word}</span>
            </span>
        }
    };
    view! {
        <button type="button" class="theme" title="Theme" on:click=|_| start::next_theme()>
            {state("theme-state theme-system", "theme-system", "System")}
            {state("theme-state theme-light", "theme-light", "Light")}
            {state("theme-state theme-dark", "theme-dark", "Dark")}
        </button>
    }
}

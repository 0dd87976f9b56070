//! The freshness line.

use leptos::prelude::*;
use portal_model::freshness_view::FreshnessView;

use super::sign_in::SignInLink;

/// Draws the line. It changes every second at times, so it is not read out; what matters is
/// said by the page's announcement.
#[component]
pub fn FreshnessLine(view: FreshnessView, on_check_again: Callback<()>) -> impl IntoView {
    let check_again = view.can_check_again.then(|| {
        view! {
            <button
                type="button"
                class="button"
                data-key="c"
                on:click=move |_| on_check_again.run(())
            >
                "Check again"
            </button>
        }
        .into_any()
    });
    let sign_in = view
        .can_sign_in
        .then(|| view! { <SignInLink /> }.into_any());
    view! {
        <span class=format!("fresh fresh-{}", view.tone.name())>
            <i class="fresh-dot" aria-hidden="true"></i>
            {view.text}
            {sign_in}
            {check_again}
        </span>
    }
}

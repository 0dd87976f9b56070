//! The way to sign in, and back to this very place.

use leptos::prelude::*;

use crate::route;

/// A link; `start.js` has it lead back here, and the style sheet shows it where people can sign in.
#[component]
pub fn SignInLink() -> impl IntoView {
    view! {
        <a class="button sign-in" rel="external" href=route::SIGN_IN>
            "Sign in"
        </a>
    }
}

//! A page that has nothing to show says what happened, what it means, and the ways on.

use leptos::prelude::*;
use portal_model::message::Message;

use super::{mark::Shape, sign_in::SignInLink};

/// Draws the message with its ways on.
#[component]
pub fn MessageCard(
    message: Message,
    /// Asks again, where that helps.
    #[prop(optional)]
    on_check_again: Option<Callback<()>>,
    /// Where else to go.
    #[prop(optional)]
    home: Option<&'static str>,
) -> impl IntoView {
    let check_again = on_check_again
        .filter(|_| message.can_check_again)
        .map(|on_check_again| {
            view! {
                <button type="button" class="button" on:click=move |_| on_check_again.run(())>
                    "Check again"
                </button>
            }
            .into_any()
        });
    let sign_in = message
        .can_sign_in
        .then(|| view! { <SignInLink /> }.into_any());
    let home = home.map(|home| {
        view! {
            <a class="button" href=home>
                "Find a session"
            </a>
        }
        .into_any()
    });
    view! {
        <section class="card message">
            <Shape mark=message.mark />
            <h1>{message.title}</h1>
            <p>{message.text}</p>
            <div class="ways">{sign_in} {check_again} {home}</div>
        </section>
    }
}

//! An address that the portal does not have.

use leptos::prelude::*;
use portal_model::{mark::Mark, message::Message};

use crate::{browser::page, components::message::MessageCard, route};

/// Says so, and leads home.
#[component]
pub fn NotFound() -> impl IntoView {
    page::set_title("No such page");
    let message = Message {
        mark: Mark::Unknown,
        title: "No such page".to_owned(),
        text: "The portal has no page at this address. A session's page is found by its id."
            .to_owned(),
        can_check_again: false,
    };
    view! { <MessageCard message=message home=route::HOME /> }
}

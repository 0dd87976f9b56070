//! An address that the portal does not have.

use leptos::prelude::*;
use portal_model::message::Message;

use crate::{browser::page, components::message::MessageCard, route, skeleton};

/// Says so, and leads home.
#[component]
pub fn NotFound() -> impl IntoView {
    let message = Message::no_such_page();
    page::set_title(&message.title);
    skeleton::end();
    view! { <MessageCard message=message home=route::HOME /> }
}

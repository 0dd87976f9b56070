//! The search box that takes any id, or a link.

use leptos::{html, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use portal_model::{find::Pasted, words};

use super::mark::Icon;
use crate::route;

/// Where the box stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FindSize {
    /// In the bar of every page.
    Small,
    /// Home's main thing.
    Large,
}

/// The box. A link goes to its session, anything else is searched for.
#[component]
pub fn Find(size: FindSize) -> impl IntoView {
    let navigate = use_navigate();
    let input = NodeRef::<html::Input>::new();
    let (refusal, set_refusal) = signal(None::<String>);
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else {
            return;
        };
        let target = match Pasted::read(&input.value()) {
            Pasted::Nothing => return set_refusal.set(None),
            Pasted::Session(id) => route::session(&id),
            Pasted::Id { text, .. } => route::search(&text),
            Pasted::Invalid(why) => return set_refusal.set(Some(words::not_findable(why))),
        };
        set_refusal.set(None);
        navigate(&target, NavigateOptions::default());
    };
    view! {
        <form class="find-form" role="search" on:submit=on_submit>
            <label class="find" class:find-large=size == FindSize::Large>
                <Icon name="find" />
                <span class="heard">"Session, document or correlation id, or a link"</span>
                <input
                    node_ref=input
                    type="text"
                    name="q"
                    data-key="/"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    placeholder=match size {
                        FindSize::Small => "Find any id",
                        FindSize::Large => "Paste a session, document or correlation id, or a link",
                    }
                />
            </label>
            <p class="find-answer is-failed" role="alert">
                {move || refusal.get()}
            </p>
        </form>
    }
}

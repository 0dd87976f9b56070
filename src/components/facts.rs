//! A session's attributes.

use leptos::prelude::*;
use portal_model::session_view::Fact;

use super::copy::CopyId;

/// Draws the attributes.
#[component]
pub fn Facts(facts: Vec<Fact>) -> impl IntoView {
    let facts = facts
        .into_iter()
        .map(|fact| {
            let copy = fact
                .is_id
                .then(|| view! { <CopyId text=fact.value.clone() what=fact.label /> }.into_any());
            view! {
                <dt>{fact.label}</dt>
                <dd class:mono=fact.is_id>{fact.value} " " {copy}</dd>
            }
            .into_any()
        })
        .collect_view();
    view! {
        <div class="side">
            <h2>"Details"</h2>
            <dl class="facts">{facts}</dl>
        </div>
    }
}

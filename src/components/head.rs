//! What stands at the top of a session's page.

use leptos::prelude::*;
use portal_model::session_view::HeaderView;

use super::{copy::CopyId, mark::StateMark};

/// Draws the top of a session's page.
#[component]
pub fn Head(view: HeaderView) -> impl IntoView {
    let source = view
        .source
        .map(|source| view! { <span class="tag">{source}</span> }.into_any());
    let fact = |label: &'static str, value: String| {
        view! {
            <span>
                {label} " " <b>{value}</b>
            </span>
        }
        .into_any()
    };
    view! {
        <div class="top-facts">
        <div class="head">
            <h1>{view.title}</h1>
            {source}
            <StateMark state=view.state />
        </div>
        <div class="summary">
            {view.elapsed.map(|(label, value)| fact(label, value))}
            {view.expected_end.map(|(label, value)| fact(label, value))}
            <span>{view.tokens}</span>
            {view.started.map(|start| fact("Started", start))}
            <span class="mono">
                {view.session_id.clone()} " " <CopyId text=view.session_id what="session id" />
            </span>
        </div>
        </div>
    }
}

//! Token usage: the sum, its parts, a bar an agent.

use leptos::prelude::*;
use portal_model::{
    format,
    session_view::{MeterRow, TokensView},
};

/// Draws the token usage.
#[component]
pub fn Tokens(view: TokensView) -> impl IntoView {
    let is_known = view.input.is_some();
    let parts = [
        ("tokens-in", view.input, "in"),
        ("tokens-out", view.output, "out"),
        ("tokens-failed", view.failed, "of these on failed attempts"),
    ];
    let legend = parts
        .into_iter()
        .filter_map(|(class, count, what)| {
            let count = count?;
            Some(view! {
                <span>
                    <i class=format!("key {class}")></i>
                    {format!("{count} {what}")}
                </span>
            })
        })
        .collect_view();
    let rows = view
        .rows
        .into_iter()
        .map(|row| view! { <Row row=row /> }.into_any())
        .collect_view();
    view! {
        <div class="side">
            <h2>"Tokens"</h2>
            <div class="total" class:total-unknown=!is_known>
                {view.total}
            </div>
            <div class="legend">{legend}</div>
            {view.partial.map(|text| view! { <p class="small muted">{text}</p> }.into_any())}
            <div class="meter">{rows}</div>
        </div>
    }
}

#[component]
fn Row(row: MeterRow) -> impl IntoView {
    let width = |percent: f64| format::decimal(percent) + "%";
    view! {
        <span>{row.label}</span>
        <span class="meter-count">{row.total}</span>
        <span class="meter-rail" aria-hidden="true">
            <i class="tokens-in" style:width=width(row.input)></i>
            <i class="tokens-out" style:width=width(row.output)></i>
            <i class="tokens-failed" style:width=width(row.failed)></i>
        </span>
    }
}

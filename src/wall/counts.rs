//! The numbers at the top.

use leptos::prelude::*;
use portal_model::wall_view::{CountView, WallView};

use super::part;
use crate::components::mark::Shape;

/// The numbers, and what agents usually take.
#[component]
pub(super) fn Counts(shown: Memo<WallView>) -> impl IntoView {
    let counts = part(shown, |view| view.counts.clone());
    view! {
        <ul class="counts">
            {move || counts.get().into_iter().map(|count| view! { <Count count=count /> }).collect_view()}
        </ul>
    }
}

#[component]
fn Count(count: CountView) -> impl IntoView {
    let state = count.mark.map_or("", |mark| mark.name());
    view! {
        <li class=format!("count is-{state}") data-count=count.name>
            <b>
                {count.mark.map(|mark| view! { <Shape mark=mark /> })}
                <span class="count-value">{count.value}</span>
            </b>
            <span class="count-label">{count.label}</span>
        </li>
    }
}

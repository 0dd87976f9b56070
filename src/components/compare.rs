//! Two sessions side by side.

use leptos::prelude::*;
use portal_model::compare_view::{CompareGroup, CompareLine};

/// What stands at the top of a column: a session and the address of its page.
pub type Column = (String, String);

/// Draws the lines; those that differ say so by a sign and a word for those who hear it.
#[component]
pub fn Compare(columns: [Column; 2], groups: Vec<CompareGroup>) -> impl IntoView {
    let columns = columns.map(|(title, address)| {
        view! {
            <th scope="col">
                <a href=address>{title}</a>
            </th>
        }
        .into_any()
    });
    let groups = groups.into_iter().map(|group| {
        let lines = group.lines.into_iter().map(line).collect_view();
        view! {
            <tbody>
                <tr>
                    <th scope="rowgroup" colspan="3">
                        {group.title}
                    </th>
                </tr>
                {lines}
            </tbody>
        }
        .into_any()
    });
    view! {
        <section class="card" aria-label="Comparison">
            <table class="compare">
                <thead>
                    <tr>
                        <td></td>
                        {columns.into_iter().collect_view()}
                    </tr>
                </thead>
                {groups.collect_view()}
            </table>
        </section>
    }
}

fn line(line: CompareLine) -> AnyView {
    let CompareLine {
        label,
        values,
        differs,
    } = line;
    let sign = differs.then(|| {
        view! {
            <span aria-hidden="true">"≠ "</span>
            <span class="heard">"Differs: "</span>
        }
        .into_any()
    });
    view! {
        <tr class:differs=differs>
            <th scope="row">{sign} {label}</th>
            {values.map(|value| view! { <td>{value}</td> }.into_any()).into_iter().collect_view()}
        </tr>
    }
    .into_any()
}

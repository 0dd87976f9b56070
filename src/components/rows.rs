//! Sessions as rows.

use leptos::prelude::*;
use portal_model::list_view::{Note, RowView};

use super::mark::{StateMark, Strip};

/// A row with the address that it leads to.
pub type LinkedRow = (RowView, String);

/// Draws the rows.
#[component]
pub fn Rows(
    rows: Vec<LinkedRow>,
    /// The zone of the column of starts.
    zone: String,
) -> impl IntoView {
    let rows = rows
        .into_iter()
        .map(|(row, link)| view! { <Row row=row link=link /> }.into_any())
        .collect_view();
    view! {
        <table class="sessions">
            <thead>
                <tr>
                    <th scope="col">"State"</th>
                    <th scope="col">"Document"</th>
                    <th scope="col">"Agents"</th>
                    <th scope="col">"Started (" {zone} ")"</th>
                    <th scope="col" class="number">
                        "Duration"
                    </th>
                    <th scope="col" class="number">
                        "Tokens"
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn Row(row: RowView, link: String) -> impl IntoView {
    let source = row
        .source
        .map(|source| view! { <span class="tag">{source}</span> }.into_any());
    let note = row.note.map(|note| match note {
        Note::Failure(text) => view! { <div class="row-note is-failed">{text}</div> },
        Note::Activity(text) => view! { <div class="row-note">{text}</div> },
    });
    view! {
        <tr class:row-gone=row.is_gone>
            <td class="cell-state">
                <StateMark state=row.state />
            </td>
            <td class="cell-document">
                <a class="row-link" data-stop="" href=link>
                    {row.title}
                </a>
                " "
                {source}
                {note}
            </td>
            <td class="cell-agents">
                <Strip agents=row.strip />
            </td>
            <td class="cell-started">{row.started}</td>
            <td class="number">{row.duration}</td>
            <td class="number cell-tokens">{row.tokens}</td>
        </tr>
    }
}

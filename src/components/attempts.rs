//! An agent's tries, with the errors of those that failed.

use leptos::prelude::*;
use portal_model::session_view::AttemptView;
use status_model::AgentName;

use super::copy::CopyButton;
use crate::route;

/// Beyond so many characters or lines an error is folded.
const FOLD_CHARS: usize = 600;
const FOLD_LINES: usize = 8;

/// A line of text, if there is one. Erased, so that its drawing is compiled once.
pub(super) fn line(class: &'static str, text: Option<String>) -> Option<AnyView> {
    text.map(|text| view! { <p class=class>{text}</p> }.into_any())
}

/// An ARIA state. One that is always there is cheaper to keep current than one that comes and goes.
pub(super) const fn word(is_so: bool) -> &'static str {
    if is_so { "true" } else { "false" }
}

/// Draws one try.
#[component]
pub fn Attempt(agent: AgentName, attempt: AttemptView) -> impl IntoView {
    let AttemptView {
        number,
        is_failed,
        title,
        activity,
        message,
        kind,
        note,
        is_focused,
    } = attempt;
    let note = match (kind, note) {
        (Some(kind), Some(note)) => Some(format!("{kind} · {note}")),
        (kind, note) => kind.or(note),
    };
    let error = message.map(|message| {
        let text = message.clone();
        view! {
            <CopyButton text=message label="Copy error" />
            <Message text=text />
        }
        .into_any()
    });
    let class = match (is_failed, is_focused) {
        (false, false) => "attempt",
        (false, true) => "attempt is-focused",
        (true, false) => "attempt failure",
        (true, true) => "attempt failure is-focused",
    };
    let id = match number {
        Some(number) => format!("attempt-{agent}-{number}"),
        None => format!("failure-{agent}"),
    };
    view! {
        <div class=class id=id aria-current=word(is_focused)>
            <b class="attempt-title">
                <a href=route::here(agent, number)>{title}</a>
            </b>
            {line("attempt-activity", activity)}
            {error}
            {line("attempt-note", note)}
        </div>
    }
}

/// An error, whole; a long one is folded.
#[component]
fn Message(text: String) -> impl IntoView {
    if text.chars().count() <= FOLD_CHARS && text.lines().count() <= FOLD_LINES {
        return view! { <pre>{text}</pre> }.into_any();
    }
    let (first, rest) = folded(&text);
    let more = format!("Show all of its {} lines", text.lines().count());
    // An element of its own keeps what the viewer unfolded while the page is kept current.
    view! {
        <details class="failure-long">
            <summary>
                <pre>{first}</pre>
                <span class="failure-more">{more}</span>
            </summary>
            <pre>{rest}</pre>
        </details>
    }
    .into_any()
}

/// What is seen of a long message, and what unfolds.
fn folded(message: &str) -> (String, String) {
    let lines = message
        .split_inclusive('\n')
        .take(FOLD_LINES)
        .map(str::len)
        .sum();
    let chars = message
        .char_indices()
        .nth(FOLD_CHARS)
        .map_or(message.len(), |(index, _)| index);
    let (first, rest) = message.split_at(chars.min(lines));
    (first.trim_end().to_owned(), rest.to_owned())
}

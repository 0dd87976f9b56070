//! Each agent in words, with every try that failed.

use leptos::prelude::*;
use portal_model::session_view::{AgentView, AttemptView};

use super::{copy::CopyButton, mark::Shape};

/// Draws the agents.
#[component]
pub fn Agents(agents: Vec<AgentView>) -> impl IntoView {
    let agents = agents
        .into_iter()
        .map(|agent| view! { <Agent agent=agent /> })
        .collect_view();
    view! {
        <section class="card" aria-label="Agents">
            <ul class="agents">{agents}</ul>
        </section>
    }
}

#[component]
fn Agent(agent: AgentView) -> impl IntoView {
    let failures = agent
        .failures
        .into_iter()
        .map(|failure| view! { <Failure failure=failure /> })
        .collect_view();
    let judgement = agent
        .judgement
        .map(|text| view! { <p class="agent-judgement">{text}</p> });
    view! {
        <li class="agent" class:agent-idle=!agent.has_run data-agent=agent.name.as_str()>
            <Shape mark=agent.state.mark />
            <h3 class="agent-name">
                {agent.label} " " <span class="word">{agent.state.word}</span>
            </h3>
            <span class="agent-tokens">{agent.tokens}</span>
            <p class="agent-summary">{agent.summary}</p>
            {judgement}
            {failures}
        </li>
    }
}

/// Beyond so many characters or lines an error is folded.
const FOLD_CHARS: usize = 600;
const FOLD_LINES: usize = 8;

#[component]
fn Failure(failure: AttemptView) -> impl IntoView {
    let AttemptView {
        title,
        message,
        kind,
        note,
    } = failure;
    let is_long = message.chars().count() > FOLD_CHARS || message.lines().count() > FOLD_LINES;
    let note = match (kind, note) {
        (Some(kind), Some(note)) => Some(format!("{kind} · {note}")),
        (kind, note) => kind.or(note),
    };
    let text = message.clone();
    let message_view = if is_long {
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
    } else {
        view! { <pre>{text}</pre> }.into_any()
    };
    view! {
        <div class="failure">
            <b class="failure-title">{title}</b>
            <CopyButton text=message label="Copy error" />
            {message_view}
            {note.map(|note| view! { <p class="failure-note">{note}</p> })}
        </div>
    }
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

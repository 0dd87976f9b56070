//! What can be done with a session: be told, pass it on, take it along.

use leptos::{html, prelude::*, task::spawn_local};
use portal_model::words;

use super::{copy::CopyLater, mark::Icon};
use crate::browser::{notification, page};

/// What the actions need of the page.
#[derive(Clone)]
pub struct Session {
    /// The address of the place that is looked at.
    pub link: Callback<(), String>,
    /// The session as plain text.
    pub report: Callback<(), String>,
    /// The answer of the status API, as it came.
    pub json: Callback<(), String>,
    /// Where the browser shows it.
    pub json_page: String,
    /// Files to download: what they are, and where.
    pub files: Vec<(&'static str, String)>,
    /// Where a link to it is made for somebody else.
    pub share: String,
    /// Another session is to be compared: what was pasted; answers whether that is one.
    pub compare: Callback<String, bool>,
    /// Can it still change?
    pub is_running: Memo<bool>,
    /// Does the viewer want to be told?
    pub is_told: RwSignal<bool>,
}

/// Draws the actions. They stay as they are while the session changes, so that an open menu does.
#[component]
pub fn Actions(session: Session) -> impl IntoView {
    let Session {
        link,
        report,
        json,
        json_page,
        files,
        share,
        compare,
        is_running,
        is_told,
    } = session;
    // Drawn when it is first asked for: most viewers never open it, and all wait for what is drawn.
    let is_wanted = RwSignal::new(false);
    let menu = move || {
        is_wanted.get().then(|| {
            let files = files.clone().into_iter().map(|(what, address)| {
                view! {
                    <a class="menu-item" rel="external" download="" href=address>
                        {what}
                    </a>
                }
                .into_any()
            });
            view! {
                <CopyLater text=json label="Copy JSON" key="" />
                <a class="menu-item" rel="external" target="_blank" href=json_page.clone()>
                    "Show JSON"
                </a>
                {files.collect::<Vec<_>>()}
                // The style sheet shows it to whom it may be of use.
                <a class="menu-item personal" rel="external" href=share.clone()>
                    "Share…"
                </a>
                <button type="button" class="menu-item" on:click=move |_| page::print()>
                    "Print"
                </button>
                <CompareWith on_choice=compare />
            }
            .into_any()
        })
    };
    view! {
        <div class="actions">
            {move || is_running.get().then(|| view! { <TellMe is_told=is_told /> }.into_any())}
            <CopyLater text=link label="Copy link" key="l" />
            <CopyLater text=report label="Copy report" key="r" />
            <details class="menu">
                <summary
                    class="button"
                    title="More"
                    aria-label="More"
                    on:click=move |_| is_wanted.set(true)
                >
                    <Icon name="more" />
                </summary>
                <div class="menu-items card">{menu}</div>
            </details>
        </div>
    }
}

/// The choice to be told when the session ends.
#[component]
fn TellMe(is_told: RwSignal<bool>) -> impl IntoView {
    let (is_refused, set_refused) = signal(false);
    let on_click = move |_| {
        let wanted = !is_told.get_untracked();
        is_told.set(wanted);
        if wanted {
            spawn_local(async move {
                let is_allowed = notification::allow().await;
                // The button may be gone by now.
                _ = set_refused.try_set(!is_allowed);
            });
        }
    };
    let label = move || match (is_told.get(), is_refused.get()) {
        (false, _) => "Tell me when it ends",
        (true, false) => "You will be told",
        (true, true) => "The tab’s title will tell",
    };
    view! {
        <button
            type="button"
            class="button"
            data-key="n"
            aria-pressed=move || is_told.get().to_string()
            on:click=on_click
        >
            <span aria-live="polite">{label}</span>
        </button>
    }
}

/// A box for the id of, or a link to, another session.
#[component]
fn CompareWith(on_choice: Callback<String, bool>) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(input) = input.get_untracked() else {
            return;
        };
        if !on_choice.run(input.value()) {
            // The browser says it beside the box, until something else is typed.
            input.set_custom_validity(words::NOT_A_SESSION);
            input.report_validity();
        }
    };
    let on_input = move |_| {
        if let Some(input) = input.get_untracked() {
            input.set_custom_validity("");
        }
    };
    view! {
        <form class="menu-item" on:submit=on_submit>
            <label>
                "Compare with"
                <input
                    node_ref=input
                    type="text"
                    placeholder="Session id or link"
                    autocomplete="off"
                    spellcheck="false"
                    on:input=on_input
                />
            </label>
        </form>
    }
}

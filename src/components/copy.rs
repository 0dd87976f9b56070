//! Buttons that put text on the clipboard and say whether it got there.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use web_sys::MouseEvent;

use crate::browser::clipboard;

/// How long "Copied" stands.
const SAID_FOR: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, PartialEq)]
enum Copied {
    NotYet,
    Yes,
    Refused,
}

/// Copies on click; answers the handler and what came of it, for two seconds.
fn copying(text: Box<dyn Fn() -> String>) -> (impl Fn(MouseEvent) + 'static, ReadSignal<Copied>) {
    let (copied, set_copied) = signal(Copied::NotYet);
    let on_click = move |event: MouseEvent| {
        event.stop_propagation();
        let text = text();
        spawn_local(async move {
            let done = clipboard::copy(&text).await;
            let said = if done { Copied::Yes } else { Copied::Refused };
            // The button may be gone by now.
            if set_copied.try_set(said).is_none() {
                set_timeout(move || _ = set_copied.try_set(Copied::NotYet), SAID_FOR);
            }
        });
    };
    (on_click, copied)
}

/// A small sign beside an id.
#[component]
pub fn CopyId(
    /// What is copied.
    text: String,
    /// What it is, as in `session id`.
    what: &'static str,
) -> impl IntoView {
    let (on_click, copied) = copying(Box::new(move || text.clone()));
    let label = move || match copied.get() {
        Copied::NotYet => format!("Copy {what}"),
        Copied::Yes => "Copied".to_owned(),
        Copied::Refused => "The browser does not allow copying here".to_owned(),
    };
    let shape = move || match copied.get() {
        Copied::NotYet => "#mark-copy",
        Copied::Yes => "#mark-done",
        Copied::Refused => "#mark-failed",
    };
    view! {
        <button
            type="button"
            class="copy"
            class:copied=move || copied.get() == Copied::Yes
            title=label
            aria-label=label
            on:click=on_click
        >
            <svg aria-hidden="true">
                <use_ href=shape />
            </svg>
        </button>
    }
}

/// A button with words.
#[component]
pub fn CopyButton(
    /// What is copied.
    text: String,
    /// What the button says.
    label: &'static str,
) -> impl IntoView {
    let text = Callback::new(move |()| text.clone());
    view! { <CopyLater text=text label=label key="" /> }
}

/// A button with words, for what is put together only when it is copied.
#[component]
pub fn CopyLater(
    /// Makes what is copied.
    text: Callback<(), String>,
    /// What the button says.
    label: &'static str,
    /// The key that does the same; empty for none.
    key: &'static str,
) -> impl IntoView {
    let (on_click, copied) = copying(Box::new(move || text.run(())));
    let label = move || match copied.get() {
        Copied::NotYet => label,
        Copied::Yes => "Copied",
        Copied::Refused => "Not allowed here",
    };
    view! {
        <button type="button" class="button" data-key=key on:click=on_click>
            <span aria-live="polite">{label}</span>
        </button>
    }
}

//! Buttons that put text on the clipboard and say whether it got there.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};

use crate::browser::clipboard;

/// How long "Copied" stands.
const SAID_FOR: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, PartialEq)]
enum Copied {
    NotYet,
    Yes,
    Refused,
}

/// What was copied last, and what came of it. It outlives the buttons, which are drawn again
/// whenever what they stand beside changes.
#[derive(Clone, Copy)]
pub struct LastCopied(RwSignal<(String, Copied)>);

impl LastCopied {
    /// Nothing yet.
    #[must_use]
    pub fn nothing() -> Self {
        Self(RwSignal::new((String::new(), Copied::NotYet)))
    }

    /// What came of copying this.
    fn of(self, name: &str) -> Copied {
        self.0.with(|(last, copied)| {
            if last == name {
                *copied
            } else {
                Copied::NotYet
            }
        })
    }

    /// Copies, and says for two seconds what came of it.
    fn copy(self, name: String, text: String) {
        spawn_local(async move {
            let done = clipboard::copy(&text).await;
            let said = if done { Copied::Yes } else { Copied::Refused };
            self.0.set((name.clone(), said));
            let forget = move || {
                if self.of(&name) != Copied::NotYet {
                    self.0.set((String::new(), Copied::NotYet));
                }
            };
            set_timeout(move || untrack(forget), SAID_FOR);
        });
    }
}

/// A small sign beside an id.
#[component]
pub fn CopyId(
    /// What is copied.
    text: String,
    /// What it is, as in `session id`.
    what: &'static str,
) -> impl IntoView {
    let last = expect_context::<LastCopied>();
    let name = text.clone();
    let copied = move || last.of(&name);
    let on_click = move |_| last.copy(text.clone(), text.clone());
    let label = {
        let copied = copied.clone();
        move || match copied() {
            Copied::NotYet => format!("Copy {what}"),
            Copied::Yes => "Copied".to_owned(),
            Copied::Refused => "The browser does not allow copying here".to_owned(),
        }
    };
    let shape = move || match copied() {
        Copied::NotYet => "#mark-copy",
        Copied::Yes => "#mark-done",
        Copied::Refused => "#mark-failed",
    };
    view! {
        <button
            type="button"
            class="copy"
            title=label.clone()
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
    let name = text.clone();
    button(name, Callback::new(move |()| text.clone()), label, "")
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
    button(label.to_owned(), text, label, key)
}

fn button(
    name: String,
    text: Callback<(), String>,
    label: &'static str,
    key: &'static str,
) -> AnyView {
    let last = expect_context::<LastCopied>();
    let copied = name.clone();
    let label = move || match last.of(&copied) {
        Copied::NotYet => label,
        Copied::Yes => "Copied",
        Copied::Refused => "Not allowed here",
    };
    let on_click = move |_| last.copy(name.clone(), text.run(()));
    view! {
        <button type="button" class="button" data-key=key on:click=on_click>
            <span aria-live="polite">{label}</span>
        </button>
    }
    .into_any()
}

//! Who somebody is, the making of a link, and the links that there are.

use leptos::prelude::*;
use portal_model::{
    account_view::{AccountView, ShareView, Validity},
    words,
};
use web_sys::SubmitEvent;

use super::copy::CopyButton;

/// Draws who somebody is.
#[component]
pub fn Account(view: AccountView, on_sign_out: Callback<()>) -> impl IntoView {
    let sign_out = view.can_sign_out.then(|| {
        view! {
            <button type="button" class="button" on:click=move |_| on_sign_out.run(())>
                "Sign out"
            </button>
        }
        .into_any()
    });
    view! {
        <section class="card account-part" aria-label="Who you are">
            <p class="account-name">{view.name}</p>
            <p>{view.text}</p>
            {sign_out}
        </section>
    }
}

/// Draws the choices for a new link and, once it is made, the link.
#[component]
pub fn MakeLink(
    session: String,
    /// How long it is to be good, and whether something is kept back.
    on_make: Callback<(Validity, bool)>,
    /// The link that was made.
    link: impl Fn() -> Option<String> + Send + Sync + 'static,
) -> impl IntoView {
    let chosen = RwSignal::new(Validity::default());
    let redacted = RwSignal::new(false);
    let choices = Validity::ALL.map(|validity| {
        view! {
            <label>
                <input
                    type="radio"
                    name="validity"
                    prop:checked=move || chosen.get() == validity
                    on:change=move |_| chosen.set(validity)
                />
                {validity.label()}
            </label>
        }
        .into_any()
    });
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        on_make.run((chosen.get_untracked(), redacted.get_untracked()));
    };
    let made = move || {
        link().map(|link| {
            view! {
                <div class="made">
                    <input type="text" readonly aria-label="The link" prop:value=link.clone() />
                    <CopyButton text=link label="Copy link" />
                </div>
            }
            .into_any()
        })
    };
    view! {
        <section class="card account-part" aria-label="New link">
            <h2>"Share session " {session}</h2>
            <p class="small muted">{words::account::WHAT_A_LINK_IS}</p>
            <form class="share-form" on:submit=on_submit>
                <fieldset>
                    <legend>"Good for"</legend>
                    {choices.into_iter().collect_view()}
                </fieldset>
                <label>
                    <input
                        type="checkbox"
                        name="redacted"
                        prop:checked=move || redacted.get()
                        on:change=move |_| redacted.update(|redacted| *redacted = !*redacted)
                    />
                    {words::account::REDACT}
                </label>
                <button type="submit" class="button">
                    "Make link"
                </button>
            </form>
            {made}
        </section>
    }
}

/// Draws the links that are good, each with the address of its session's page.
#[component]
pub fn Shares(
    rows: impl Fn() -> Vec<(String, ShareView)> + Send + Sync + 'static,
    /// The link of this id is to be good no more.
    on_revoke: Callback<String>,
) -> impl IntoView {
    let list = move || {
        let rows = rows();
        if rows.is_empty() {
            return view! { <p class="muted">{words::account::NO_LINKS}</p> }.into_any();
        }
        let rows = rows
            .into_iter()
            .map(|(page, row)| share(page, row, on_revoke));
        view! { <ul class="shares">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <section class="card account-part" aria-label="Share links">
            <h2>"Share links"</h2>
            {list}
        </section>
    }
}

fn share(page: String, row: ShareView, on_revoke: Callback<String>) -> AnyView {
    let id = row.id;
    let revoke = format!("Revoke the link to {}", row.session_id);
    view! {
        <li>
            <a rel="external" href=page>
                {row.session_id.to_string()}
            </a>
            <span class="small muted">{row.text}</span>
            <span class="ways">
                <CopyButton text=row.url label="Copy link" />
                <button
                    type="button"
                    class="button"
                    aria-label=revoke
                    on:click=move |_| on_revoke.run(id.clone())
                >
                    "Revoke"
                </button>
            </span>
        </li>
    }
    .into_any()
}

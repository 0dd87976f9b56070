//! The sessions that this browser looked at last.

use leptos::prelude::*;
use portal_model::seen;
use status_model::SessionId;

use crate::{browser::storage, route};

/// The key that they are kept under.
const KEY: &str = "seen";

/// Remembers that a session was looked at.
pub fn remember(id: &SessionId, title: &str) {
    let stored = storage::get(KEY).unwrap_or_default();
    storage::set(KEY, &seen::with(&stored, id, title));
}

/// Links to them; nothing where there are none. Their states are not told: they may have changed.
#[component]
pub fn SeenList() -> impl IntoView {
    let seen = seen::read(&storage::get(KEY).unwrap_or_default());
    let is_any = !seen.is_empty();
    let links = seen.into_iter().map(|seen| {
        view! {
            <li>
                <a class="button" href=route::session(&seen.session_id)>
                    {seen.title}
                </a>
            </li>
        }
        .into_any()
    });
    let links = links.collect_view();
    is_any.then(|| {
        view! {
            <nav class="seen" aria-label="Looked at last">
                <span class="small muted">"Looked at last"</span>
                <ul>{links}</ul>
            </nav>
        }
        .into_any()
    })
}

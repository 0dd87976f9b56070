//! A new release: noticed by the page's own entity tag, and loaded when nothing runs.

use gloo_net::http::Request;
use leptos::{prelude::*, task::spawn_local};
use web_sys::RequestCache;

/// What is known of releases.
#[derive(Clone, Copy)]
pub(super) struct Release {
    /// Is there another than the one that runs?
    pub(super) is_new: RwSignal<bool>,
    /// The page's tag when it was first asked for, or last changed.
    etag: StoredValue<Option<String>>,
    /// Is the page being asked for?
    is_asking: StoredValue<bool>,
}

impl Release {
    pub(super) fn new() -> Self {
        Self {
            is_new: RwSignal::new(false),
            etag: StoredValue::new(None),
            is_asking: StoredValue::new(false),
        }
    }

    /// Asks for the page, to see whether it still is the one that runs.
    pub(super) fn check(self) {
        if self.is_new.get_untracked() {
            return;
        }
        self.ask(|release, page| {
            if let Some(page) = page
                && !is_own(&page)
            {
                release.is_new.set(true);
            }
        });
    }

    /// Loads the new release, if there is one and the server gives it: a page that fails to load
    /// stays away.
    pub(super) fn load(self) {
        if !self.is_new.get_untracked() {
            return;
        }
        self.etag.set_value(None);
        self.ask(|_, page| {
            if page.is_some() {
                _ = window().location().reload();
            }
        });
    }

    /// Asks for the page, and hands it on unless it has not changed or there is none.
    fn ask(self, then: impl FnOnce(Self, Option<String>) + 'static) {
        if self.is_asking.get_value() {
            return;
        }
        self.is_asking.set_value(true);
        spawn_local(async move {
            let page = self.page().await;
            self.is_asking.set_value(false);
            then(self, page);
        });
    }

    async fn page(self) -> Option<String> {
        let path = window().location().pathname().ok()?;
        // Past the browser's cache, which would answer a 304 with what it has.
        let mut request = Request::get(&path).cache(RequestCache::NoStore);
        if let Some(etag) = self.etag.get_value() {
            request = request.header("If-None-Match", &etag);
        }
        let answer = request.send().await.ok()?;
        if answer.status() != 200 {
            return None;
        }
        let page = answer.text().await.ok()?;
        self.etag.set_value(answer.headers().get("ETag"));
        Some(page)
    }
}

/// Is this the page that runs? Its styles and scripts stand in it, and one of them names the
/// program, whose name changes with its content.
fn is_own(page: &str) -> bool {
    let Ok(parts) = document().query_selector_all("style, script:not([src])") else {
        return true;
    };
    (0..parts.length())
        .filter_map(|index| parts.get(index)?.text_content())
        .all(|part| page.contains(&part))
}

//! The only timer: keeps one resource of the status API current for as long as a page shows it.
//!
//! It decides nothing. The poller of `portal-model` says what to do; this carries it out with
//! the browser's request, timer, visibility and network state.

mod driver;

use std::{rc::Rc, sync::Arc};

use leptos::prelude::*;
use portal_model::{
    clocks::Clocks,
    format::Zone,
    poll::{Event, Freshness, Policy},
};
use serde_json::Value;
use status_model::Timestamp;

use crate::{
    browser::page,
    client::{Client, FetchError},
};
use driver::{Driver, Followed};

/// What is kept current, and how to read it.
pub struct Source<T> {
    /// Where the status API answers it.
    pub path: String,
    /// How to read the body's JSON, and the cursor of the page after it.
    pub read: fn(&Value, Option<&str>) -> Result<T, FetchError>,
    /// Will it never change again?
    pub is_final: fn(&T) -> bool,
    /// When anything was last heard of it.
    pub last_progress: fn(&T) -> Option<Timestamp>,
    /// How often it is asked for.
    pub policy: Policy,
}

/// The time now, by both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// By the viewer's clock.
    pub viewer: Timestamp,
    /// By the server's.
    pub server: Timestamp,
}

impl Now {
    /// With the zone that times are written in.
    #[must_use]
    pub fn clocks(self, zone: Zone) -> Clocks {
        Clocks {
            viewer: self.viewer,
            server: self.server,
            zone,
        }
    }
}

/// A resource that is kept current. Two axes: the data that there is, and what the asking does;
/// a failed refresh never removes data.
pub struct Live<T: Send + Sync + 'static> {
    /// The last good answer.
    pub data: ReadSignal<Option<Arc<T>>>,
    /// How current it is.
    pub freshness: ReadSignal<Freshness>,
    /// The time; moves every second while somebody looks and something may change.
    pub now: ReadSignal<Now>,
    driver: StoredValue<Rc<Driver>, LocalStorage>,
}

impl<T: Send + Sync + 'static> Clone for Live<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Live<T> {}

impl<T: Send + Sync + 'static> Live<T> {
    /// Keeps the source current until the current owner is cleaned up.
    #[must_use]
    pub fn follow(client: Client, source: Source<T>) -> Self {
        let (data, set_data) = signal(None);
        let policy = source.policy.clone();
        let shown = Shown {
            source,
            data,
            set_data,
        };
        let (driver, freshness, now) = Driver::new(client, policy, Box::new(shown));
        let stored = StoredValue::new_local(Rc::clone(&driver));
        on_cleanup(move || {
            stored.try_with_value(|driver| driver.stop());
        });

        driver.step(Event::Visibility(page::is_visible()));
        driver.step(Event::Online(page::is_online()));
        driver.step(Event::Opened);
        let on_visibility = Rc::clone(&driver);
        page::on_visibility(move |visible| on_visibility.step(Event::Visibility(visible)));
        page::on_online(move |online| driver.step(Event::Online(online)));
        Self {
            data,
            freshness,
            now,
            driver: stored,
        }
    }

    /// Is the viewer to be told what happens, even where nobody sees the page?
    pub fn want_notice(self, wanted: bool) {
        if let Some(driver) = self.driver.try_get_value() {
            driver.step(Event::NotifyWanted(wanted));
        }
    }

    /// The body that is shown, as it came.
    #[must_use]
    pub fn body(self) -> Option<String> {
        self.driver.try_get_value()?.body()
    }

    /// Asks now, because the viewer wants to know.
    pub fn check_again(self) {
        let driver = self.driver.try_get_value();
        if let Some(driver) = driver {
            driver.step(Event::CheckAgain);
        }
    }
}

/// What a page shows of a source.
struct Shown<T: Send + Sync + 'static> {
    source: Source<T>,
    data: ReadSignal<Option<Arc<T>>>,
    set_data: WriteSignal<Option<Arc<T>>>,
}

impl<T: Send + Sync + 'static> Followed for Shown<T> {
    fn path(&self) -> &str {
        &self.source.path
    }

    fn read(&self, body: &Value, next: Option<&str>) -> Result<Box<dyn FnOnce()>, FetchError> {
        let data = Arc::new((self.source.read)(body, next)?);
        let set_data = self.set_data;
        // The page may be gone by then.
        Ok(Box::new(move || _ = set_data.try_set(Some(data))))
    }

    fn is_final(&self) -> bool {
        let data = self.data.get_untracked();
        data.as_deref().is_some_and(self.source.is_final)
    }

    fn last_progress(&self) -> Option<Timestamp> {
        let data = self.data.get_untracked();
        data.as_deref().and_then(self.source.last_progress)
    }
}

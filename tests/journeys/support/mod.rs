//! The stage of a journey: a fresh browser, a real server, and what stands between them where a
//! request has to be counted, delayed or spoiled.

pub mod browser;
pub mod busy_wall;
pub mod identity_provider;
pub mod memory;
pub mod old_backend;
pub mod other_origin;
pub mod page;
pub mod program;
pub mod proxy;
pub mod scenes;
pub mod server;
pub mod static_host;
pub mod store;

use std::{
    env,
    panic::{AssertUnwindSafe, resume_unwind},
    thread,
    time::Duration,
};

use futures_util::FutureExt;
use tokio::{
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};

pub use browser::Browser;
pub use other_origin::other_origin;
pub use proxy::{Proxy, Spoiled};
pub use server::Server;

/// How long anything may take that is waited for.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// How long a journey may take in all.
const LONGEST: Duration = Duration::from_secs(150);

/// So many browsers at a time, however many processors there are: each is a dozen processes.
static BROWSERS: Semaphore = Semaphore::const_new(3);

/// Walks through the portal with a browser of its own.
///
/// A journey that fails leaves a picture of the page behind. One that goes well fails all the same
/// where the browser complained on the way: of a violated content security policy, of an error that
/// nobody caught, of a panic.
pub async fn journey(walk: impl AsyncFnOnce(&Browser)) {
    journey_within(LONGEST, walk).await;
}

/// The same for a journey that takes its time.
pub async fn journey_within(longest: Duration, walk: impl AsyncFnOnce(&Browser)) {
    let _turn = BROWSERS.acquire().await.unwrap();
    let browser = Browser::start().await;
    let walked = AssertUnwindSafe(timeout(longest, walk(&browser)))
        .catch_unwind()
        .await;
    let went_well = matches!(walked, Ok(Ok(())));
    if !went_well {
        browser.keep_picture(&name()).await;
    }
    let complaints = browser.complaints().await;
    browser.close().await;
    match walked {
        Err(panic) => resume_unwind(panic),
        Ok(Err(_)) => panic!("the journey is not over after {} s", longest.as_secs()),
        Ok(Ok(())) => assert!(
            complaints.is_empty(),
            "the browser complains: {complaints:#?}"
        ),
    }
}

/// The journey's name: that of its test, which names the thread.
fn name() -> String {
    let thread = thread::current();
    thread.name().unwrap_or("journey").replace("::", ".")
}

/// Looks until there is something; panics with what `describe` says where that takes too long.
pub async fn eventually<T>(
    mut look: impl AsyncFnMut() -> Option<T>,
    describe: impl AsyncFnOnce() -> String,
) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(seen) = look().await {
            return seen;
        }
        assert!(
            Instant::now() <= deadline,
            "not within {} s: {}",
            PATIENCE.as_secs(),
            describe().await
        );
        sleep(Duration::from_millis(50)).await;
    }
}

/// What `cargo xtask test journeys` passes on.
pub fn passed_on(variable: &str) -> String {
    env::var(variable).unwrap_or_else(|_| {
        panic!("{variable} is not set: run the journeys with `cargo xtask test journeys`")
    })
}

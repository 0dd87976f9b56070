//! The portal: a session's timeline, live in the browser.
//!
//! Data walks one way: [`client`] asks the status API, [`live`] keeps one answer current by the
//! portal model's poller, `portal-model` says what to show, [`components`] draw it.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`account`] | who is signed in, and their share links, a program of its own |
//! | [`app`] | router, contexts, the frame around every page |
//! | [`route`] | the only place that knows a URL |
//! | [`start`] | what `start.js` prepared before the WebAssembly was there |
//! | [`client`] | typed calls of the status API |
//! | [`live`] | the only timer: keeps one resource current |
//! | [`browser`] | what only a browser knows: clock, zone, visibility, clipboard |
//! | [`compare`] | two sessions side by side, a program of its own |
//! | [`mount`] | puts a program in its place |
//! | [`pages`] | session, sessions, not found |
//! | [`skeleton`] | what is seen until the page is drawn |
//! | [`staged`] | long drawing in several tasks |
//! | [`wall`] | the wall display, which the program `trade-status-wall` shows |
//! | [`components`] | each draws a view of `portal-model` and fetches nothing |

#![expect(
    missing_docs,
    clippy::must_use_candidate,
    reason = "the component macro makes a struct of each component's properties and a plain function"
)]

pub mod account;
pub mod app;
pub mod browser;
pub mod client;
pub mod compare;
pub mod components;
pub mod live;
pub mod mount;
pub mod pages;
pub mod route;
pub mod skeleton;
pub mod staged;
pub mod start;
pub mod wall;

//! When to ask next, and how current what is shown is: a pure state machine.
//!
//! Whoever drives a [`Poller`] owns one request and one timer, hands it [`Event`]s with the
//! viewer's time and a random number, and does what the returned [`Action`] says. A session,
//! the list and the wall are followed by the same poller under another [`Policy`].
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `policy` | [`Policy`]: every number of the polling, as a value |
//! | `event` | what can happen ([`Event`]) and what to do then ([`Action`]) |
//! | `poller` | [`Poller`]: from event to action |
//! | `outcome` | what comes of a request |
//! | `state` | what it remembers |
//! | `pace` | how long until the next request |
//! | `freshness` | [`Freshness`]: what to say about it |

mod event;
mod freshness;
mod outcome;
mod pace;
mod policy;
mod poller;
mod state;

pub use event::{Action, Answer, Event, Failure, Turn};
pub use freshness::{Fetching, Freshness};
pub use policy::{Backoff, Policy};
pub use poller::Poller;

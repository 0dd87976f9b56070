//! When to ask next, and how current what is shown is: a pure state machine.
//!
//! Whoever drives a [`Poller`] owns one request and one timer, hands it [`Event`]s with the
//! viewer's time and a random number, and does what the returned [`Action`] says. A session,
//! the list and the wall are followed by the same poller under another [`Policy`].
//!
//! ```
//! use portal_model::poll::{Action, Answer, Event, Policy, Poller};
//! use status_model::{Seconds, Timestamp};
//!
//! let mut poller = Poller::new(Policy::session());
//! let opened_at = Timestamp::from_unix_millis(1_000);
//! let Action::Request { turn, wait: None, .. } = poller.step(Event::Opened, opened_at, 0.5) else {
//!     panic!("opening the page sends the first request, which does not wait");
//! };
//!
//! // An older backend answers 20 ms later: without an entity tag, so it can't be asked to wait.
//! let answer = Answer {
//!     changed: true,
//!     comparable: false,
//!     waited: false,
//!     is_final: false,
//!     last_progress_age: None,
//! };
//! let answered_at = Timestamp::from_unix_millis(1_020);
//! let action = poller.step(Event::Answered(turn, answer), answered_at, 0.5);
//! assert!(matches!(action, Action::Wake { after, .. } if after == Seconds::from_secs(1)));
//! ```
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
pub use policy::{Backoff, Policy, STALLED_AFTER};
pub use poller::Poller;

//! What the portal shows and when it asks next. Pure: time, randomness and answers enter as
//! arguments, and nothing here knows a browser.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`poll`] | the poller: (state, event, now, random) to the next action, and how fresh the data is |
//! | [`server_clock`] | the server's time on a viewer's machine whose clock is wrong |
//! | [`retry_after`] | HTTP dates and `Retry-After` |
//! | [`find`] | what somebody pasted into the search box |
//! | [`mark`] | a state as shape and word |
//! | [`words`] | the wording of everything that has a state |
//! | [`mod@format`] | times, durations and counts as text |
//! | [`clocks`] | the time now, by the viewer's clock and by the server's |
//! | [`freshness_view`] | the freshness line: how old the data is and what is being done about it |
//! | [`message`] | what a page says that has no data |
//! | [`session_view`] | one session: header, timeline, agents, tokens |
//! | [`list_view`] | sessions as rows |

pub mod clocks;
pub mod find;
pub mod format;
pub mod freshness_view;
pub mod list_view;
pub mod mark;
pub mod message;
pub mod poll;
pub mod retry_after;
pub mod server_clock;
pub mod session_view;
pub mod words;

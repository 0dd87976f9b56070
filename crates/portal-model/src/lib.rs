//! What the portal shows and when it asks next. Pure: time, randomness and answers enter as
//! arguments, and nothing here knows a browser.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | [`account_view`] | who somebody is to the server, and the links that they have made |
//! | [`poll`] | the poller: (state, event, now, random) to the next action, and how fresh the data is |
//! | [`server_clock`] | the server's time on a viewer's machine whose clock is wrong |
//! | [`retry_after`] | HTTP dates and `Retry-After` |
//! | [`find`] | what somebody pasted into the search box |
//! | [`mark`] | a state as shape and word |
//! | [`advice`] | what a person can do about a failure or a match that is none |
//! | [`words`] | the wording of everything that has a state |
//! | [`mod@format`] | times, durations and counts as text |
//! | [`clocks`] | the time now, by the viewer's clock and by the server's |
//! | [`freshness_view`] | the freshness line: how old the data is and what is being done about it |
//! | [`message`] | what a page says that has no data |
//! | [`session_view`] | one session: header, timeline, agents, tokens |
//! | [`place`] | a place on a session's page, as it stands in the address |
//! | [`compare_view`] | two sessions side by side |
//! | [`report`] | one session as plain text, for a ticket |
//! | [`list_query`] | a list's search, filters and page, as they stand in the address |
//! | [`list_view`] | sessions as rows |
//! | [`held_list`] | a list that does not move under the pointer |
//! | [`seen`] | the sessions that this browser looked at last |
//! | [`wall_settings`] | what a wall display's address chooses |
//! | [`wall_view`] | the wall display: counts, tiles, pages in turn |

pub mod account_view;
pub mod advice;
pub mod clocks;
pub mod compare_view;
pub mod find;
pub mod format;
pub mod freshness_view;
pub mod held_list;
pub mod list_query;
pub mod list_view;
pub mod mark;
pub mod message;
pub mod place;
pub mod poll;
pub mod report;
pub mod retry_after;
pub mod seen;
pub mod server_clock;
pub mod session_view;
pub mod wall_settings;
pub mod wall_view;
pub mod words;

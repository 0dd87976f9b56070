//! Journeys through the portal: a real browser, the real server, the real store.
//!
//! `cargo xtask test journeys` builds what they need, starts ChromeDriver and runs them.
//!
//! # Layout
//!
//! | module | what is walked through |
//! |---|---|
//! | `watching` | a session watched step by step to its end, each request counted |
//! | `retrying` | a session that fails at the second attempt |
//! | `running` | documents that the orchestrator takes through agents |
//! | `opening` | a link opened cold; every address opened directly |
//! | `missing` | ids that are mistyped, unknown, or not there yet |
//! | `finding` | the search box and the list of sessions |
//! | `listing` | filters, pages, a list that stays still, sessions looked at before |
//! | `passing_on` | links to a place, reports, files, paper, two sessions side by side |
//! | `signing_in` | people sign in, are sent back to where they were, and sign out |
//! | `sharing` | links to one session, and displays that have a link |
//! | `telling` | title, icon, notifications, many tabs |
//! | `keys` | the keyboard |
//! | `restarting` | a server that goes and comes back |
//! | `failing` | errors, refusals and answers that nobody can read |
//! | `hostile` | text that would like to be more than text |
//! | `elsewhere` | the portal on another host, before this server and before an older backend |
//! | `looking` | a page that nobody sees, a browser without a network |
//! | `large` | thousands of tries and steps, pauses of hours, what is slow or silent |
//! | `clocks` | zones, and a clock that is wrong |
//! | `access` | axe, small screens, the keyboard, high contrast, no motion |
//! | `theme` | light and dark |
//! | `wall` | the wall display: what it shows, how it heals, what it loads |
//! | `wall_day` | the wall display for a day: nothing grows |
//! | `wall_devices` | the wall display and its loudspeaker, its screen, nobody there |
//! | `support` | the stage |

#![cfg(test)]
#![cfg(not(target_arch = "wasm32"))]

mod access;
mod clocks;
mod elsewhere;
mod failing;
mod finding;
mod hostile;
mod keys;
mod large;
mod listing;
mod looking;
mod missing;
mod opening;
mod passing_on;
mod restarting;
mod retrying;
mod running;
mod sharing;
mod signing_in;
mod support;
mod telling;
mod theme;
mod wall;
mod wall_day;
mod wall_devices;
mod watching;

//! Sessions as files to take along: what is in them, and what they are called. No I/O.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `csv` | lines of cells, as RFC 4180 and spreadsheets want them |
//! | `file` | [`Format`], and the names of files |
//! | `list` | many sessions, a line each, page by page |
//! | `session` | one session, its agents and their attempts |

mod csv;
mod file;
mod list;
mod session;

pub(crate) use file::{Format, list_name, session_name};
pub(crate) use list::{Part, part};
pub(crate) use session::document;

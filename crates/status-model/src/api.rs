//! The bodies of the status API: supersets of what today's backend answers.
//!
//! | module | answers |
//! |---|---|
//! | [`status`] | one session |
//! | [`row`] | a session as an element of a list |
//! | [`usual`] | how long agents usually take |
//! | [`overview`] | the numbers and tiles of a wall display, the matching counts |
//! | [`access`] | who is asking, links to single sessions |
//! | [`problem`] | errors, RFC 9457 |

pub mod access;
pub mod overview;
pub mod problem;
pub mod row;
pub mod status;
pub mod usual;

pub use access::{Config, Me, NewShare, ShareBody, SharedSession, ViewerKind};
pub use overview::{MatchingCounts, Overview, Tally};
pub use problem::Problem;
pub use row::{RowError, SessionRow, Strip};
pub use status::StatusBody;
pub use usual::{UsualDuration, UsualDurations};

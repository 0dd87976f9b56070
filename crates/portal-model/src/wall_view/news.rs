//! What is new from one answer to the next.

use status_model::{OverallStatus, Seconds, SessionId, api::Overview};

use crate::poll::{Fetching, Freshness};

/// How often a wall asks whether there is a new release.
pub const CHECK_FOR_RELEASE: Seconds = Seconds::from_secs(10 * 60);

/// Has a session failed that had not failed in the answer before?
#[must_use]
pub fn has_new_failure(before: &Overview, after: &Overview) -> bool {
    let known: Vec<&SessionId> = failed(before).collect();
    failed(after).any(|id| !known.contains(&id))
}

fn failed(overview: &Overview) -> impl Iterator<Item = &SessionId> {
    let tiles = overview.tiles.iter();
    tiles
        .filter(|row| row.status == OverallStatus::Failed)
        .map(|row| &row.session_id)
}

/// May the wall load a new release now? Not while something runs that somebody may be watching,
/// and not unless the server answers: a page that fails to load stays away for good.
#[must_use]
pub fn may_reload(overview: Option<&Overview>, freshness: &Freshness) -> bool {
    freshness.fetching == Fetching::Live
        && overview.is_some_and(|overview| overview.tally.running == 0)
}

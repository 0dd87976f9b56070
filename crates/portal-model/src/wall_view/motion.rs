//! What moves with time: pages, the shift against burn-in, the beat that proves life.

use status_model::{Seconds, Timestamp};

use super::{Grid, Kind, TileView};

/// How long a page is shown.
pub const TURN: Seconds = Seconds::from_secs(15);
/// How many places the mark has that proves life; it is at the next one every second.
pub const BEATS: u8 = 12;

/// By how many steps the wall moves to each side of its middle.
const REACH: i64 = 4;

/// How many turns have been taken.
pub(super) fn turn(from: Timestamp, now: Timestamp) -> usize {
    let passed = now.since(from).unwrap_or_default();
    usize::try_from(passed.millis() / TURN.millis()).unwrap_or_default()
}

/// The tiles whose turn it is, and their page's number of how many, where there are several.
///
/// What is over and well fills the places that are left, and has no page of its own: who runs or
/// has failed must not wait behind it.
pub(super) fn page(
    mut tiles: Vec<TileView>,
    grid: Grid,
    turn: usize,
) -> (Vec<TileView>, Option<(usize, usize)>) {
    let fit = grid.tiles().max(1);
    let is_over = |tile: &TileView| matches!(tile.kind, Kind::Done | Kind::DoneWithFailure);
    let open = tiles.iter().filter(|tile| !is_over(tile)).count();
    let pages = open.div_ceil(fit).max(1);
    let page = turn % pages;
    let shown = tiles.drain(page * fit..).take(fit).collect();
    (shown, (pages > 1).then_some((page + 1, pages)))
}

/// The steps to the right and down: another place every minute, each visited, none twice in a row.
pub(super) fn shift(now: Timestamp) -> (i8, i8) {
    let minute = now.unix_millis().div_euclid(60_000);
    (swing(minute), swing(minute.div_euclid(4 * REACH) + 3))
}

/// To and fro between both ends.
fn swing(step: i64) -> i8 {
    let place = step.rem_euclid(4 * REACH);
    let from_end = if place <= 2 * REACH {
        place
    } else {
        4 * REACH - place
    };
    i8::try_from(from_end - REACH).unwrap_or_default()
}

pub(super) fn beat(now: Timestamp) -> u8 {
    let second = now.unix_millis().div_euclid(1000);
    u8::try_from(second.rem_euclid(i64::from(BEATS))).unwrap_or_default()
}

//! The wall display: what operations see from across the room.
//!
//! Everything moves by the time that is passed in: pages take turns, the whole shifts so that
//! nothing burns in, and a mark goes round for as long as the program lives.
//!
//! | module | what lives there |
//! |---|---|
//! | `age` | how old the data is, and how loudly that is said |
//! | `counts` | the numbers at the top |
//! | `grid` | how many tiles fit |
//! | `motion` | pages in turn, the shift, the beat |
//! | `news` | what is new from one answer to the next, and whether a new release may load |
//! | `tile` | one session |

mod age;
mod counts;
mod grid;
mod motion;
mod news;
mod tile;

use status_model::{
    Timestamp,
    api::{Overview, overview::MAX_TILES},
};

use crate::{clocks::Clocks, poll::Freshness, wall_settings::WallSettings, words};

pub use age::{AgeView, Alarm};
pub use counts::CountView;
pub use grid::{Grid, Space};
pub use motion::{BEATS, TURN};
pub use news::{CHECK_FOR_RELEASE, has_new_failure, may_reload};
pub use tile::{Kind, Segment, TileView};

/// All that a wall shows at a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct WallView {
    /// The time, as in `12:03`.
    pub clock: String,
    /// Its zone and whose documents are shown, as in `UTC · all documents`.
    pub scope: String,
    /// How old the data is.
    pub age: AgeView,
    /// The numbers at the top; none before there is data.
    pub counts: Vec<CountView>,
    /// What agents usually take, in a line.
    pub usual: Option<String>,
    /// The tiles of this page, the worst first.
    pub tiles: Vec<TileView>,
    /// Which page this is, where there are several.
    pub page: Option<PageView>,
    /// What is said where nothing runs: a title and, where there are no tiles, what it means.
    pub quiet: Option<(&'static str, Option<&'static str>)>,
    /// By how many steps all of it is shifted, to the right and down.
    pub shift: (i8, i8),
    /// Where the mark is that proves life, from 0 to one less than [`BEATS`].
    pub beat: u8,
}

/// Which page is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageView {
    /// From 1.
    pub number: usize,
    /// How many there are.
    pub count: usize,
    /// Sessions that are on none of them, since the server names a limited number.
    pub beyond: u64,
}

/// What a wall shows now. The pages began to take turns at `turns_from`, by the server's clock.
#[must_use]
pub fn wall_view(
    overview: Option<&Overview>,
    freshness: &Freshness,
    clocks: Clocks,
    settings: &WallSettings,
    grid: Grid,
    turns_from: Timestamp,
) -> WallView {
    let now = clocks.server;
    let all = overview.map_or_else(Vec::new, |overview| tile::all(overview, now));
    let (tiles, page) = motion::page(all, grid, motion::turn(turns_from, now));
    let page = page.map(|(number, count)| PageView {
        number,
        count,
        beyond: overview.map_or(0, beyond),
    });
    WallView {
        clock: clocks.zone.time(now)[..5].to_owned(),
        scope: format!(
            "{} · {}",
            clocks.zone.name(now),
            words::wall::scope(settings.source.as_ref())
        ),
        age: age::age(freshness, clocks),
        counts: overview.map_or_else(Vec::new, |overview| counts::counts(overview, now)),
        usual: overview.and_then(counts::usual),
        quiet: overview.and_then(|overview| quiet(overview, &tiles)),
        tiles,
        page,
        shift: motion::shift(now),
        beat: motion::beat(now),
    }
}

/// How many sessions that are not done have no tile.
fn beyond(overview: &Overview) -> u64 {
    if overview.tiles.len() < MAX_TILES {
        return 0;
    }
    let tally = overview.tally;
    let open = tally.failed + tally.stuck + tally.running;
    open.saturating_sub(overview.tiles.len() as u64)
}

fn quiet(overview: &Overview, tiles: &[TileView]) -> Option<(&'static str, Option<&'static str>)> {
    if tiles.is_empty() {
        let (title, text) = words::wall::NOTHING_YET;
        return Some((title, Some(text)));
    }
    let is_over = overview.tally.running + overview.tally.stuck + overview.tally.failed == 0;
    is_over.then_some((words::wall::NOTHING_RUNS, None))
}

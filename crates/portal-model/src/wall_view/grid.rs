//! How many tiles fit.

use crate::wall_settings::MAX_ROWS;

/// The space for the tiles and the screen's height, in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Space {
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
    /// The whole screen's height: what can be read from afar is a part of it.
    pub screen_height: f64,
}

/// Columns and rows of tiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// From left to right.
    pub columns: usize,
    /// From top to bottom; none: as many as there are, for a page that scrolls.
    pub rows: Option<usize>,
}

/// Below this the wall is in somebody's hand: one column, which scrolls.
const NARROW: f64 = 700.0;
/// A tile that can be read from 5 m takes this part of the screen's height.
const TILE_HEIGHT: f64 = 0.2;
/// A tile is about so many times wider than high.
const PROPORTION: f64 = 2.1;
const MAX_COLUMNS: u8 = 12;

impl Grid {
    /// As many as fit, or these rows.
    #[must_use]
    pub fn fit(space: Space, rows: Option<u8>) -> Self {
        if space.width < NARROW {
            return Self {
                columns: 1,
                rows: None,
            };
        }
        let fit = (space.height / (space.screen_height * TILE_HEIGHT)).floor();
        let rows = rows.unwrap_or_else(|| whole(fit, MAX_ROWS));
        let height = space.height / f64::from(rows);
        let columns = (space.width / (height * PROPORTION)).round();
        Self {
            columns: usize::from(whole(columns, MAX_COLUMNS)),
            rows: Some(usize::from(rows)),
        }
    }

    /// How many tiles are on a page.
    #[must_use]
    pub const fn tiles(self) -> usize {
        match self.rows {
            Some(rows) => rows * self.columns,
            None => usize::MAX,
        }
    }
}

/// From 1 to `most`; what is no number counts as one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped before"
)]
fn whole(number: f64, most: u8) -> u8 {
    number.max(1.0).min(f64::from(most)) as u8
}

//! The axis of the timeline: times to places, in percent. Pauses of hours in which no agent works
//! are drawn short, so that the work around them can be seen.

use status_model::{Seconds, Timestamp};

use super::timeline::{Band, Gap, Tick};
use crate::format;

/// Steps between labels; the smallest is taken that gives at most [`MAX_TICKS`].
const STEPS_MILLIS: [u64; 24] = [
    10,
    20,
    50,
    100,
    200,
    500,
    1000,
    2000,
    5000,
    10_000,
    15_000,
    30_000,
    60_000,
    120_000,
    300_000,
    600_000,
    900_000,
    1_800_000,
    3_600_000,
    7_200_000,
    21_600_000,
    43_200_000,
    86_400_000,
    604_800_000,
];
const MAX_TICKS: u64 = 7;
/// Labels closer than this, in percent, would touch.
const TICKS_APART: f64 = 8.0;
/// A label beyond would hang over the edge.
const LAST_TICK: f64 = 98.0;

/// A shorter pause is drawn as long as it was.
const SHORTEST_GAP_MILLIS: i64 = 10 * 60 * 1000;
/// So is one that is less than so many times shorter than all that is worked.
const WORK_TO_GAP: i64 = 4;
/// So many pauses are drawn short: the longest.
const MAX_GAPS: usize = 3;
/// How wide each of them is drawn, in percent: as its label needs.
const GAP_WIDTH: f64 = 14.0;

/// What the axis spans.
pub(super) struct Axis {
    pieces: Vec<Piece>,
    step: u64,
    start: i64,
}

/// A stretch of the axis, in Unix milliseconds and percent. One begins where the last one ends.
struct Piece {
    from: i64,
    to: i64,
    left: f64,
    right: f64,
    is_gap: bool,
}

/// What an axis is made from.
pub(super) struct Span {
    /// The session's start.
    pub(super) start: Timestamp,
    /// Now or, in a final session, its end.
    pub(super) edge: Timestamp,
    /// Up to where something is drawn.
    pub(super) latest: Timestamp,
    /// Does the axis grow?
    pub(super) is_final: bool,
}

impl Axis {
    /// `busy` are the stretches of work, by their start.
    pub(super) fn new(span: &Span, busy: impl Iterator<Item = (Timestamp, Timestamp)>) -> Self {
        let (start, edge) = (span.start.unix_millis(), span.edge.unix_millis());
        let latest = span.latest.unix_millis().max(start);
        let gaps = gaps(start, edge, latest, busy);
        let idle: i64 = gaps.iter().map(|(from, to)| to - from).sum();
        let linear = (latest - start - idle).max(1).unsigned_abs();
        let ticks = MAX_TICKS - gaps.len() as u64;
        let step = STEPS_MILLIS
            .into_iter()
            .find(|step| linear / step < ticks)
            .unwrap_or_else(|| linear.div_ceil(ticks).max(1));
        // While it runs, the axis grows by whole steps, so that bars don't shrink at every tick.
        let linear = if span.is_final {
            linear
        } else {
            (linear / step + 1) * step
        };
        Self {
            pieces: pieces(start, &gaps, linear),
            step,
            start,
        }
    }

    /// Where a time is; what lies beyond the axis is at its end.
    #[expect(clippy::cast_precision_loss, reason = "a place on the screen")]
    pub(super) fn place(&self, time: Timestamp) -> f64 {
        let time = time.unix_millis();
        let piece = self.pieces.iter().find(|piece| time < piece.to);
        let Some(piece) = piece else { return 100.0 };
        let part = (time - piece.from) as f64 / (piece.to - piece.from) as f64;
        let place = piece.left + part * (piece.right - piece.left);
        // Two decimals are a hundredth of a percent: finer than a pixel, and equal when redrawn.
        rounded(place).clamp(0.0, 100.0)
    }

    pub(super) fn band(&self, from: Timestamp, to: Timestamp) -> Band {
        let left = self.place(from);
        Band {
            left,
            width: rounded((self.place(to) - left).max(0.0)),
        }
    }

    /// The labels: whole steps since the start, save within pauses that are drawn short.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let step = i64::try_from(self.step).unwrap_or(i64::MAX);
        let mut ticks: Vec<Tick> = Vec::new();
        for piece in self.pieces.iter().filter(|piece| !piece.is_gap) {
            let first = (piece.from - self.start).unsigned_abs().div_ceil(self.step);
            let mut offset = i64::try_from(first * self.step).unwrap_or(i64::MAX);
            while offset <= piece.to - self.start {
                let left = self.place(Timestamp::from_unix_millis(self.start + offset));
                let is_apart = ticks
                    .last()
                    .is_none_or(|last| left >= last.left + TICKS_APART);
                if is_apart && left <= LAST_TICK {
                    ticks.push(Tick {
                        left,
                        label: format::axis(Seconds::from_millis(offset.unsigned_abs())),
                    });
                }
                offset += step;
            }
        }
        ticks
    }

    /// The pauses that are drawn short.
    pub(super) fn gaps(&self) -> Vec<Gap> {
        let gaps = self.pieces.iter().filter(|piece| piece.is_gap);
        gaps.map(|piece| Gap {
            band: Band {
                left: rounded(piece.left),
                width: rounded(piece.right - piece.left),
            },
            label: format!(
                "{} idle",
                format::ticking(Seconds::from_millis((piece.to - piece.from).unsigned_abs()))
            ),
        })
        .collect()
    }
}

fn rounded(percent: f64) -> f64 {
    (percent * 100.0).round() / 100.0
}

/// The pauses that are to be drawn short, in order, in Unix milliseconds.
fn gaps(
    start: i64,
    edge: i64,
    latest: i64,
    busy: impl Iterator<Item = (Timestamp, Timestamp)>,
) -> Vec<(i64, i64)> {
    let (mut idle, mut longest) = (0, Vec::new());
    let (mut is_worked, mut until) = (false, start);
    let edge = std::iter::once((edge, edge));
    let busy = busy.map(|(from, to)| (from.unix_millis(), to.unix_millis()));
    for (from, to) in busy.chain(edge) {
        let from = from.min(latest);
        if from - until >= SHORTEST_GAP_MILLIS {
            idle += from - until;
            longest.push((until, from));
            if longest.len() > MAX_GAPS {
                let shortest = (0..longest.len()).min_by_key(|index| {
                    let (from, to) = longest[*index];
                    to - from
                });
                longest.remove(shortest.unwrap_or_default());
            }
        }
        is_worked |= to > from;
        until = until.max(to).min(latest);
    }
    let work = latest - start - idle;
    longest.retain(|(from, to)| is_worked && (to - from).saturating_mul(WORK_TO_GAP) >= work);
    longest
}

/// The axis from its start: `linear` milliseconds to scale, with the pauses in between.
#[expect(clippy::cast_precision_loss, reason = "a place on the screen")]
fn pieces(start: i64, gaps: &[(i64, i64)], linear: u64) -> Vec<Piece> {
    let percent = (100.0 - GAP_WIDTH * gaps.len() as f64) / linear as f64;
    let mut rest = i64::try_from(linear).unwrap_or(i64::MAX);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut add = |to: i64, is_gap: bool| {
        let (from, left) = pieces
            .last()
            .map_or((start, 0.0), |last| (last.to, last.right));
        let width = if is_gap {
            GAP_WIDTH
        } else {
            (to - from) as f64 * percent
        };
        if to > from {
            pieces.push(Piece {
                from,
                to,
                left,
                right: left + width,
                is_gap,
            });
        }
        to
    };
    let mut until = start;
    for (from, to) in gaps {
        rest -= from - until;
        add(*from, false);
        until = add(*to, true);
    }
    add(until.saturating_add(rest), false);
    pieces
}

#[cfg(test)]
mod tests;

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
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(millis)
    }

    /// A session that starts at 0 and ends with its last stretch of work.
    fn axis(busy: &[(i64, i64)], is_final: bool) -> Axis {
        let end = at(busy.iter().map(|(_, to)| *to).max().unwrap_or(0));
        let span = Span {
            start: at(0),
            edge: end,
            latest: end,
            is_final,
        };
        let busy = busy.iter().map(|(from, to)| (at(*from), at(*to)));
        Axis::new(&span, busy)
    }

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks().into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn without_a_long_pause_the_axis_is_to_scale() {
        let axis = axis(&[(0, MINUTE), (6 * MINUTE, 10 * MINUTE)], true);
        assert!(axis.gaps().is_empty());
        assert!((axis.place(at(5 * MINUTE)) - 50.0).abs() < 0.01);
        assert_eq!(labels(&axis), ["0:00", "2:00", "4:00", "6:00", "8:00"]);
    }

    #[test]
    fn hours_without_work_are_drawn_short_and_say_how_long_they_were() {
        let resumed = 3 * HOUR + 13 * MINUTE;
        let axis = axis(&[(0, MINUTE), (resumed, resumed + MINUTE)], true);
        let gaps = axis.gaps();
        assert_eq!(gaps.len(), 1);
        assert_eq!(gaps[0].label, "3 h 12 m idle");
        assert!((gaps[0].band.left - 43.0).abs() < 0.01, "{gaps:?}");
        assert!((gaps[0].band.width - GAP_WIDTH).abs() < 0.01, "{gaps:?}");
        assert_eq!(
            labels(&axis),
            ["0:00", "0:30", "1:00", "3:13:00", "3:13:30"]
        );
    }

    #[test]
    fn a_pause_that_goes_on_is_drawn_short_too() {
        let now = at(2 * HOUR);
        let span = Span {
            start: at(0),
            edge: now,
            latest: now,
            is_final: false,
        };
        let axis = Axis::new(&span, [(at(0), at(MINUTE))].into_iter());
        assert_eq!(axis.gaps()[0].label, "1 h 59 m idle");
        let now_at = axis.place(now);
        assert!(now_at > 50.0 && now_at < 100.0, "{now_at}");
    }

    #[test]
    fn a_pause_next_to_days_of_work_is_drawn_as_long_as_it_was() {
        assert!(
            axis(&[(0, 48 * HOUR), (49 * HOUR, 72 * HOUR)], true)
                .gaps()
                .is_empty()
        );
    }

    #[test]
    fn waiting_in_which_nobody_ever_worked_is_to_scale() {
        let span = Span {
            start: at(0),
            edge: at(5 * HOUR),
            latest: at(5 * HOUR),
            is_final: false,
        };
        assert!(Axis::new(&span, std::iter::empty()).gaps().is_empty());
    }

    #[test]
    fn of_many_pauses_the_longest_are_drawn_short() {
        let hours = [0, 1, 3, 6, 10, 15].map(|hour| (hour * HOUR, hour * HOUR + MINUTE));
        let labels: Vec<_> = axis(&hours, true)
            .gaps()
            .into_iter()
            .map(|gap| gap.label)
            .collect();
        assert_eq!(labels, ["2 h 59 m idle", "3 h 59 m idle", "4 h 59 m idle"]);
    }

    proptest! {
        #[test]
        fn places_rise_with_time_nothing_overlaps_and_no_time_is_lost(
            lengths in prop::collection::vec((0..40 * HOUR, 0..2 * HOUR), 1..12),
            is_final: bool,
        ) {
            let mut until = 0;
            let busy: Vec<_> = lengths.iter().map(|(pause, work)| {
                let from = until + pause;
                until = from + work;
                (from, until)
            }).collect();
            let axis = axis(&busy, is_final);

            let places: Vec<_> = (0..=200).map(|part| axis.place(at(until / 200 * part))).collect();
            prop_assert!(places.windows(2).all(|pair| pair[0] <= pair[1]), "{places:?}");
            prop_assert!(axis.place(at(0)).abs() < f64::EPSILON);
            prop_assert!(axis.place(at(i64::MAX)) <= 100.0);

            let (mut end, mut right) = (0, 0.0);
            for piece in &axis.pieces {
                prop_assert_eq!(piece.from, end);
                prop_assert!((piece.left - right).abs() < 1e-6);
                prop_assert!(piece.right >= piece.left);
                (end, right) = (piece.to, piece.right);
            }
            prop_assert!((right - 100.0).abs() < 1e-6, "the axis ends at {right}");
            let is_whole = if is_final { end == until.max(1) } else { end > until };
            prop_assert!(is_whole, "{end} of {until}");

            let ticks = axis.ticks();
            prop_assert!(ticks.len() <= 12, "{ticks:?}");
            prop_assert!(ticks.windows(2).all(|pair| pair[1].left - pair[0].left >= TICKS_APART));
            for gap in axis.gaps() {
                let inside = gap.band.left + 0.01..gap.band.left + gap.band.width - 0.01;
                prop_assert!(!ticks.iter().any(|tick| inside.contains(&tick.left)));
            }
        }
    }
}

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

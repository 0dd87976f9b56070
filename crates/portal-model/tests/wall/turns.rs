//! How many fit, whose turn it is, where it stands.

use std::collections::HashSet;

use portal_model::wall_view::{BEATS, Grid, PageView, Space};
use status_model::{Seconds, api::overview::MAX_TILES};

use crate::given::{NOW, at, completed, ids, overview, running, view};

const TWO: Grid = Grid {
    columns: 2,
    rows: Some(1),
};

fn space(width: f64, height: f64, screen_height: f64) -> Space {
    Space {
        width,
        height,
        screen_height,
    }
}

#[test]
fn as_many_fit_as_can_be_read_from_afar() {
    let grid = |columns, rows| Grid {
        columns,
        rows: Some(rows),
    };
    let full_hd = space(1850.0, 750.0, 1080.0);
    assert_eq!(Grid::fit(full_hd, None), grid(4, 3));
    assert_eq!(Grid::fit(space(3700.0, 1500.0, 2160.0), None), grid(4, 3));
    assert_eq!(Grid::fit(space(1230.0, 500.0, 720.0), None), grid(4, 3));
    // Upright: the width says how large letters are.
    assert_eq!(Grid::fit(space(1020.0, 1500.0, 607.5), None), grid(3, 8));
    assert_eq!(Grid::fit(full_hd, Some(1)), grid(1, 1));
    assert_eq!(Grid::fit(full_hd, Some(8)), grid(9, 8));
    let hand = Grid::fit(space(360.0, 500.0, 202.0), None);
    assert_eq!((hand.columns, hand.rows), (1, None));
    assert_eq!(hand.tiles(), usize::MAX);
}

#[test]
fn no_space_at_all_is_one_tile() {
    for space in [
        space(800.0, 0.0, 0.0),
        space(800.0, -1.0, 600.0),
        space(f64::NAN, f64::NAN, f64::NAN),
    ] {
        assert!(Grid::fit(space, None).tiles() >= 1, "{space:?}");
    }
}

#[test]
fn what_does_not_fit_has_its_turn_and_what_is_done_fills_the_rest() {
    let tiles = [
        running("a", NOW),
        running("b", NOW),
        running("c", NOW),
        completed("d", NOW),
        completed("e", NOW),
    ];
    let overview = overview(&tiles, 0);
    let page = |number| {
        Some(PageView {
            number,
            count: 2,
            beyond: 0,
        })
    };
    for (now, number, shown) in [
        ("2026-11-22T12:00:30Z", 1, ["a", "b"]),
        ("2026-11-22T12:00:44.999Z", 1, ["a", "b"]),
        ("2026-11-22T12:00:45Z", 2, ["c", "d"]),
        ("2026-11-22T12:01:00Z", 1, ["a", "b"]),
        // Before the turns began, as where the clock was set back.
        ("2026-11-22T11:00:00Z", 1, ["a", "b"]),
    ] {
        let view = view(&overview, now, TWO);
        assert_eq!(
            (ids(&view), view.page.clone()),
            (shown.to_vec(), page(number)),
            "{now}"
        );
    }
}

#[test]
fn what_is_done_alone_takes_no_turns() {
    let tiles = [
        completed("a", NOW),
        completed("b", NOW),
        completed("c", NOW),
    ];
    let view = view(&overview(&tiles, 0), "2026-11-22T12:00:50Z", TWO);
    assert_eq!((ids(&view), view.page.clone()), (vec!["a", "b"], None));
}

#[test]
fn sessions_beyond_the_last_tile_are_counted() {
    let tiles: Vec<_> = (0..MAX_TILES)
        .map(|n| running(&n.to_string(), NOW))
        .collect();
    let mut overview = overview(&tiles, 0);
    overview.tally.running += 80;
    assert_eq!(view(&overview, NOW, TWO).page.unwrap().beyond, 80);
}

#[test]
fn nothing_burns_in_and_the_mark_goes_round() {
    let overview = overview(&[], 0);
    let mut places = HashSet::new();
    let mut last = None;
    for minute in 0..24 * 60 {
        let now = at(NOW) + Seconds::from_secs(minute * 60);
        let (right, down) = view(&overview, &now.to_string(), TWO).shift;
        assert!(right.abs() <= 4 && down.abs() <= 4);
        assert_ne!(last, Some((right, down)), "it stays where it is");
        last = Some((right, down));
        places.insert((right, down));
    }
    assert_eq!(places.len(), 81, "all places are visited in a day");
    let beat = |second| {
        let now = at(NOW) + Seconds::from_secs(second);
        view(&overview, &now.to_string(), TWO).beat
    };
    for second in 0..60 {
        assert_eq!((beat(second) + 1) % BEATS, beat(second + 1));
    }
}

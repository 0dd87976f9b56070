//! Is old data said, and loudly?

use portal_model::{
    freshness_view::Tone,
    poll::{Failure, Fetching, Freshness},
    wall_settings::WallSettings,
    wall_view::{AgeView, wall_view},
};

use crate::given::{LARGE, NOW, at, clocks, live, overview};

fn age(freshness: &Freshness, now: &str) -> AgeView {
    let settings = WallSettings::default();
    let overview = overview(&[], 0);
    let view = wall_view(
        Some(&overview),
        freshness,
        clocks(now),
        &settings,
        LARGE,
        at(NOW),
    );
    assert!(!view.counts.is_empty(), "data is never blanked");
    view.age
}

fn alarm(fetching: Fetching, now: &str) -> (Tone, String) {
    let freshness = Freshness { fetching, ..live() };
    let age = age(&freshness, now);
    let alarm = age.alarm.unwrap();
    (age.tone, format!("{} | {}", alarm.title, alarm.text))
}

#[test]
fn its_age_is_always_there() {
    let age = age(&live(), "2026-11-22T12:00:42Z");
    assert_eq!(age.text, "as of 12:00:30 UTC · 12 s ago");
    assert_eq!((age.tone, age.alarm), (Tone::Live, None));
}

#[test]
fn what_is_wrong_is_loud_and_says_what_happens_next() {
    let now = "2026-11-22T12:00:50Z";
    assert_eq!(
        alarm(Fetching::Delayed, now),
        (Tone::Late, "Delayed | The data is 20 s old.".to_owned())
    );
    let disconnected = |next_try| Fetching::Disconnected {
        since: at("2026-11-22T12:00:35Z"),
        next_try,
    };
    let text = "Disconnected since 12:00:35 UTC | The data is 20 s old. Next try in 8 s.";
    assert_eq!(
        alarm(disconnected(Some(at("2026-11-22T12:00:58Z"))), now),
        (Tone::Gone, text.to_owned())
    );
    let text = "Disconnected since 12:00:35 UTC | The data is 20 s old. Trying now.";
    assert_eq!(alarm(disconnected(None), now).1, text);
    let offline = Fetching::Offline {
        since: at("2026-11-22T12:00:35Z"),
    };
    let text = "No network since 12:00:35 UTC | The data is 20 s old.";
    assert_eq!(alarm(offline, now), (Tone::Gone, text.to_owned()));
    let text = "No access | The data is 20 s old. The wall asks again every 5 minutes.";
    let refused = Fetching::Refused { status: 403 };
    assert_eq!(alarm(refused, now), (Tone::Gone, text.to_owned()));
}

#[test]
fn data_of_a_minute_is_old_whatever_the_asking_does() {
    for fetching in [Fetching::Live, Fetching::Paused, Fetching::Resuming] {
        let freshness = Freshness { fetching, ..live() };
        assert_eq!(age(&freshness, "2026-11-22T12:01:29.999Z").alarm, None);
        assert_eq!(
            alarm(fetching, "2026-11-22T12:01:30Z"),
            (
                Tone::Late,
                "Old data | The data is 1 m 00 s old.".to_owned()
            )
        );
    }
}

#[test]
fn a_wall_that_never_had_data_says_so() {
    let settings = WallSettings::default();
    let shown = |fetching| {
        let freshness = Freshness {
            as_of: None,
            fetching,
            ..live()
        };
        wall_view(None, &freshness, clocks(NOW), &settings, LARGE, at(NOW))
    };
    let starting = shown(Fetching::Starting);
    assert_eq!((starting.age.alarm, starting.quiet), (None, None));
    assert!(starting.counts.is_empty() && starting.tiles.is_empty());
    let unreachable = shown(Fetching::Disconnected {
        since: at(NOW),
        next_try: None,
    });
    let alarm = unreachable.age.alarm.unwrap();
    assert_eq!(alarm.title, "The server can't be reached");
    assert_eq!(alarm.text, "There is no data yet. Trying now.");
}

#[test]
fn a_table_that_can_not_be_listed_names_the_command_that_mends_it() {
    let freshness = Freshness {
        as_of: None,
        fetching: Fetching::Disconnected {
            since: at(NOW),
            next_try: None,
        },
        failure: Some(Failure::Http {
            status: 501,
            retry_after: None,
        }),
        ..live()
    };
    let alarm = age(&freshness, NOW).alarm.unwrap();
    let title = "The table lacks an index: `trade-status table deploy` adds it";
    assert_eq!(alarm.title, title);
}

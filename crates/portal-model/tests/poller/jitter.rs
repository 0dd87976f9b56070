//! Jitter bounds, with a seeded source over thousands of draws.

use portal_model::poll::{Action, Failure, Policy};

use crate::support::{Random, Tab, changed, request, unchanged, wake};

const DRAWS: usize = 5000;

/// The smallest and the largest of many draws.
fn extremes(mut draw: impl FnMut(f64) -> u64) -> (u64, u64) {
    let mut random = Random(42);
    let draws: Vec<u64> = (0..DRAWS).map(|_| draw(random.unit())).collect();
    (*draws.iter().min().unwrap(), *draws.iter().max().unwrap())
}

/// The whole of the range is used, up to a hundredth, and nothing outside of it.
fn assert_fills((least, most): (u64, u64), low: u64, high: u64) {
    let hundredth = (high - low) / 100;
    assert!(
        (low..=low + hundredth).contains(&least),
        "{least} for {low}"
    );
    assert!(
        (high - hundredth..=high).contains(&most),
        "{most} for {high}"
    );
}

#[test]
fn intervals_stay_within_a_fifth_of_their_middle() {
    for (steps, middle) in [(0, 1000), (1, 1600), (3, 4096), (6, 15_000), (50, 15_000)] {
        let drawn = extremes(|random| {
            let mut tab = Tab::open();
            tab.random = random;
            let mut interval = wake(tab.answer_after(20, changed()));
            for _ in 0..steps {
                request(tab.fire());
                interval = wake(tab.answer_after(20, unchanged()));
            }
            interval
        });
        assert_fills(drawn, middle * 8 / 10, middle * 12 / 10);
    }
}

#[test]
fn retries_are_full_jitter_from_1_to_60_seconds() {
    let ceilings = [
        1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ];
    for (failures, ceiling) in ceilings.into_iter().enumerate() {
        let drawn = extremes(|random| {
            let mut tab = Tab::open();
            for _ in 0..failures {
                wake(tab.fail_after(300, Failure::Unreachable));
                request(tab.fire());
            }
            tab.random = random;
            // Longer than requests have to be apart, so that nothing but chance is seen.
            match tab.fail_after(300, Failure::Unreachable) {
                Action::Wake { after, .. } => after.millis(),
                _ => 0,
            }
        });
        assert_fills(drawn, 0, ceiling);
    }
}

#[test]
fn a_random_source_gone_wrong_breaks_no_bound() {
    let policy = Policy::session();
    for random in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 2.0] {
        let mut tab = Tab::open();
        tab.random = random;
        let interval = wake(tab.answer_after(20, changed()));
        assert!((800..=1200).contains(&interval), "{random}: {interval}");
        tab.fire();
        let retry = wake(tab.fail_after(20, Failure::Unreachable));
        assert!(retry <= policy.retry.first.millis(), "{random}: {retry}");
    }
}

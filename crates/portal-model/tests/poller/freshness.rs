//! Data is never blanked by a failed refresh: it keeps its age. *Delayed* and *Disconnected*.

use portal_model::poll::{Event, Failure, Fetching};

use crate::support::{
    HOUR, MINUTE, Random, Tab, at, changed, http, ms, request, signed, tagged, unchanged, waited,
    wake,
};

#[test]
fn before_the_first_answer_there_is_no_data() {
    let tab = Tab::open();
    assert_eq!(tab.fetching(), Fetching::Starting);
    assert_eq!(tab.poller.as_of(), None);
}

#[test]
fn a_failed_refresh_keeps_the_data_and_its_age() {
    for failure in [
        Failure::Unreachable,
        Failure::Unreadable,
        Failure::TimedOut,
        http(404),
        http(500),
        http(403),
    ] {
        let mut tab = Tab::open();
        wake(tab.answer_after(20, changed()));
        let as_of = tab.poller.as_of();
        tab.fire();
        tab.fail_after(500, failure);
        assert_eq!(
            tab.poller.freshness(at(tab.now)).as_of,
            as_of,
            "{failure:?}"
        );
        assert_eq!(tab.age(), Some(ms(1500)));
    }
}

#[test]
fn a_304_renews_the_age() {
    let mut tab = Tab::open();
    request(tab.answer_after(300, tagged(changed())));
    tab.answer_after(25_000, waited(unchanged()));
    assert_eq!(tab.poller.as_of(), Some(at(tab.now)));
}

#[test]
fn it_is_delayed_when_an_answer_is_10_seconds_overdue() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    let as_of = tab.now;
    request(tab.fire());
    tab.now = as_of + 10_999;
    assert_eq!(tab.fetching(), Fetching::Live);
    tab.now = as_of + 11_000;
    assert_eq!(tab.fetching(), Fetching::Delayed);
}

#[test]
fn it_is_delayed_when_an_answer_is_overdue_by_its_own_longer_interval() {
    let mut tab = Tab::open();
    for _ in 0..8 {
        wake(tab.answer_after(20, unchanged()));
        tab.fire();
    }
    let interval = wake(tab.answer_after(20, unchanged()));
    assert_eq!(interval, 15_000);
    let as_of = tab.now;
    request(tab.fire());
    tab.now = as_of + 29_999;
    assert_eq!(tab.fetching(), Fetching::Live);
    tab.now = as_of + 30_000;
    assert_eq!(tab.fetching(), Fetching::Delayed);
}

#[test]
fn a_wait_is_no_delay() {
    let mut tab = Tab::open();
    request(tab.answer_after(300, tagged(changed())));
    let as_of = tab.now;
    tab.now = as_of + 49_999;
    assert_eq!(tab.fetching(), Fetching::Live);
    tab.now = as_of + 50_000;
    assert_eq!(tab.fetching(), Fetching::Delayed);
}

#[test]
fn a_first_answer_can_be_delayed_too() {
    let mut tab = Tab::open();
    assert_eq!(tab.pass(9999).fetching(), Fetching::Starting);
    assert_eq!(tab.pass(1).fetching(), Fetching::Delayed);
}

#[test]
fn it_is_disconnected_after_three_failures_in_a_row() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    tab.fire();
    wake(tab.fail_after(20, Failure::Unreachable));
    let since = at(tab.now);
    assert_eq!(tab.fetching(), Fetching::Live);
    tab.fire();
    wake(tab.fail_after(20, http(500)));
    assert_eq!(tab.fetching(), Fetching::Live);
    tab.fire();
    let after = wake(tab.fail_after(20, Failure::Unreadable));
    let next_try = Some(at(tab.now + signed(after)));
    assert_eq!(tab.fetching(), Fetching::Disconnected { since, next_try });
    tab.fire();
    assert_eq!(
        tab.fetching(),
        Fetching::Disconnected {
            since,
            next_try: None
        }
    );
}

#[test]
fn failures_that_are_not_in_a_row_do_not_disconnect() {
    let mut tab = Tab::open();
    for _ in 0..10 {
        for _ in 0..2 {
            wake(tab.fail_after(20, Failure::Unreachable));
            tab.fire();
        }
        wake(tab.answer_after(20, unchanged()));
        assert_eq!(tab.fetching(), Fetching::Live);
        tab.fire();
    }
}

#[test]
fn one_good_answer_and_it_is_live() {
    let mut tab = Tab::open();
    for _ in 0..8 {
        wake(tab.fail_after(20, Failure::Unreachable));
        tab.fire();
    }
    assert!(matches!(tab.fetching(), Fetching::Disconnected { .. }));
    wake(tab.answer_after(20, changed()));
    let freshness = tab.poller.freshness(at(tab.now));
    assert_eq!(
        (freshness.fetching, freshness.failure),
        (Fetching::Live, None)
    );
}

#[test]
fn coming_back_does_not_hide_that_the_server_was_gone() {
    let mut tab = Tab::open();
    for _ in 0..4 {
        wake(tab.fail_after(20, Failure::Unreachable));
        tab.fire();
    }
    tab.step(Event::Visibility(false));
    tab.pass(MINUTE).step(Event::Visibility(true));
    assert!(matches!(
        tab.fetching(),
        Fetching::Disconnected { next_try: None, .. }
    ));
}

#[test]
fn after_a_pause_nothing_is_called_live_before_it_is() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    tab.step(Event::Visibility(false));
    tab.pass(HOUR).step(Event::Visibility(true));
    assert_eq!(tab.fetching(), Fetching::Resuming);
    assert_eq!(tab.age(), Some(ms(HOUR)));
    assert_eq!(tab.pass(10_000).fetching(), Fetching::Delayed);
}

#[test]
fn check_again_does_not_hide_a_delay() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    request(tab.fire());
    wake(tab.pass(11_000).fail_after(20, Failure::Unreachable));
    assert_eq!(tab.fetching(), Fetching::Delayed);
    request(tab.step(Event::CheckAgain));
    assert_eq!(tab.fetching(), Fetching::Delayed);
}

/// A view that draws anew only then misses nothing.
#[test]
fn what_is_said_changes_without_an_event_only_when_foretold() {
    let progress = |answer| portal_model::poll::Answer {
        last_progress_age: Some(ms(29 * MINUTE + 50_000)),
        ..answer
    };
    let mut random = Random(1);
    let mut foretold = 0;
    for _ in 0..300 {
        let mut tab = Tab::open();
        for _ in 0..random.below(6) {
            if tab.is_asking() {
                match random.below(4) {
                    0 => tab.fail_after(100, Failure::Unreachable),
                    1 => tab.fail_after(100, http(404)),
                    2 => tab.answer_after(100, progress(changed())),
                    _ => tab.answer_after(100, progress(tagged(changed()))),
                };
            } else if tab.has_timer() && random.below(3) > 0 {
                tab.fire();
            } else {
                tab.step(Event::Visibility(random.below(2) == 0));
            }
        }
        let said = |tab: &Tab, now: i64| {
            let freshness = tab.poller.freshness(at(now));
            (freshness.fetching, freshness.stalled_for.is_some())
        };
        let mut next = tab.poller.changes_at(at(tab.now));
        for now in (tab.now..tab.now + signed(2 * MINUTE)).step_by(100) {
            let before = said(&tab, now);
            let after = said(&tab, now + 100);
            if let Some(change) = next.filter(|change| change.unix_millis() <= now + 100) {
                assert_ne!(before, after, "foretold at {change}");
                foretold += 1;
                next = tab.poller.changes_at(at(now + 100));
            } else {
                assert_eq!(before, after, "not foretold");
            }
        }
    }
    assert!(foretold > 200, "{foretold}");
}

//! Errors: full jitter from 1 s up to 60 s, `Retry-After` as the floor. 400, 401, 403: stop.

use portal_model::{
    poll::{Action, Event, Failure, Fetching, Policy},
    retry_after::{RetryAfter, http_date},
};
use status_model::Seconds;

use crate::support::{HOUR, Tab, at, changed, http, request, tagged, unchanged, wake};

/// What a server says in `Retry-After`, and in `Date`.
fn busy(retry_after: &str, date: &str) -> Failure {
    let date = http_date(date).unwrap();
    Failure::Http {
        status: 503,
        retry_after: RetryAfter::parse(retry_after).map(|after| after.delay(date)),
    }
}

const DATE: &str = "Sun, 22 Nov 2026 12:00:00 GMT";

/// The shortest and the longest time until the next try after this failure.
fn bounds(failure: Failure) -> (u64, u64) {
    let until = |random| {
        let mut tab = Tab::open();
        tab.random = random;
        wake(tab.fail_after(20, failure))
    };
    (until(0.0), until(1.0))
}

#[test]
fn every_failure_is_tried_again() {
    for failure in [
        Failure::Unreachable,
        Failure::Unreadable,
        Failure::TimedOut,
        http(408),
        http(429),
        http(500),
        http(501),
        http(503),
        http(504),
    ] {
        let mut tab = Tab::open();
        assert_eq!(wake(tab.fail_after(20, failure)), 500, "{failure:?}");
        request(tab.fire());
        let freshness = tab.poller.freshness(at(tab.now));
        assert_eq!(freshness.failure, Some(failure));
    }
}

#[test]
fn retry_after_in_seconds_is_the_floor() {
    assert_eq!(bounds(busy("7", DATE)), (7000, 8000));
}

#[test]
fn retry_after_as_a_date_is_the_floor() {
    let at_9 = "Sun, 22 Nov 2026 12:00:09 GMT";
    assert_eq!(bounds(busy(at_9, DATE)), (9000, 10_000));
    let past = "Sun, 22 Nov 2026 11:00:00 GMT";
    assert_eq!(bounds(busy(past, DATE)), (230, 1000));
}

#[test]
fn everybody_who_was_told_the_same_does_not_come_back_at_the_same_moment() {
    let mut tab = Tab::open();
    for _ in 0..10 {
        tab.random = 1.0;
        wake(tab.fail_after(20, Failure::Unreachable));
        tab.fire();
    }
    assert_eq!(wake(tab.fail_after(20, busy("5", DATE))), 65_000);
}

#[test]
fn a_retry_after_of_days_is_taken_for_a_mistake() {
    assert_eq!(bounds(busy("999999999999999999999", DATE)).0, HOUR);
}

#[test]
fn coming_back_to_the_page_does_not_break_a_retry_after() {
    let mut tab = Tab::open();
    wake(tab.fail_after(20, busy("30", DATE)));
    tab.pass(10_000).step(Event::Visibility(false));
    let back = tab.pass(5000).step(Event::Visibility(true));
    assert_eq!(wake(back), 15_000);
    request(tab.fire());
}

#[test]
fn a_person_who_checks_again_does_not_wait_for_a_retry_after() {
    let mut tab = Tab::open();
    wake(tab.fail_after(20, busy("30", DATE)));
    request(tab.pass(5000).step(Event::CheckAgain));
}

#[test]
fn a_good_answer_ends_the_ladder() {
    let mut tab = Tab::open();
    for _ in 0..6 {
        wake(tab.fail_after(20, Failure::Unreachable));
        tab.fire();
    }
    assert_eq!(wake(tab.answer_after(20, changed())), 1000);
    tab.fire();
    assert_eq!(wake(tab.fail_after(20, Failure::Unreachable)), 500);
}

#[test]
fn after_a_failure_an_answer_is_wanted_at_once_and_without_a_wait() {
    let mut tab = Tab::open();
    request(tab.answer_after(300, tagged(changed())));
    wake(tab.fail_after(5000, Failure::Unreachable));
    assert_eq!(request(tab.fire()), None);
    wake(tab.answer_after(20, tagged(unchanged())));
    assert_eq!(request(tab.fire()), Some(25));
}

#[test]
fn a_refusal_ends_the_polling_and_says_why() {
    for status in [400, 401, 403] {
        let mut tab = Tab::open();
        assert_eq!(tab.fail_after(20, http(status)), Action::Rest);
        assert_eq!(tab.fetching(), Fetching::Refused { status });
        let freshness = tab.poller.freshness(at(tab.now));
        assert_eq!(freshness.failure, Some(http(status)));
        for event in [
            Event::Visibility(false),
            Event::Visibility(true),
            Event::Online(false),
            Event::Online(true),
            Event::NotifyWanted(true),
        ] {
            assert_eq!(tab.pass(HOUR).step(event), Action::Nothing, "{event:?}");
        }
        request(tab.step(Event::CheckAgain));
        assert_eq!(tab.poller.freshness(at(tab.now)).failure, None);
    }
}

#[test]
fn a_refusal_takes_no_data_away() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    tab.fire();
    tab.fail_after(20, http(403));
    assert_eq!(tab.age(), Some(Seconds::from_millis(1020)));
}

#[test]
fn where_there_has_to_be_something_a_404_is_tried_again_for_ever() {
    let mut tab = Tab::new(Policy::overview());
    tab.step(Event::Opened);
    for _ in 0..100 {
        assert!(wake(tab.fail_after(20, http(404))) <= 60_000);
        request(tab.fire());
    }
    assert!(matches!(tab.fetching(), Fetching::Disconnected { .. }));
}

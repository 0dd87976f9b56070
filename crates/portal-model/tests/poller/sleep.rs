//! Sleep and resume, and a clock that is wrong or set meanwhile.

use portal_model::poll::{Action, Event, Failure, Fetching, Policy};

use crate::support::{
    HOUR, MINUTE, NOON, Tab, at, changed, http, ms, request, signed, tagged, unchanged, wake,
};

#[test]
fn asleep_for_an_hour_the_age_is_right_at_once() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    tab.pass(HOUR);
    assert_eq!(tab.age(), Some(ms(HOUR)));
    assert_eq!(tab.fetching(), Fetching::Delayed);
}

#[test]
fn a_timer_that_fires_an_hour_late_leads_to_one_request() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    assert_eq!(request(tab.fire_late(HOUR)), None);
    assert!(matches!(tab.step(Event::Visibility(true)), Action::Nothing));
    assert_eq!(wake(tab.answer_after(20, changed())), 1000);
    assert_eq!(tab.fetching(), Fetching::Live);
}

#[test]
fn after_sleep_an_answer_is_wanted_at_once_and_not_when_something_changes() {
    let mut tab = Tab::open();
    request(tab.answer_after(300, tagged(changed())));
    // Past the server's cap: polled, and asked to wait.
    wake(tab.answer_after(20, tagged(unchanged())));
    assert_eq!(request(tab.fire_late(HOUR)), None);
}

#[test]
fn a_request_that_sleep_cut_off_is_made_again_within_a_second() {
    let mut tab = Tab::open();
    request(tab.answer_after(300, tagged(changed())));
    let woken = tab.fire_late(HOUR);
    assert!(wake(woken) <= 1000);
    assert_eq!(request(tab.fire()), None);
    assert_eq!(tab.age(), Some(ms(HOUR + 35_000 + wake(woken))));
}

#[test]
fn an_answer_that_lay_for_an_hour_is_as_old_as_its_request() {
    for answer in [changed(), tagged(changed())] {
        let mut tab = Tab::open();
        let asked = tab.now;
        assert_eq!(request(tab.answer_after(HOUR, answer)), None);
        assert_eq!(tab.poller.as_of(), Some(at(asked)));
        assert_eq!(tab.fetching(), Fetching::Delayed);
        tab.answer_after(300, answer);
        assert_eq!(tab.age(), Some(ms(0)));
        assert_eq!(tab.fetching(), Fetching::Live);
    }
}

#[test]
fn sleep_does_not_make_the_server_slow() {
    let mut tab = Tab::open();
    wake(tab.fail_after(20, http(404)));
    request(tab.fire());
    // The answer was there before the lid was closed.
    assert!(wake(tab.fail_after(MINUTE, http(404))) < 2000);
}

#[test]
fn a_wrong_clock_changes_nothing() {
    let intervals = |start: i64| {
        let mut tab = Tab::new(Policy::session());
        tab.now = start;
        request(tab.step(Event::Opened));
        let mut seen = Vec::new();
        for turn in 0..20_u64 {
            seen.push(wake(match turn % 4 {
                0 => tab.answer_after(20, changed()),
                1 => tab.fail_after(20, Failure::Unreachable),
                2 => tab.fail_after(20, http(404)),
                _ => tab.answer_after(400, unchanged()),
            }));
            seen.push(tab.age().unwrap().millis());
            tab.fire();
        }
        seen
    };
    let right = intervals(NOON);
    // 1970, and a hundred years ahead.
    assert_eq!(intervals(0), right);
    assert_eq!(intervals(4_951_022_400_000), right);
}

#[test]
fn a_clock_set_back_by_an_hour_does_not_stop_the_polling() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    tab.now -= signed(HOUR);
    request(tab.fire_now());
    let turn = tab.in_flight();
    let action = tab.pass(20).step(Event::Answered(turn, changed()));
    assert_eq!(wake(action), 1000);
    assert_eq!(tab.age(), Some(ms(0)));
    // Nor does it during a request,
    request(tab.fire());
    tab.now -= signed(HOUR);
    wake(tab.fire_now());
    // before a retry,
    tab.now -= signed(HOUR);
    request(tab.fire_now());
    // or while the server wants to be left alone.
    wake(tab.fail_after(
        20,
        Failure::Http {
            status: 503,
            retry_after: Some(ms(5000)),
        },
    ));
    tab.step(Event::Visibility(false));
    tab.now -= signed(HOUR);
    assert!(wake(tab.step(Event::Visibility(true))) <= 5000);
    request(tab.fire());
}

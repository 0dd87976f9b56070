//! One request in flight. The next timer is armed after the answer, never by a fixed interval.

use portal_model::poll::{Action, Event, Failure, Policy, Poller};

use crate::support::{MINUTE, Tab, at, changed, http, request, tagged, unchanged, wake};

#[test]
fn opening_asks_once_and_without_a_wait() {
    let mut tab = Tab::new(Policy::session());
    assert_eq!(request(tab.step(Event::Opened)), None);
    assert_eq!(tab.step(Event::Opened), Action::Nothing);
}

#[test]
fn nothing_is_asked_before_the_page_is_open() {
    let mut tab = Tab::new(Policy::session());
    for event in [
        Event::Visibility(true),
        Event::Online(true),
        Event::NotifyWanted(true),
        Event::CheckAgain,
    ] {
        assert_eq!(tab.step(event), Action::Nothing, "{event:?}");
    }
}

#[test]
fn no_two_requests_are_in_flight_with_a_slow_server() {
    let mut tab = Tab::open();
    for event in [
        Event::Visibility(true),
        Event::Online(true),
        Event::NotifyWanted(true),
        Event::CheckAgain,
    ] {
        assert_eq!(tab.pass(3000).step(event), Action::Nothing, "{event:?}");
        assert!(tab.is_asking());
    }
}

#[test]
fn the_timer_runs_from_the_answer_and_not_from_the_request() {
    let mut tab = Tab::open();
    let after = wake(tab.answer_after(10, changed()));
    let mut slower = Tab::open();
    assert_eq!(wake(slower.answer_after(200, changed())), after);
}

#[test]
fn an_answer_to_an_aborted_request_is_ignored() {
    let mut tab = Tab::open();
    let old = tab.in_flight();
    assert!(tab.poller.awaits(old));
    tab.step(Event::Visibility(false));
    assert!(!tab.poller.awaits(old));
    tab.pass(1000).step(Event::Visibility(true));

    assert_eq!(tab.step(Event::Answered(old, changed())), Action::Nothing);
    assert_eq!(tab.step(Event::Failed(old, http(403))), Action::Nothing);
    assert_eq!(tab.poller.as_of(), None);
    assert!(tab.is_asking());
}

#[test]
fn an_answer_told_twice_counts_once() {
    let mut tab = Tab::open();
    let turn = tab.in_flight();
    wake(tab.answer_after(10, changed()));
    assert_eq!(tab.step(Event::Answered(turn, changed())), Action::Nothing);
}

#[test]
fn a_timer_that_was_replaced_is_ignored() {
    let mut tab = Tab::open();
    let timeout = Event::TimerFired(tab.in_flight());
    wake(tab.answer_after(10, changed()));
    assert_eq!(tab.pass(MINUTE).step(timeout), Action::Nothing);
}

#[test]
fn a_request_without_an_answer_is_given_up_after_15_seconds() {
    let mut poller = Poller::new(Policy::session());
    let Action::Request {
        give_up_after,
        turn,
        ..
    } = poller.step(Event::Opened, at(0), 0.5)
    else {
        panic!("opening asks");
    };
    assert_eq!(give_up_after.millis(), 15_000);
    let action = poller.step(Event::TimerFired(turn), at(15_000), 0.5);
    assert_eq!(wake(action), 500);
    assert_eq!(
        poller.freshness(at(15_000)).failure,
        Some(Failure::TimedOut)
    );
}

#[test]
fn a_waiting_request_without_an_answer_is_given_up_after_its_wait_and_10_seconds() {
    let mut tab = Tab::open();
    let wait_soon = tab.answer_after(300, tagged(changed()));
    let Action::Request {
        wait,
        give_up_after,
        ..
    } = wait_soon
    else {
        panic!("asked again at once");
    };
    assert_eq!((wait, give_up_after.millis()), (Some(25), 35_000));
}

#[test]
fn a_connection_that_hangs_does_not_end_the_polling() {
    let mut tab = Tab::open();
    for _ in 0..5 {
        wake(tab.fire());
        request(tab.fire());
    }
    wake(tab.answer_after(20, unchanged()));
    assert_eq!(tab.age().unwrap().millis(), 0);
}

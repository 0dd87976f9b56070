//! 404: keep looking for 2 minutes with the same backoff, then stop and say so.

use portal_model::poll::{Action, Event, Failure, Fetching};

use crate::support::{
    HOUR, MINUTE, NOON, Random, Tab, at, changed, http, ms, request, signed, tagged, unchanged,
    wake,
};

/// Answers every request with 404 until there are no more: how many there were.
fn answer_404(tab: &mut Tab) -> usize {
    let mut random = Random(7);
    for requests in 1..1000 {
        tab.random = random.unit();
        if tab.fail_after(20, http(404)) == Action::Rest {
            return requests;
        }
        request(tab.fire());
    }
    panic!("looks for ever");
}

#[test]
fn what_is_not_there_is_looked_for_with_the_same_backoff() {
    let mut tab = Tab::open();
    let mut intervals = Vec::new();
    for _ in 0..7 {
        intervals.push(wake(tab.fail_after(20, http(404))));
        request(tab.fire());
    }
    assert_eq!(intervals, [1000, 1600, 2560, 4096, 6554, 10_486, 15_000]);
}

#[test]
fn the_backoff_of_the_looking_starts_at_1_second() {
    let mut tab = Tab::open();
    for _ in 0..8 {
        wake(tab.answer_after(20, unchanged()));
        tab.fire();
    }
    assert_eq!(wake(tab.fail_after(20, http(404))), 1000);
}

#[test]
fn a_server_that_is_slow_to_say_404_is_not_asked_sooner_than_4_times_that() {
    let mut tab = Tab::open();
    assert_eq!(wake(tab.fail_after(3000, http(404))), 12_000);
}

#[test]
fn a_404_with_retry_after_has_it_as_the_floor() {
    let mut tab = Tab::open();
    let failure = Failure::Http {
        status: 404,
        retry_after: Some(ms(7000)),
    };
    assert_eq!(wake(tab.fail_after(20, failure)), 7000);
}

#[test]
fn the_last_look_is_at_the_end_of_the_2_minutes_and_not_too_soon() {
    for (left, interval) in [(9000, 9000), (900, 900), (10, 800)] {
        let mut tab = Tab::open();
        let first = tab.now + 20;
        for _ in 0..7 {
            wake(tab.fail_after(20, http(404)));
            request(tab.fire());
        }
        tab.now = first + signed(2 * MINUTE - left) - 20;
        tab.step(Event::Visibility(false));
        request(tab.step(Event::Visibility(true)));
        assert_eq!(
            wake(tab.fail_after(20, http(404))),
            interval,
            "{left} ms left"
        );
        request(tab.fire());
        assert_eq!(tab.fail_after(20, http(404)), Action::Rest);
    }
}

#[test]
fn a_404_is_an_answer_and_ends_a_disconnection() {
    let mut tab = Tab::open();
    for _ in 0..5 {
        wake(tab.fail_after(20, Failure::Unreachable));
        tab.fire();
    }
    wake(tab.fail_after(20, http(404)));
    assert!(matches!(tab.fetching(), Fetching::LookingFor { .. }));
}

#[test]
fn after_2_minutes_it_stops_and_says_so() {
    let mut tab = Tab::open();
    let requests = answer_404(&mut tab);
    assert!((10..30).contains(&requests), "{requests}");
    let looked_for = tab.now - NOON;
    let two_minutes = signed(2 * MINUTE);
    assert!(
        (two_minutes..two_minutes + 1500).contains(&looked_for),
        "{looked_for}"
    );
    assert_eq!(tab.fetching(), Fetching::NotFound);
    assert!(!tab.has_timer());
}

#[test]
fn what_was_not_found_causes_no_request_at_all() {
    let mut tab = Tab::open();
    answer_404(&mut tab);
    for event in [
        Event::Visibility(false),
        Event::Visibility(true),
        Event::Online(false),
        Event::Online(true),
        Event::NotifyWanted(true),
    ] {
        assert_eq!(tab.pass(HOUR).step(event), Action::Nothing, "{event:?}");
    }
}

#[test]
fn check_again_looks_for_another_2_minutes() {
    let mut tab = Tab::open();
    answer_404(&mut tab);
    tab.pass(HOUR);
    let again = tab.now;
    request(tab.step(Event::CheckAgain));
    assert_eq!(tab.fetching(), Fetching::Starting);
    answer_404(&mut tab);
    assert!(tab.now - again >= signed(2 * MINUTE));
    assert_eq!(tab.fetching(), Fetching::NotFound);
}

#[test]
fn it_is_found_when_it_starts() {
    let mut tab = Tab::open();
    wake(tab.fail_after(20, http(404)));
    let since = tab.now;
    let until = at(since + signed(2 * MINUTE));
    assert_eq!(
        tab.fetching(),
        Fetching::LookingFor {
            since: at(since),
            until
        }
    );
    request(tab.fire());
    assert_eq!(wake(tab.answer_after(20, changed())), 1000);
    assert_eq!(tab.fetching(), Fetching::Live);
}

#[test]
fn what_is_there_no_longer_is_looked_for_and_keeps_its_data() {
    let mut tab = Tab::open();
    wake(tab.answer_after(300, changed()));
    let as_of = tab.poller.as_of();
    request(tab.fire());
    wake(tab.fail_after(20, http(404)));
    assert!(matches!(tab.fetching(), Fetching::LookingFor { .. }));
    request(tab.fire());
    answer_404(&mut tab);
    assert_eq!(tab.fetching(), Fetching::NotFound);
    assert_eq!(tab.poller.as_of(), as_of);
}

#[test]
fn looking_asks_for_no_wait() {
    let mut tab = Tab::open();
    request(tab.answer_after(300, tagged(changed())));
    wake(tab.fail_after(300, http(404)));
    assert_eq!(request(tab.fire()), None);
    assert_eq!(
        request(tab.answer_after(300, tagged(unchanged()))),
        Some(25)
    );
}

#[test]
fn other_failures_in_between_do_not_make_the_looking_longer() {
    let mut tab = Tab::open();
    wake(tab.fail_after(20, http(404)));
    request(tab.pass(MINUTE).fire());
    wake(tab.fail_after(20, Failure::Unreachable));
    request(tab.pass(MINUTE).fire());
    assert_eq!(tab.fail_after(20, http(404)), Action::Rest);
    assert_eq!(tab.fetching(), Fetching::NotFound);
}

#[test]
fn a_clock_set_back_does_not_make_the_looking_longer() {
    let mut tab = Tab::open();
    wake(tab.fail_after(20, http(404)));
    tab.now -= signed(HOUR);
    let set_back = tab.now;
    request(tab.fire_now());
    answer_404(&mut tab);
    assert!(tab.now - set_back < signed(3 * MINUTE));
}

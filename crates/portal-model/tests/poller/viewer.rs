//! Hidden: no requests, unless the viewer asked to be told. Offline: none. Back: one at once.

use portal_model::poll::{Action, Event, Failure, Fetching, Policy};

use crate::support::{
    HOUR, MINUTE, Tab, at, changed, http, is_final, request, tagged, unchanged, waited, wake,
};

/// A tab in the background whose viewer wants to be told, its server waiting or not.
fn told(server_waits: bool) -> Tab {
    let mut tab = Tab::open();
    tab.step(Event::NotifyWanted(true));
    if server_waits {
        request(tab.answer_after(300, tagged(changed())));
    } else {
        wake(tab.answer_after(300, changed()));
    }
    tab.step(Event::Visibility(false));
    tab
}

#[test]
fn a_hidden_tab_asks_nothing() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    assert_eq!(tab.step(Event::Visibility(false)), Action::Rest);
    assert!(!tab.has_timer());
    assert_eq!(tab.fetching(), Fetching::Paused);
    for event in [
        Event::Visibility(false),
        Event::Online(true),
        Event::CheckAgain,
    ] {
        assert_eq!(tab.pass(HOUR).step(event), Action::Nothing, "{event:?}");
    }
}

#[test]
fn hiding_aborts_the_request_in_flight() {
    let mut tab = Tab::open();
    assert_eq!(tab.step(Event::Visibility(false)), Action::Rest);
    assert!(!tab.is_asking());
}

#[test]
fn a_tab_opened_in_the_background_asks_when_it_is_first_seen() {
    let mut tab = Tab::new(Policy::session());
    tab.step(Event::Visibility(false));
    assert_eq!(tab.step(Event::Opened), Action::Rest);
    assert_eq!(tab.fetching(), Fetching::Paused);
    assert_eq!(
        request(tab.pass(MINUTE).step(Event::Visibility(true))),
        None
    );
    assert_eq!(tab.fetching(), Fetching::Starting);
}

#[test]
fn a_tab_seen_again_asks_one_at_once_and_without_a_wait() {
    let mut tab = Tab::open();
    request(tab.answer_after(300, tagged(changed())));
    tab.step(Event::Visibility(false));
    assert_eq!(request(tab.pass(HOUR).step(Event::Visibility(true))), None);
    assert_eq!(tab.step(Event::Visibility(true)), Action::Nothing);
    assert_eq!(tab.fetching(), Fetching::Resuming);
    assert_eq!(
        request(tab.answer_after(300, tagged(unchanged()))),
        Some(25)
    );
    assert_eq!(tab.fetching(), Fetching::Live);
}

#[test]
fn who_goes_back_and_forth_between_tabs_causes_4_requests_a_second_at_most() {
    let mut tab = Tab::open();
    let mut requests = 0;
    for _ in 0..100 {
        tab.pass(10).step(Event::Visibility(false));
        let back = tab.pass(10).step(Event::Visibility(true));
        requests += usize::from(matches!(back, Action::Request { .. }));
    }
    assert!(requests <= 8, "{requests}");
}

#[test]
fn who_asked_to_be_told_keeps_one_waiting_request_while_hidden() {
    let mut tab = told(true);
    assert!(tab.is_asking());
    for _ in 0..10 {
        assert_eq!(
            request(tab.answer_after(25_000, waited(unchanged()))),
            Some(25)
        );
    }
    assert_eq!(tab.fetching(), Fetching::Live);
}

#[test]
fn who_asked_to_be_told_is_polled_for_once_a_minute_where_the_server_cannot_wait() {
    let mut tab = told(false);
    let first = tab.now;
    request(tab.fire());
    // A minute after the last request, which took 300 ms.
    assert_eq!(tab.now - first, 59_700);
    for answer in [unchanged(), changed(), unchanged()] {
        assert_eq!(wake(tab.answer_after(20, answer)), 60_000);
        request(tab.fire());
    }
}

#[test]
fn once_a_minute_is_no_delay() {
    let mut tab = told(false);
    assert_eq!(tab.pass(59_000).fetching(), Fetching::Live);
}

#[test]
fn hiding_brings_no_poll_forward() {
    let mut tab = Tab::open();
    tab.step(Event::NotifyWanted(true));
    assert_eq!(wake(tab.answer_after(14_000, changed())), 56_000);
    assert_eq!(wake(tab.step(Event::Visibility(false))), 56_000);
}

#[test]
fn hiding_puts_off_neither_a_wait_nor_a_retry_nor_a_look_nor_the_confirming_request() {
    let told = || {
        let mut tab = Tab::open();
        tab.step(Event::NotifyWanted(true));
        tab
    };
    let mut waits = told();
    assert_eq!(wake(waits.answer_after(20, tagged(changed()))), 230);
    assert_eq!(waits.step(Event::Visibility(false)), Action::Nothing);

    let mut retries = told();
    wake(retries.fail_after(20, Failure::Unreachable));
    assert_eq!(retries.step(Event::Visibility(false)), Action::Nothing);

    let mut looks = told();
    wake(looks.fail_after(20, http(404)));
    assert_eq!(looks.step(Event::Visibility(false)), Action::Nothing);

    let mut confirms = told();
    wake(confirms.answer_after(20, is_final(changed())));
    assert_eq!(confirms.step(Event::Visibility(false)), Action::Nothing);
}

#[test]
fn a_waiting_request_is_kept_when_the_tab_is_seen_again() {
    let mut tab = told(true);
    assert_eq!(
        tab.pass(5000).step(Event::Visibility(true)),
        Action::Nothing
    );
    assert!(tab.is_asking());
}

#[test]
fn a_poll_of_once_a_minute_becomes_one_at_once_when_the_tab_is_seen_again() {
    let mut tab = told(false);
    request(tab.pass(5000).step(Event::Visibility(true)));
    assert_eq!(wake(tab.answer_after(20, changed())), 1000);
}

#[test]
fn who_wants_to_be_told_no_longer_is_not_asked_for_while_hidden() {
    let mut tab = told(true);
    assert_eq!(tab.step(Event::NotifyWanted(false)), Action::Rest);
    assert_eq!(tab.fetching(), Fetching::Paused);
    request(tab.pass(MINUTE).step(Event::NotifyWanted(true)));
}

#[test]
fn who_asked_to_be_told_is_told_and_then_left_alone() {
    let mut tab = told(true);
    assert_eq!(
        wake(tab.answer_after(9000, is_final(waited(changed())))),
        1000
    );
    assert_eq!(request(tab.fire()), None);
    assert_eq!(
        tab.answer_after(20, is_final(tagged(unchanged()))),
        Action::Rest
    );
    assert_eq!(tab.step(Event::Visibility(true)), Action::Nothing);
}

#[test]
fn offline_nothing_is_asked_even_for_who_wants_to_be_told() {
    let mut tab = told(true);
    assert_eq!(tab.step(Event::Online(false)), Action::Rest);
    let since = at(tab.now);
    tab.pass(MINUTE);
    assert_eq!(tab.fetching(), Fetching::Offline { since });
    for event in [
        Event::Online(false),
        Event::Visibility(true),
        Event::CheckAgain,
        Event::NotifyWanted(true),
    ] {
        assert_eq!(tab.step(event), Action::Nothing, "{event:?}");
    }
    assert_eq!(tab.fetching(), Fetching::Offline { since });
}

#[test]
fn back_online_one_is_asked_at_once_and_the_ladder_starts_anew() {
    let mut tab = Tab::open();
    for _ in 0..6 {
        wake(tab.fail_after(20, Failure::Unreachable));
        tab.fire();
    }
    tab.step(Event::Online(false));
    request(tab.pass(HOUR).step(Event::Online(true)));
    assert_eq!(tab.step(Event::Online(true)), Action::Nothing);
    assert_eq!(wake(tab.fail_after(20, Failure::Unreachable)), 500);
}

#[test]
fn a_hidden_tab_back_online_stays_silent() {
    let mut tab = Tab::open();
    tab.step(Event::Visibility(false));
    tab.step(Event::Online(false));
    assert_eq!(tab.step(Event::Online(true)), Action::Nothing);
    request(tab.pass(1000).step(Event::Visibility(true)));
}

#[test]
fn a_page_opened_offline_asks_when_the_network_is_there() {
    let mut tab = Tab::new(Policy::session());
    tab.step(Event::Online(false));
    assert_eq!(tab.step(Event::Opened), Action::Rest);
    assert_eq!(tab.fetching(), Fetching::Offline { since: at(tab.now) });
    request(tab.pass(MINUTE).step(Event::Online(true)));
}

//! Final: one confirming request a second later, then none. "Check again" stays possible.

use portal_model::poll::{Action, Event, Failure, Fetching};

use crate::support::{
    HOUR, Tab, at, changed, http, is_final, request, tagged, unchanged, waited, wake,
};

/// A tab whose session is final and confirmed.
fn ended() -> Tab {
    let mut tab = Tab::open();
    assert_eq!(
        wake(tab.answer_after(20, is_final(tagged(changed())))),
        1000
    );
    assert_eq!(request(tab.fire()), None);
    assert_eq!(
        tab.answer_after(20, is_final(tagged(unchanged()))),
        Action::Rest
    );
    tab
}

#[test]
fn a_final_session_is_confirmed_a_second_later_and_then_left_alone() {
    let tab = ended();
    assert_eq!(tab.fetching(), Fetching::Final);
    assert!(!tab.has_timer() && !tab.is_asking());
}

#[test]
fn none_after_final_whatever_happens() {
    let mut tab = ended();
    for event in [
        Event::Opened,
        Event::Visibility(false),
        Event::Visibility(true),
        Event::Online(false),
        Event::Online(true),
        Event::NotifyWanted(true),
        Event::Visibility(false),
    ] {
        assert_eq!(tab.pass(HOUR).step(event), Action::Nothing, "{event:?}");
        assert_eq!(tab.fetching(), Fetching::Final);
    }
}

#[test]
fn it_is_not_called_final_before_it_is_confirmed() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, is_final(changed())));
    assert_eq!(tab.fetching(), Fetching::Live);
    request(tab.fire());
    assert_eq!(tab.fetching(), Fetching::Live);
}

#[test]
fn a_last_write_seen_by_the_confirming_request_is_no_reason_for_another() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, is_final(changed())));
    request(tab.fire());
    assert_eq!(tab.answer_after(20, is_final(changed())), Action::Rest);
}

#[test]
fn what_turns_out_not_to_be_final_is_followed_on() {
    let mut tab = Tab::open();
    wake(tab.answer_after(300, is_final(tagged(changed()))));
    request(tab.fire());
    assert_eq!(request(tab.answer_after(300, tagged(changed()))), Some(25));
    // And confirmed anew when it is.
    assert_eq!(
        wake(tab.answer_after(900, is_final(waited(changed())))),
        1000
    );
}

#[test]
fn a_confirming_request_that_fails_is_made_again() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, is_final(changed())));
    request(tab.fire());
    wake(tab.fail_after(20, Failure::Unreachable));
    request(tab.fire());
    assert_eq!(tab.answer_after(20, is_final(unchanged())), Action::Rest);
    assert_eq!(tab.fetching(), Fetching::Final);
}

#[test]
fn a_tab_hidden_before_the_confirming_request_makes_it_when_seen_again() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, is_final(changed())));
    assert_eq!(tab.step(Event::Visibility(false)), Action::Rest);
    request(tab.pass(HOUR).step(Event::Visibility(true)));
    assert_eq!(tab.answer_after(20, is_final(unchanged())), Action::Rest);
}

#[test]
fn check_again_asks_once_and_rests_again() {
    let mut tab = ended();
    assert_eq!(request(tab.pass(HOUR).step(Event::CheckAgain)), None);
    assert_eq!(tab.fetching(), Fetching::Resuming);
    assert_eq!(
        tab.answer_after(20, is_final(tagged(unchanged()))),
        Action::Rest
    );
    assert_eq!(tab.fetching(), Fetching::Final);
    assert_eq!(tab.age().unwrap().millis(), 0);
}

#[test]
fn check_again_follows_a_session_that_was_reset() {
    let mut tab = ended();
    request(tab.pass(HOUR).step(Event::CheckAgain));
    assert_eq!(request(tab.answer_after(300, tagged(changed()))), Some(25));
    assert_eq!(tab.fetching(), Fetching::Live);
}

#[test]
fn check_again_without_a_network_is_made_when_that_is_back() {
    let mut tab = ended();
    tab.step(Event::Online(false));
    assert_eq!(tab.step(Event::CheckAgain), Action::Nothing);
    assert!(matches!(tab.fetching(), Fetching::Offline { .. }));
    assert_eq!(request(tab.pass(HOUR).step(Event::Online(true))), None);
    assert_eq!(
        tab.answer_after(20, is_final(tagged(unchanged()))),
        Action::Rest
    );
}

#[test]
fn check_again_begins_the_ladder_of_retries_anew() {
    let mut tab = Tab::open();
    for _ in 0..6 {
        wake(tab.fail_after(20, Failure::Unreachable));
        tab.fire();
    }
    assert_eq!(wake(tab.fail_after(20, Failure::Unreachable)), 30_000);
    request(tab.pass(1000).step(Event::CheckAgain));
    assert_eq!(wake(tab.fail_after(20, Failure::Unreachable)), 500);
}

#[test]
fn check_again_does_not_wait_for_the_timer() {
    let mut tab = Tab::open();
    for _ in 0..8 {
        wake(tab.answer_after(20, unchanged()));
        tab.fire();
    }
    wake(tab.answer_after(20, unchanged()));
    request(tab.pass(500).step(Event::CheckAgain));
}

#[test]
fn check_again_gives_up_a_wait() {
    let mut tab = Tab::open();
    request(tab.answer_after(300, tagged(changed())));
    assert_eq!(request(tab.pass(4000).step(Event::CheckAgain)), None);
    assert_eq!(
        request(tab.answer_after(300, tagged(unchanged()))),
        Some(25)
    );
}

#[test]
fn a_final_session_that_is_removed_keeps_its_data() {
    let mut tab = ended();
    let as_of = tab.poller.as_of();
    request(tab.pass(HOUR).step(Event::CheckAgain));
    wake(tab.fail_after(20, http(404)));
    assert!(matches!(tab.fetching(), Fetching::LookingFor { .. }));
    assert_eq!(tab.poller.freshness(at(tab.now)).as_of, as_of);
}

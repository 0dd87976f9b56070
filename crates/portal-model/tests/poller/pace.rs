//! Where the server waits, ask again at once. Where it does not, back off.

use portal_model::poll::{Action, Answer, Event, Failure, Fetching, Policy};

use crate::support::{Tab, changed, request, tagged, unchanged, waited, wake};

/// A tab whose server waits, its second request waiting.
fn waiting() -> Tab {
    let mut tab = Tab::open();
    assert_eq!(request(tab.answer_after(300, tagged(changed()))), Some(25));
    tab
}

#[test]
fn the_first_request_never_asks_for_a_wait() {
    assert_eq!(
        request(Tab::new(Policy::session()).step(Event::Opened)),
        None
    );
    assert_eq!(
        request(Tab::new(Policy::overview()).step(Event::Opened)),
        None
    );
}

#[test]
fn where_the_server_applied_the_wait_it_is_asked_again_at_once() {
    let mut tab = waiting();
    assert_eq!(
        request(tab.answer_after(25_000, waited(unchanged()))),
        Some(25)
    );
    assert_eq!(
        request(tab.answer_after(7_000, waited(changed()))),
        Some(25)
    );
}

#[test]
fn requests_are_at_least_250_ms_apart() {
    let mut tab = waiting();
    assert_eq!(wake(tab.answer_after(30, waited(changed()))), 220);
    assert_eq!(request(tab.fire()), Some(25));
    assert_eq!(request(tab.answer_after(250, waited(changed()))), Some(25));
}

#[test]
fn an_overview_is_asked_for_at_most_once_a_second() {
    let mut tab = Tab::new(Policy::overview());
    tab.step(Event::Opened);
    assert_eq!(wake(tab.answer_after(30, tagged(changed()))), 970);
    assert_eq!(request(tab.fire()), Some(25));
    assert_eq!(wake(tab.answer_after(400, waited(changed()))), 600);
}

#[test]
fn an_older_backend_is_never_asked_to_wait() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    for _ in 0..10 {
        assert_eq!(request(tab.fire()), None);
        wake(tab.answer_after(20, unchanged()));
    }
}

#[test]
fn an_older_backend_is_polled_from_1_to_15_seconds() {
    let mut tab = Tab::open();
    let mut intervals = vec![wake(tab.answer_after(20, changed()))];
    for _ in 0..8 {
        tab.fire();
        intervals.push(wake(tab.answer_after(20, unchanged())));
    }
    let expected = [1000, 1600, 2560, 4096, 6554, 10_486, 15_000, 15_000, 15_000];
    assert_eq!(intervals, expected);
}

#[test]
fn the_interval_is_back_at_1_second_when_something_changed() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    for _ in 0..8 {
        tab.fire();
        wake(tab.answer_after(20, unchanged()));
    }
    tab.fire();
    assert_eq!(wake(tab.answer_after(20, changed())), 1000);
    tab.fire();
    assert_eq!(wake(tab.answer_after(20, unchanged())), 1600);
}

#[test]
fn a_slow_server_is_not_asked_sooner_than_4_times_its_last_latency() {
    let mut tab = Tab::open();
    assert_eq!(wake(tab.answer_after(3000, changed())), 12_000);
    tab.fire();
    assert_eq!(wake(tab.answer_after(100, unchanged())), 1600);
}

#[test]
fn what_a_wait_took_is_no_latency() {
    let mut tab = waiting();
    request(tab.answer_after(14_000, waited(changed())));
    // Past its cap the server answers at once without the wait.
    assert_eq!(wake(tab.answer_after(20, tagged(unchanged()))), 1600);
}

#[test]
fn waits_that_brought_nothing_do_not_make_the_polling_after_them_slower() {
    let mut tab = waiting();
    for _ in 0..10 {
        request(tab.answer_after(25_000, waited(unchanged())));
    }
    assert_eq!(wake(tab.answer_after(20, tagged(unchanged()))), 1600);
}

#[test]
fn past_the_servers_cap_it_is_polled_and_asked_to_wait_each_time() {
    let mut tab = waiting();
    assert_eq!(wake(tab.answer_after(10, tagged(unchanged()))), 1600);
    assert_eq!(request(tab.fire()), Some(25));
    assert_eq!(wake(tab.answer_after(10, tagged(unchanged()))), 2560);
    assert_eq!(request(tab.fire()), Some(25));
    assert_eq!(
        request(tab.answer_after(25_000, waited(unchanged()))),
        Some(25)
    );
}

#[test]
fn a_server_that_holds_a_poll_back_after_all_is_not_called_delayed() {
    let mut tab = waiting();
    wake(tab.answer_after(10, tagged(unchanged())));
    request(tab.fire());
    assert_eq!(tab.pass(25_000).fetching(), Fetching::Live);
}

#[test]
fn waits_that_fail_twice_without_one_that_held_are_taken_for_impossible() {
    let mut tab = waiting();
    let cut = |tab: &mut Tab| {
        wake(tab.fail_after(20_000, Failure::Unreachable));
        assert_eq!(request(tab.fire()), None);
        tab.answer_after(20, tagged(unchanged()))
    };
    // A server that is started again: waiting goes on at once.
    wake(cut(&mut tab));
    assert_eq!(request(tab.fire()), Some(25));
    // A proxy that cuts what takes long: polling.
    assert!(wake(cut(&mut tab)) >= 1000);
}

#[test]
fn a_304_changes_nothing_on_the_screen_but_the_age() {
    let not_modified = Answer {
        changed: false,
        ..tagged(changed())
    };
    let mut tab = waiting();
    let before = tab.poller.freshness(crate::support::at(tab.now));
    tab.answer_after(
        25_000,
        Answer {
            waited: true,
            ..not_modified
        },
    );
    let after = tab.poller.freshness(crate::support::at(tab.now));

    assert_ne!(before.as_of, after.as_of);
    assert_eq!(
        (before.fetching, before.failure),
        (after.fetching, after.failure)
    );
    assert_eq!(after.fetching, Fetching::Live);
    assert_eq!(tab.age().unwrap().millis(), 0);
}

#[test]
fn a_policy_can_be_printed_and_compared() {
    let policy = Policy::session();
    assert!(format!("{policy:?}").contains("wait: 25"));
    assert_eq!(policy, Policy::session());
    assert_ne!(policy, Policy::overview());
    assert_eq!(policy.interval.after(3).millis(), 4096);
    assert_eq!(policy.retry.after(u32::MAX).millis(), 60_000);
}

#[test]
fn a_list_is_never_final() {
    let mut tab = Tab::new(Policy::overview());
    tab.step(Event::Opened);
    let all_final = crate::support::is_final(unchanged());
    for _ in 0..5 {
        let action = tab.answer_after(20, all_final);
        assert!(matches!(action, Action::Wake { .. }));
        request(tab.fire());
    }
}

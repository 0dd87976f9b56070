//! No progress for 30 minutes: say so, keep looking once a minute.

use portal_model::poll::{Answer, Event, Fetching};
use status_model::Seconds;

use crate::support::{
    MINUTE, Tab, at, changed, is_final, ms, request, signed, tagged, unchanged, waited, wake,
};

fn after_minutes(minutes: u64, answer: Answer) -> Answer {
    Answer {
        last_progress_age: Some(ms(minutes * MINUTE)),
        ..answer
    }
}

fn stalled_for(tab: &Tab) -> Option<Seconds> {
    tab.poller.freshness(at(tab.now)).stalled_for
}

#[test]
fn a_session_without_progress_for_30_minutes_is_looked_at_once_a_minute() {
    for answer in [changed(), tagged(changed())] {
        let mut tab = Tab::open();
        assert_eq!(
            wake(tab.answer_after(300, after_minutes(30, answer))),
            60_000
        );
        assert_eq!(request(tab.fire()), None);
        let again = after_minutes(
            31,
            Answer {
                changed: false,
                ..answer
            },
        );
        assert_eq!(wake(tab.answer_after(300, again)), 60_000);
        assert_eq!(stalled_for(&tab), Some(ms(31 * MINUTE)));
        assert_eq!(tab.fetching(), Fetching::Live);
    }
}

#[test]
fn up_to_30_minutes_nothing_is_said() {
    let mut tab = Tab::open();
    request(tab.answer_after(300, after_minutes(29, tagged(changed()))));
    assert_eq!(stalled_for(&tab), None);
    tab.pass(MINUTE - 1);
    assert_eq!(stalled_for(&tab), None);
    tab.pass(1);
    assert_eq!(stalled_for(&tab), Some(ms(30 * MINUTE)));
}

#[test]
fn a_wait_that_ends_after_30_minutes_is_the_last_one() {
    let mut tab = Tab::open();
    request(tab.answer_after(300, after_minutes(29, tagged(changed()))));
    let still_nothing = after_minutes(30, waited(unchanged()));
    assert_eq!(wake(tab.answer_after(25_000, still_nothing)), 60_000);
}

#[test]
fn when_it_moves_again_it_is_followed_closely_again() {
    let mut tab = Tab::open();
    wake(tab.answer_after(300, after_minutes(45, tagged(changed()))));
    request(tab.fire());
    let moving = after_minutes(0, tagged(changed()));
    assert_eq!(request(tab.answer_after(300, moving)), Some(25));
    assert_eq!(stalled_for(&tab), None);
}

#[test]
fn a_final_session_never_stalls() {
    let mut tab = Tab::open();
    let old = after_minutes(9999, is_final(changed()));
    assert_eq!(wake(tab.answer_after(20, old)), 1000);
    assert_eq!(stalled_for(&tab), None);
}

#[test]
fn where_no_progress_is_known_nothing_is_said() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, changed()));
    tab.pass(60 * MINUTE);
    assert_eq!(stalled_for(&tab), None);
}

#[test]
fn a_stalled_session_is_looked_at_at_once_on_coming_back() {
    let mut tab = Tab::open();
    wake(tab.answer_after(20, after_minutes(45, changed())));
    tab.step(Event::Visibility(false));
    let before = tab.now;
    request(tab.pass(5000).step(Event::Visibility(true)));
    assert_eq!(tab.now - before, signed(5000));
}

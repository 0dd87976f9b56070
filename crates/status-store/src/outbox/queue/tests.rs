use std::time::Duration;

use status_model::{
    AgentName, AgentStatus,
    change::{AgentUpdate, FinalStatus, StartSession},
};

use super::*;

const NO_LIMIT: usize = usize::MAX;

fn id(name: &str) -> SessionId {
    name.parse().unwrap()
}

fn start() -> Change {
    Change::Start(StartSession::default())
}

fn report() -> Change {
    let update = AgentUpdate::new(AgentStatus::InProgress);
    Change::Report(AgentName::PdfAdapter, Box::new(update))
}

fn end() -> Change {
    Change::Finalize(FinalStatus::Completed)
}

fn of(name: &str, change: Change) -> Report {
    Report {
        session_id: id(name),
        at: Timestamp::from_unix_millis(7),
        change,
    }
}

/// A queue with these reports, of ten bytes each, numbered from 1.
fn queue(reports: &[Report]) -> Queue {
    let mut queue = Queue::default();
    let sized = reports.iter().map(|report| (report.clone(), 10));
    queue.keep(sized.collect(), NO_LIMIT).unwrap();
    queue
}

fn settle(queue: &mut Queue, name: &str, verdict: Verdict, now: Instant) -> Vec<u64> {
    let numbers = queue.settle(&id(name), verdict, now, 0.5);
    queue.release(&id(name));
    numbers
}

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

#[test]
fn while_the_store_answers_and_nothing_waits_reports_go_to_it() {
    let mut queue = Queue::default();
    assert_eq!(queue.route(&id("a"), &start()), Route::Send);
    assert_eq!(queue.next(Instant::now()), Next::Rest);
    assert!(queue.is_empty() && queue.oldest().is_none());
}

#[test]
fn a_report_goes_behind_what_waits_of_its_session_and_others_go_on() {
    let mut queue = queue(&[of("a", start())]);
    assert_eq!(queue.route(&id("a"), &report()), Route::Keep);
    assert_eq!(queue.route(&id("b"), &start()), Route::Send);
    let now = Instant::now();
    // Also while the last one is being written, and until that is on the disk.
    assert_eq!(queue.next(now), Next::Write(of("a", start())));
    assert_eq!(queue.route(&id("a"), &report()), Route::Keep);
    assert_eq!(queue.settle(&id("a"), Verdict::Taken, now, 0.5), [1]);
    assert_eq!(queue.route(&id("a"), &report()), Route::Keep);
    queue.release(&id("a"));
    assert_eq!(queue.route(&id("a"), &report()), Route::Send);
}

#[test]
fn a_sessions_reports_are_written_one_after_the_other_in_their_order() {
    let mut queue = queue(&[of("a", start()), of("a", report()), of("a", end())]);
    let now = Instant::now();
    for (number, change) in (1..).zip([start(), report(), end()]) {
        assert_eq!(queue.next(now), Next::Write(of("a", change)));
        assert_eq!(queue.next(now), Next::Rest, "it is being written");
        assert_eq!(settle(&mut queue, "a", Verdict::Taken, now), [number]);
    }
    assert!(queue.is_empty());
    assert_eq!((queue.count(), queue.bytes(), queue.dropped()), (0, 0, 0));
}

#[test]
fn many_sessions_are_written_at_a_time_but_not_all() {
    let reports: Vec<_> = (0..40).map(|n| of(&format!("s{n}"), start())).collect();
    let mut queue = queue(&reports);
    let now = Instant::now();
    let mut written = 0;
    while let Next::Write(_) = queue.next(now) {
        written += 1;
    }
    assert_eq!(written, AT_A_TIME);
}

#[test]
fn a_store_that_is_away_is_looked_for_ever_more_seldom_by_one_report_at_a_time() {
    let mut queue = queue(&[of("a", start()), of("b", start())]);
    let mut now = Instant::now();
    queue.store_is_away(now, 0.5);
    assert_eq!(queue.route(&id("c"), &start()), Route::Keep);
    let mut waits = Vec::new();
    for _ in 0..8 {
        let Next::Until(time) = queue.next(now) else {
            panic!("nothing is written before it is time");
        };
        waits.push((time - now).as_millis());
        now = time;
        let Next::Write(report) = queue.next(now) else {
            panic!("it is time");
        };
        assert_eq!(queue.next(now), Next::Rest, "one is enough to see");
        let name = report.session_id.as_str();
        assert!(settle(&mut queue, name, Verdict::Away, now).is_empty());
    }
    // Half of the longest wait each, as the random number says.
    assert_eq!(waits, [100, 200, 400, 800, 1_600, 2_500, 2_500, 2_500]);
    assert_eq!(queue.count(), 2, "nothing is lost");
}

#[test]
fn many_who_find_the_store_away_at_once_count_as_one() {
    let mut queue = queue(&[of("a", start())]);
    let now = Instant::now();
    for _ in 0..50 {
        queue.store_is_away(now, 1.0);
    }
    assert_eq!(queue.next(now), Next::Until(now + millis(200)));
}

#[test]
fn once_it_is_back_everything_is_written_and_new_reports_go_to_it() {
    let mut queue = queue(&[of("a", start()), of("b", start())]);
    let now = Instant::now();
    queue.store_is_away(now, 0.0);
    assert!(matches!(queue.next(now), Next::Write(_)));
    settle(&mut queue, "a", Verdict::Taken, now);
    assert!(!queue.is_open());
    assert_eq!(queue.route(&id("c"), &start()), Route::Send);
    assert_eq!(queue.next(now), Next::Write(of("b", start())));
}

#[test]
fn without_anything_to_look_with_the_next_report_is_sent() {
    let mut queue = Queue::default();
    queue.store_is_away(Instant::now(), 1.0);
    assert_eq!(queue.route(&id("a"), &start()), Route::Send);
}

#[test]
fn what_is_refused_for_good_is_counted_and_does_not_stop_the_rest() {
    let mut queue = queue(&[of("a", report()), of("a", end()), of("b", start())]);
    let now = Instant::now();
    queue.next(now);
    assert_eq!(settle(&mut queue, "a", Verdict::Refused, now), [1]);
    assert_eq!((queue.dropped(), queue.count()), (1, 2));
    assert_eq!(queue.next(now), Next::Write(of("b", start())));
    assert_eq!(queue.next(now), Next::Write(of("a", end())));
}

#[test]
fn a_session_whose_start_is_refused_is_somebody_elses() {
    let mut queue = queue(&[of("a", start()), of("a", report()), of("b", report())]);
    let now = Instant::now();
    queue.next(now);
    assert_eq!(settle(&mut queue, "a", Verdict::Refused, now), [1, 2]);
    assert_eq!(queue.dropped(), 2);
    assert_eq!(queue.bytes(), 10);
    // The workflow is still running.
    assert_eq!(queue.route(&id("a"), &report()), Route::Foreign);
    assert_eq!(queue.route(&id("b"), &report()), Route::Keep);
    // And ends; who starts it again is judged anew.
    assert_eq!(queue.route(&id("a"), &end()), Route::Foreign);
    assert!(queue.foreign.is_empty());
    assert_eq!(queue.route(&id("a"), &start()), Route::Send);
}

#[test]
fn a_later_beginning_of_a_refused_session_is_judged_by_itself() {
    let mut queue = queue(&[of("a", start()), of("a", end()), of("a", start())]);
    let now = Instant::now();
    queue.next(now);
    assert_eq!(settle(&mut queue, "a", Verdict::Refused, now), [1, 2]);
    assert_eq!(queue.next(now), Next::Write(of("a", start())));
    assert_eq!(queue.route(&id("a"), &report()), Route::Keep);
}

#[test]
fn there_is_room_for_so_many_bytes() {
    let mut queue = Queue::default();
    let mut keep = |bytes: &[usize]| {
        let sized = bytes.iter().map(|bytes| (of("a", report()), *bytes));
        queue.keep(sized.collect(), 100)
    };
    assert_eq!(keep(&[60]), Ok(()));
    assert_eq!(keep(&[20, 21]), Err(Full), "all or none");
    assert_eq!(keep(&[40]), Ok(()));
    assert_eq!((queue.bytes(), queue.count(), queue.dropped()), (100, 2, 2));
}

#[test]
fn what_waits_is_told_in_the_order_in_which_it_came() {
    let queue = queue(&[of("b", start()), of("a", start()), of("b", end())]);
    let (b, a, e) = (of("b", start()), of("a", start()), of("b", end()));
    assert_eq!(queue.reports(), [(1, &b), (2, &a), (3, &e)]);
    assert_eq!(queue.oldest(), Some(Timestamp::from_unix_millis(7)));
}

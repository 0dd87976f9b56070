//! The server's time on a viewer's machine whose clock is wrong.

use portal_model::server_clock::ServerClock;
use proptest::prelude::*;
use status_model::Timestamp;

const NOON: i64 = 1_795_348_800_000;
const HOUR: i64 = 3_600_000;

fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis)
}

/// A viewer's clock that is so much behind the server's, and what it has learned of it.
struct Viewer {
    behind: i64,
    clock: ServerClock,
}

impl Viewer {
    fn new(behind: i64) -> Self {
        Self {
            behind,
            clock: ServerClock::default(),
        }
    }

    /// An answer that the server made at this time of its own, after so much of a way there
    /// (a wait included) and before so much of a way back.
    fn answered(&mut self, made_at: i64, there: i64, back: i64) {
        let date = made_at.div_euclid(1000) * 1000;
        let sent_at = made_at - there - self.behind;
        let received_at = made_at + back - self.behind;
        self.clock.observe(at(date), at(sent_at), at(received_at));
    }

    /// By how much it is wrong about the server's time.
    fn error(&self, server_now: i64) -> i64 {
        let reckoned = self.clock.now(at(server_now - self.behind));
        reckoned.unix_millis() - server_now
    }
}

#[test]
fn as_long_as_nothing_was_observed_the_viewers_own_time_counts() {
    assert_eq!(ServerClock::default().now(at(NOON)), at(NOON));
}

#[test]
fn a_wrong_clock_is_corrected_by_the_first_answer_to_within_a_second() {
    for behind in [0, 7 * 60_000, -7 * 60_000, 365 * 24 * HOUR, -9 * HOUR + 333] {
        for fraction in [0, 1, 499, 500, 999] {
            let mut viewer = Viewer::new(behind);
            viewer.answered(NOON + fraction, 40, 40);
            let error = viewer.error(NOON + 2000);
            assert!(error.abs() <= 540, "{behind} and {fraction}: {error}");
        }
    }
}

#[test]
fn further_answers_bring_it_below_a_second() {
    let mut viewer = Viewer::new(123_456);
    for made_at in (0..20).map(|n| NOON + n * 1370) {
        viewer.answered(made_at, 30, 30);
    }
    // The dates of twenty fractions of a second, 50 ms apart, and the way there and back.
    let error = viewer.error(NOON + HOUR);
    assert!(error.abs() <= 110, "{error}");
}

#[test]
fn a_wait_of_25_seconds_is_no_reason_to_be_12_seconds_wrong() {
    let mut viewer = Viewer::new(-40_000);
    viewer.answered(NOON + 400, 25_000, 30);
    let error = viewer.error(NOON + 5000);
    assert!(error.abs() <= 1000, "{error}");
}

#[test]
fn a_wait_does_not_make_worse_what_was_known() {
    let mut viewer = Viewer::new(5000);
    for made_at in (0..20).map(|n| NOON + n * 1370) {
        viewer.answered(made_at, 30, 30);
    }
    for made_at in (0..100).map(|n| NOON + 60_000 + n * 25_030) {
        viewer.answered(made_at, 25_000, 30);
    }
    let error = viewer.error(NOON + HOUR);
    assert!(error.abs() <= 500, "{error}");
}

#[test]
fn a_clock_that_was_set_is_noticed_by_the_next_answer() {
    for jump in [HOUR, -HOUR, 5000, -5000] {
        let mut viewer = Viewer::new(0);
        viewer.answered(NOON, 30, 30);
        viewer.answered(NOON + 1500, 30, 30);
        viewer.behind += jump;
        viewer.answered(NOON + 10_000, 30, 30);
        let error = viewer.error(NOON + 11_000);
        assert!(error.abs() <= 530, "{jump}: {error}");
    }
}

#[test]
fn a_clock_set_back_during_a_request_teaches_nothing() {
    let mut clock = ServerClock::default();
    clock.observe(at(NOON), at(NOON), at(NOON - HOUR));
    assert_eq!(clock, ServerClock::default());
}

/// A running agent's elapsed time is the server's time less its start.
#[test]
fn an_elapsed_time_on_the_screen_hardly_ever_runs_backwards() {
    let mut viewer = Viewer::new(-3600);
    let mut last = i64::MIN;
    let mut steps_back = Vec::new();
    for second in 0..3600 {
        let server_now = NOON + second * 1000 + (second * 77) % 1000;
        if second % 7 == 0 {
            viewer.answered(server_now, 20 + second % 50, 20 + second % 31);
        }
        let elapsed = viewer
            .clock
            .now(at(server_now - viewer.behind))
            .unix_millis();
        if elapsed < last {
            steps_back.push(last - elapsed);
        }
        last = elapsed;
    }
    assert!(steps_back.is_empty(), "{steps_back:?}");
}

#[test]
fn two_clocks_that_run_apart_are_followed_without_a_jump() {
    // 50 parts in a million are 4.3 s a day.
    for part in [20_000, -20_000] {
        for pause in [2_000, 15_000, 600_000] {
            let mut viewer = Viewer::new(0);
            let mut last = 0;
            for n in 0..24 * HOUR / pause {
                let made_at = NOON + n * pause + (n * 377) % 1000;
                viewer.behind = (made_at - NOON) / part;
                viewer.answered(made_at, 30, 30);
                let error = viewer.error(made_at);
                assert!(error.abs() <= 600, "{part}, {pause}: {error} after {n}");
                let step: i64 = error - last;
                assert!(
                    n < 20 || step.abs() <= 300,
                    "{part}, {pause}: {step} after {n}"
                );
                last = error;
            }
            assert!(viewer.behind.abs() > 4000);
        }
    }
}

proptest! {
    #[test]
    fn it_is_never_more_than_a_second_and_the_way_back_wrong(
        behind in -10 * HOUR..10 * HOUR,
        answers in prop::collection::vec((0_i64..25_000, 0_i64..400, 0_i64..30_000), 1..40),
    ) {
        let mut viewer = Viewer::new(behind);
        let mut now = NOON;
        for (there, back, pause) in answers {
            now += there + pause;
            viewer.answered(now, there, back);
            now += back;
            let error = viewer.error(now);
            // Too late by up to half a second, too early by as much and the way back.
            prop_assert!((-1000 - 400..=1000).contains(&error), "{error}");
        }
    }

    #[test]
    fn no_header_and_no_clock_breaks_it(
        times in prop::collection::vec((any::<i64>(), any::<i64>(), any::<i64>()), 1..10),
    ) {
        let mut clock = ServerClock::default();
        for (date, sent_at, received_at) in times {
            clock.observe(at(date), at(sent_at), at(received_at));
            let _ = clock.now(at(received_at));
        }
    }
}

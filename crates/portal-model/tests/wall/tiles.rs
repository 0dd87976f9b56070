//! Which tiles, in which order, saying what.

use portal_model::poll::Fetching;
use portal_model::{
    mark::Mark,
    wall_view::{Kind, TileView, has_new_failure, may_reload},
};
use serde_json::json;

use crate::given::{LARGE, NOW, completed, failed, ids, live, overview, running, view};

fn all() -> Vec<serde_json::Value> {
    vec![
        completed("done", "2026-11-22T11:57:00Z"),
        running("run", "2026-11-22T12:00:00Z"),
        running("slow", "2026-11-22T11:59:29Z"),
        running("stuck", "2026-11-22T11:30:00Z"),
        failed("failed", "2026-11-22T11:56:00Z"),
    ]
}

fn said(tile: &TileView) -> (&str, String, &str) {
    let (word, when) = &tile.state;
    (&tile.title, format!("{word} {when}"), &tile.why)
}

#[test]
fn the_worst_comes_first_and_says_why() {
    let view = view(&overview(&all(), 5), NOW, LARGE);
    assert_eq!(ids(&view), ["failed", "stuck", "slow", "run", "done"]);
    let said: Vec<_> = view.tiles.iter().map(said).collect();
    let expected = [
        (
            "failed",
            "Failed 4 min ago",
            "PDF adapter: no such document (3 attempts)",
        ),
        ("FAB_stuck", "No news 30 min", "In trade extraction"),
        (
            "FAB_slow",
            "Slow 2:30",
            "Trade extraction: 1:01, usually 0:45",
        ),
        ("FAB_run", "Running 2:30", "Reading page 3"),
        ("done", "Completed in 2:22", "3 min ago"),
    ];
    for (said, (title, state, why)) in said.iter().zip(expected) {
        assert_eq!(*said, (title, state.to_owned(), why));
    }
    let marks: Vec<_> = view.tiles.iter().map(|tile| tile.kind.mark()).collect();
    let expected = [
        Mark::Failed,
        Mark::Warning,
        Mark::Warning,
        Mark::Running,
        Mark::Done,
    ];
    assert_eq!(marks, expected);
    assert!(view.tiles.iter().all(|tile| tile.strip.len() == 4));
}

#[test]
fn nothing_is_slow_by_what_fewer_than_five_sessions_took() {
    let view = view(&overview(&all(), 4), NOW, LARGE);
    assert!(view.tiles.iter().all(|tile| tile.kind != Kind::Slow));
}

#[test]
fn a_session_is_slow_as_soon_as_the_time_has_passed_without_a_new_answer() {
    let overview = overview(&[running("run", "2026-11-22T12:00:00Z")], 5);
    let kind = |now| view(&overview, now, LARGE).tiles[0].kind;
    assert_eq!(kind("2026-11-22T12:01:00Z"), Kind::Running);
    assert_eq!(kind("2026-11-22T12:01:00.001Z"), Kind::Slow);
}

#[test]
fn a_completed_session_with_a_failed_agent_says_both() {
    let mut row = completed("both", "2026-11-22T11:57:00Z");
    row["error"] = json!({ "agent": "tradeMatching", "message": "no match" });
    let view = view(&overview(&[completed("done", NOW), row], 5), NOW, LARGE);
    assert_eq!(ids(&view), ["both", "done"]);
    assert_eq!(view.tiles[0].state.0, "Completed, one agent failed");
    assert_eq!(view.tiles[0].why, "Trade matching: no match");
    assert_eq!(view.tiles[0].kind.mark(), Mark::Warning);
}

#[test]
fn the_numbers_stand_at_the_top() {
    let view = view(&overview(&all(), 5), NOW, LARGE);
    let counts = view.counts.iter();
    let counts: Vec<_> = counts.map(|c| (c.name, c.value.as_str(), c.mark)).collect();
    assert_eq!(
        counts,
        [
            ("running", "3", Some(Mark::Running)),
            ("failed", "1", Some(Mark::Failed)),
            // A shape in colour is for what is there.
            ("stuck", "0", None),
            ("completed", "1", Some(Mark::Done)),
            ("oldest", "2:30", None),
            ("usual", "0:45", None),
            ("tokens", "3.4 M", None),
        ]
    );
    assert_eq!(view.counts[4].label, "oldest running: FAB_run");
    assert_eq!(view.usual.as_deref(), Some("Usually trade extraction 0:45"));
    assert_eq!(
        (view.clock.as_str(), view.scope.as_str()),
        ("12:00", "UTC · all documents")
    );
}

#[test]
fn where_nothing_happens_that_is_said() {
    let empty = view(&overview(&[], 0), NOW, LARGE);
    let (title, text) = empty.quiet.unwrap();
    assert_eq!(title, "Nothing in the last hour");
    assert!(text.is_some());
    let calm = view(&overview(&[completed("done", NOW)], 5), NOW, LARGE);
    assert_eq!(calm.quiet, Some(("Nothing is running. Just done:", None)));
    let busy = view(&overview(&[running("run", NOW)], 5), NOW, LARGE);
    assert_eq!(busy.quiet, None);
}

#[test]
fn only_a_failure_that_was_not_there_before_is_new() {
    let one = overview(&[failed("one", NOW), running("two", NOW)], 5);
    let two = overview(&[failed("two", NOW), failed("one", NOW)], 5);
    assert!(has_new_failure(&one, &two));
    assert!(!has_new_failure(&two, &two));
    assert!(!has_new_failure(&two, &one), "it has left the window");
}

#[test]
fn a_release_loads_when_nothing_runs_and_the_server_answers() {
    let (busy, calm) = (overview(&[running("run", NOW)], 5), overview(&[], 5));
    let disconnected = portal_model::poll::Freshness {
        fetching: Fetching::Delayed,
        ..live()
    };
    assert!(may_reload(Some(&calm), &live()));
    assert!(!may_reload(Some(&busy), &live()));
    assert!(!may_reload(Some(&calm), &disconnected));
    assert!(!may_reload(None, &live()));
}

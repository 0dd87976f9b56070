//! Sessions with thousands of tries and steps: bounded work, exact counts, everything reachable.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that can't be read fails the test"
)]

use portal_model::{
    format::Zone,
    session_view::{
        AgentView, Context, List, PAGE, SegmentKind, SessionView, StepView, Window, Windows,
    },
};
use serde_json::{Value, json};
use status_model::{
    AgentName::{self, PdfAdapter, TradeExtraction},
    Session, Timestamp,
    api::UsualDurations,
    read,
};

const START: i64 = 1_763_799_000_000;

fn at(millis: i64) -> String {
    Timestamp::from_unix_millis(START + millis).to_string()
}

/// A try every two seconds, a second long.
fn tries(count: i64, status: impl Fn(i64) -> &'static str) -> Vec<Value> {
    let attempt = |index: i64| {
        let mut attempt = json!({
            "status": status(index), "startedAt": at(index * 2000),
            "completedAt": at(index * 2000 + 1000),
        });
        if status(index) == "error" {
            attempt["error"] = json!(format!("HTTP 429: number {index}"));
        }
        attempt
    };
    (0..count).map(attempt).collect()
}

fn session(tries: &[Value], steps: i64) -> Session {
    let step = |index| {
        json!({
            "status": "success", "activity": format!("Page {index}"),
            "startedAt": at(index * 1000), "completedAt": at(index * 1000 + 250),
        })
    };
    read::session(&json!({
        "sessionId": "s", "overallStatus": "processing", "createdAt": at(0),
        "pdfAdapter": { "status": "success", "startedAt": at(0), "completedAt": at(1000),
                        "subSteps": (0..steps).map(step).collect::<Vec<_>>() },
        "tradeExtraction": { "status": "in-progress", "activity": "Extracting",
                             "startedAt": at(0), "attempts": tries }
    }))
    .unwrap()
}

fn view(
    session: &Session,
    windows: Windows,
    focus: Option<(AgentName, Option<usize>)>,
) -> SessionView {
    let context = Context {
        now: Timestamp::from_unix_millis(START + 10_000_000),
        zone: Zone::Utc,
        usual: &UsualDurations::default(),
        windows,
        focus,
    };
    SessionView::new(session, context)
}

fn all_failed(count: i64) -> Session {
    session(&tries(count, |_| "error"), 0)
}

fn extraction(session: &Session, window: Window, focus: Option<usize>) -> AgentView {
    let mut windows = Windows::default();
    windows.set(TradeExtraction, List::Attempts, window);
    let focus = focus.map(|number| (TradeExtraction, Some(number)));
    view(session, windows, focus).agents.remove(1)
}

fn numbers(agent: &AgentView) -> Vec<usize> {
    agent
        .attempts
        .iter()
        .filter_map(|attempt| attempt.number)
        .collect()
}

#[test]
fn of_many_failed_tries_the_first_and_the_last_are_seen_and_all_are_counted() {
    let agent = extraction(&all_failed(5000), Window::Untouched, None);
    assert_eq!(numbers(&agent), [1, 4999, 5000]);
    assert_eq!(
        agent.omitted.as_deref(),
        Some("4,997 more failed attempts between these")
    );
    let list = agent.attempt_list.unwrap();
    assert_eq!(list.label, "5,000 attempts, 5,000 failed");
    assert_eq!(list.first, None);
}

#[test]
fn three_failed_tries_are_all_seen() {
    let agent = extraction(&all_failed(3), Window::Untouched, None);
    assert_eq!(numbers(&agent), [1, 2, 3]);
    assert_eq!(agent.omitted, None);
}

#[test]
fn an_unfolded_list_has_good_tries_and_failed_ones_a_page_at_a_time() {
    let status = |index: i64| if index % 2 == 0 { "error" } else { "success" };
    let session = session(&tries(5000, status), 0);
    let agent = extraction(&session, Window::At(60), None);
    assert_eq!(numbers(&agent), (51..=100).collect::<Vec<_>>());
    assert_eq!(agent.omitted, None);
    let list = agent.attempt_list.unwrap();
    assert_eq!(list.label, "5,000 attempts, 2,500 failed");
    assert_eq!(list.range().as_deref(), Some("51–100 of 5,000"));
    let [failed, good] = &agent.attempts[..2] else {
        panic!("a page has more than two")
    };
    assert!(failed.is_failed && !good.is_failed);
    assert_eq!(failed.message.as_deref(), Some("HTTP 429: number 50"));
    assert_eq!(failed.title, "Attempt 51 failed after 1 s");
    assert_eq!(good.title, "Attempt 52 succeeded after 1 s");
    assert_eq!(good.message, None);
}

#[test]
fn a_try_that_the_address_points_at_is_seen_until_the_viewer_chooses_otherwise() {
    let session = all_failed(5000);
    let agent = extraction(&session, Window::Untouched, Some(1234));
    assert_eq!(numbers(&agent), (1201..=1250).collect::<Vec<_>>());
    let focused: Vec<_> = agent.attempts.iter().filter(|a| a.is_focused).collect();
    assert_eq!(focused.len(), 1);
    assert_eq!(focused[0].number, Some(1234));

    // What is seen anyway unfolds nothing, and what is not there is nowhere.
    assert_eq!(
        numbers(&extraction(&session, Window::Untouched, Some(1))),
        [1, 4999, 5000]
    );
    for number in [0, 5001, usize::MAX] {
        let agent = extraction(&session, Window::Untouched, Some(number));
        assert_eq!(numbers(&agent), [1, 4999, 5000]);
        assert!(!agent.attempts.iter().any(|attempt| attempt.is_focused));
    }
    let folded = extraction(&session, Window::Folded, Some(1234));
    assert_eq!(numbers(&folded), [1, 4999, 5000]);
}

#[test]
fn an_agent_that_the_address_points_at_is_marked() {
    let session = all_failed(2);
    let view = view(&session, Windows::default(), Some((PdfAdapter, None)));
    let focused: Vec<_> = view.agents.iter().map(|agent| agent.is_focused).collect();
    assert_eq!(focused, [true, false, false, false]);
}

#[test]
fn steps_are_counted_and_seen_a_page_at_a_time() {
    let session = session(&[], 5000);
    let folded = view(&session, Windows::default(), None).agents.remove(0);
    assert_eq!(folded.step_list.unwrap().label, "5,000 steps");
    assert!(folded.steps.is_empty());

    let mut windows = Windows::default();
    windows.set(PdfAdapter, List::Steps, Window::At(4999));
    let unfolded = view(&session, windows, None).agents.remove(0);
    assert_eq!(unfolded.steps.len(), PAGE);
    let StepView {
        number,
        activity,
        time,
        ..
    } = &unfolded.steps[PAGE - 1];
    assert_eq!((*number, activity.as_str()), (5000, "Page 4999"));
    assert!(time.ends_with(" UTC · 0.25 s"), "{time}");
}

#[test]
fn thousands_of_tries_are_few_bars_and_no_failure_vanishes() {
    // One in a thousand failed, among tries that are too short to be told apart.
    let status = |index: i64| {
        if index % 1000 == 500 {
            "error"
        } else {
            "success"
        }
    };
    let session = session(&tries(5000, status), 0);
    let timeline = view(&session, Windows::default(), None).timeline.unwrap();
    let segments = &timeline.lanes[1].segments;
    assert!(segments.len() <= 240, "{} bars", segments.len());
    let count = |kind| {
        segments
            .iter()
            .filter(|segment| segment.kind == kind)
            .count()
    };
    assert_eq!(count(SegmentKind::Failed), 5);
    let merged = segments
        .iter()
        .find(|segment| segment.kind == SegmentKind::Failed);
    let label = merged.unwrap().label.clone().unwrap();
    assert!(label.ends_with(" attempts, 1 failed"), "{label}");
    assert_eq!(
        timeline.hints,
        ["Attempts too short to be told apart share a bar"]
    );
}

#[test]
fn bars_stay_few_whatever_the_times() {
    // Each over nearly the whole axis, in an order of their own.
    let attempt = |index: i64| {
        json!({ "status": "error", "startedAt": at(index * 7919 % 5000),
                "completedAt": at(9_000_000 + index) })
    };
    let odd: Vec<_> = (0..5000).map(attempt).collect();
    let session = session(&odd, 0);
    let timeline = view(&session, Windows::default(), None).timeline.unwrap();
    assert!(timeline.lanes[1].segments.len() <= 240);
}

#[test]
fn a_running_try_keeps_a_bar_of_its_own() {
    let mut tries = tries(4999, |_| "error");
    tries.push(json!({ "status": "in-progress", "startedAt": at(9_999_900) }));
    let session = session(&tries, 0);
    let timeline = view(&session, Windows::default(), None).timeline.unwrap();
    let last = timeline.lanes[1].segments.last().unwrap();
    assert_eq!((last.kind, &last.label), (SegmentKind::Running, &None));
}

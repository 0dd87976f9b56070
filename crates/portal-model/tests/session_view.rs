//! What a session's page says, by the rules of the contract.

#![expect(
    clippy::unwrap_used,
    reason = "a fixture that can't be read fails the test"
)]

use portal_model::{
    format::Zone,
    mark::Mark,
    session_view::{Context, SegmentKind, SessionView, Windows},
};
use serde_json::{Value, json};
use status_model::{
    AgentName, Seconds, Session, Timestamp,
    api::{UsualDuration, UsualDurations},
    read,
};

fn session(body: &Value) -> Session {
    read::session(body).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn view_at(session: &Session, now: &str) -> SessionView {
    let context = Context {
        now: at(now),
        zone: Zone::Utc,
        usual: &UsualDurations::default(),
        windows: Windows::default(),
        focus: None,
    };
    SessionView::new(session, context)
}

/// Extraction runs its second try; the first was throttled.
fn running() -> Session {
    session(&json!({
        "sessionId": "s-1", "documentId": "FAB_26933659", "sourceType": "BANK",
        "overallStatus": "processing", "createdAt": "2026-11-22T12:00:00.000Z",
        "lastUpdated": "2026-11-22T12:01:26.000Z",
        "pdfAdapter": {
            "status": "success", "activity": "Text extraction complete",
            "startedAt": "2026-11-22T12:00:00.000Z", "completedAt": "2026-11-22T12:01:20.100Z",
            "tokenUsage": { "inputTokens": 12000, "outputTokens": 2169 }
        },
        "tradeExtraction": {
            "status": "in-progress", "activity": "Extracting structured trade data",
            "startedAt": "2026-11-22T12:01:20.200Z",
            "attempts": [
                { "status": "error", "startedAt": "2026-11-22T12:01:20.200Z",
                  "completedAt": "2026-11-22T12:01:24.400Z",
                  "error": "HTTP 429: throttled", "errorType": "Throttled",
                  "tokenUsage": { "inputTokens": 1523, "outputTokens": 411 } },
                { "status": "in-progress", "startedAt": "2026-11-22T12:01:26.000Z" }
            ]
        }
    }))
}

fn tracker(overall: &str, pdf: &Value) -> Session {
    session(&json!({
        "processing_id": "p-1", "overallStatus": overall,
        "createdAt": "2026-11-22T08:20:37.533259+00:00Z",
        "lastUpdated": "2026-11-22T08:32:01.064564+00:00Z",
        "pdfAdapter": pdf,
        "tradeExtraction": { "status": "pending",
            "tokenUsage": { "inputTokens": 0, "outputTokens": 0, "totalTokens": 0 } }
    }))
}

#[test]
fn a_running_agents_elapsed_time_follows_the_servers_clock() {
    let view = view_at(&running(), "2026-11-22T12:01:42.000Z");
    let timeline = view.timeline.unwrap();
    assert_eq!(timeline.lanes[1].duration, "21 s");
    assert_eq!(
        view.header.elapsed,
        Some(("Running for", "1 m 42 s".to_owned()))
    );
}

#[test]
fn a_try_that_failed_is_a_bar_of_its_own_and_keeps_its_message() {
    let view = view_at(&running(), "2026-11-22T12:01:42.000Z");
    let kinds: Vec<_> = view.timeline.unwrap().lanes[1]
        .segments
        .iter()
        .map(|segment| segment.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            SegmentKind::Failed,
            SegmentKind::Pause,
            SegmentKind::Running
        ]
    );
    let extraction = &view.agents[1];
    assert_eq!(
        extraction.summary,
        "Extracting structured trade data · 2nd attempt · since 12:01:26 UTC"
    );
    let [failure] = &extraction.attempts[..] else {
        panic!("one failure expected: {:?}", extraction.attempts)
    };
    assert_eq!(failure.title, "Attempt 1 failed after 4.2 s");
    assert_eq!(failure.message.as_deref(), Some("HTTP 429: throttled"));
    assert_eq!(
        extraction.advice,
        Some("Nothing to do: it is being tried again by itself.")
    );
    assert_eq!(
        extraction.attempt_list.as_ref().unwrap().label,
        "2 attempts, 1 failed"
    );
    assert_eq!(failure.kind.as_deref(), Some("Throttled"));
}

#[test]
fn tokens_of_failed_tries_are_set_apart_and_the_sum_is_the_sum_of_the_parts() {
    let view = view_at(&running(), "2026-11-22T12:01:42.000Z");
    let totals: Vec<_> = view.tokens.rows.iter().map(|row| &row.total).collect();
    assert_eq!(totals, ["14,169", "1,934"]);
    assert_eq!(view.tokens.total, "16,103");
    assert_eq!(view.tokens.failed.as_deref(), Some("1,934"));
    assert!(view.tokens.rows[1].input.abs() < f64::EPSILON);
    assert_eq!(
        view.tokens.partial.as_deref(),
        Some("Not all reported: Trade extraction")
    );
    assert_eq!(view.header.tokens, "16,103 tokens so far, not all reported");
}

#[test]
fn unknown_is_not_zero() {
    let session = tracker(
        "completed",
        &json!({ "status": "success", "duration": "0.106" }),
    );
    let view = view_at(&session, "2026-11-22T09:00:00Z");
    assert_eq!(view.agents[0].tokens, "tokens not reported");
    assert_eq!(view.tokens.total, "not reported");
    assert_eq!(view.tokens.input, None);
    assert_eq!(view.header.tokens, "tokens not reported");
}

#[test]
fn a_failure_is_shown_as_failed_with_what_was_not_run() {
    let session = tracker(
        "failed",
        &json!({ "status": "error", "error": "S3 NoSuchKey: document missing",
                 "completedAt": "2026-11-22T08:32:01.024260+00:00Z", "duration": "0.106" }),
    );
    let view = view_at(&session, "2026-11-22T09:00:00Z");
    assert_eq!(view.header.state.word, "Failed");
    assert_eq!(view.agents[0].state.mark, Mark::Failed);
    assert_eq!(view.agents[0].attempts[0].title, "Failed after 0.106 s");
    assert_eq!(
        view.agents[0].attempts[0].message.as_deref(),
        Some("S3 NoSuchKey: document missing")
    );
    assert!(
        view.agents[0]
            .advice
            .unwrap()
            .contains("Check that it was uploaded")
    );
    for agent in &view.agents[1..] {
        assert_eq!(agent.state.mark, Mark::Skipped, "{}", agent.label);
    }
}

#[test]
fn a_failed_agent_in_a_completed_session_is_shown_as_both() {
    let session = tracker("completed", &json!({ "status": "error", "error": "boom" }));
    let view = view_at(&session, "2026-11-22T09:00:00Z");
    assert_eq!(view.header.state.word, "Completed");
    assert_eq!(view.agents[0].state.word, "Failed");
    assert_eq!(view.warnings.len(), 1);
}

#[test]
fn what_cant_be_read_is_unknown_and_said() {
    let session = session(&json!({
        "sessionId": "s", "overallStatus": "processing", "createdAt": "Invalid Date",
        "pdfAdapter": { "status": "in-progress", "startedAt": 7, "duration": "NaN" }
    }));
    let view = view_at(&session, "2026-11-22T09:00:00Z");
    assert!(view.timeline.is_none(), "no time is known");
    assert!(view.header.elapsed.is_none());
    let words = format!("{view:?}");
    assert!(!words.contains("NaN") && !words.contains("Invalid Date"));
    assert_eq!(
        view.warnings,
        [
            "Parts of this session's record could not be read and are shown as not known. \
             Not readable: createdAt, pdfAdapter.duration, pdfAdapter.startedAt."
        ]
    );
}

#[test]
fn a_status_that_nobody_knows_is_shown_as_written() {
    let session = tracker("paused-by-ops", &json!({ "status": "re-queued" }));
    let view = view_at(&session, "2026-11-22T09:00:00Z");
    assert_eq!(view.header.state.word, "paused-by-ops");
    assert_eq!(view.agents[0].state.word, "re-queued");
    assert_eq!(view.agents[0].state.mark, Mark::Unknown);
}

#[test]
fn an_agent_whose_end_was_never_reported_does_not_tick_in_a_final_session() {
    let session = session(&json!({
        "sessionId": "s", "overallStatus": "failed",
        "createdAt": "2026-11-22T08:00:00Z", "lastUpdated": "2026-11-22T08:05:00Z",
        "pdfAdapter": { "status": "in-progress", "startedAt": "2026-11-22T08:00:00Z" }
    }));
    let first = view_at(&session, "2026-11-22T09:00:00Z");
    let later = view_at(&session, "2026-11-22T10:00:00Z");
    assert_eq!(first, later);
    let lane = &first.timeline.unwrap().lanes[0];
    assert_eq!(lane.duration, "no end reported");
    assert_eq!(lane.segments[0].kind, SegmentKind::Unknown);
}

#[test]
fn nothing_hangs_over_the_axis_however_odd_the_times() {
    let odd = session(&json!({
        "sessionId": "s", "overallStatus": "processing",
        "createdAt": "2026-11-22T12:00:00Z",
        "pdfAdapter": { "status": "success", "startedAt": "2026-11-22T12:05:00Z",
                        "completedAt": "2026-11-22T11:59:00Z" },
        "tradeExtraction": { "status": "in-progress", "startedAt": "9999-12-31T23:59:59Z" },
        "tradeMatching": { "status": "in-progress", "startedAt": "0000-01-01T00:00:00Z" }
    }));
    for now in ["2026-11-22T11:00:00Z", "2026-11-22T12:01:00Z"] {
        let timeline = view_at(&odd, now).timeline.unwrap();
        for segment in timeline.lanes.iter().flat_map(|lane| &lane.segments) {
            let right = segment.band.left + segment.band.width;
            assert!((0.0..=100.001).contains(&segment.band.left), "{segment:?}");
            assert!((0.0..=100.001).contains(&right), "{segment:?}");
        }
        assert!(timeline.ticks.len() <= 8, "{:?}", timeline.ticks);
    }
}

#[test]
fn what_is_usual_frames_the_running_agent_and_gives_an_expected_end() {
    let usual = |median, p95| {
        Some(UsualDuration {
            median: Seconds::from_secs(median),
            p95: Seconds::from_secs(p95),
            count: 20,
        })
    };
    let usual = UsualDurations {
        pdf_adapter: usual(80, 95),
        trade_extraction: usual(45, 60),
        trade_matching: usual(17, 25),
        ..UsualDurations::default()
    };
    let context = Context {
        now: at("2026-11-22T12:01:42.200Z"),
        zone: Zone::Utc,
        usual: &usual,
        windows: Windows::default(),
        focus: None,
    };
    let view = SessionView::new(&running(), context);
    let timeline = view.timeline.unwrap();
    assert!(timeline.hints[0].starts_with("Dashed frame"));
    let band = timeline.lanes[1].usual.unwrap();
    assert!(band.left > timeline.now.unwrap() && band.width > 0.0);
    assert_eq!(timeline.lanes[2].duration, "usually 17 s");
    assert_eq!(timeline.lanes[3].duration, "if needed");
    // 22 s of extraction's 45 s have passed: 23 s and matching's 17 s remain.
    assert_eq!(
        view.header.expected_end,
        Some(("Expected to finish about", "12:02:22 UTC".to_owned()))
    );
    assert_eq!(timeline.lanes[1].pace, None);
    assert!(view.agents[1].summary.ends_with("usually takes 45 s"));
    assert!(
        view.agents[0]
            .summary
            .ends_with("1 m 20.1 s, about as usual")
    );

    let late = Context {
        now: at("2026-11-22T12:05:00Z"),
        ..context
    };
    let view = SessionView::new(&running(), late);
    assert_eq!(
        view.header.expected_end,
        Some(("Takes", "longer than usual".to_owned()))
    );
    assert_eq!(
        view.timeline.unwrap().lanes[1].pace,
        Some("slower than usual")
    );
    assert!(
        view.agents[1]
            .summary
            .ends_with("slower than usual, which is 45 s")
    );
}

#[test]
fn a_match_is_shown_with_its_confidence() {
    let session = session(&json!({
        "sessionId": "s", "overallStatus": "completed",
        "tradeMatching": { "status": "success", "matchClassification": "PROBABLE_MATCH",
                           "confidenceScore": 92 }
    }));
    let view = view_at(&session, "2026-11-22T09:00:00Z");
    let matching = &view.agents[AgentName::TradeMatching.index()];
    assert_eq!(
        matching.judgement.as_deref(),
        Some("Probable match, confidence 92 of 100")
    );
}

#[test]
fn the_tab_tells_the_state_the_document_and_what_is_going_on() {
    let view = view_at(&running(), "2026-11-22T12:01:42.000Z");
    assert_eq!(view.header.page_title, "▶ FAB_26933659 – trade extraction");
}

#[test]
fn four_sessions_say_nothing_about_what_is_usual() {
    let usual = UsualDurations {
        trade_extraction: Some(UsualDuration {
            median: Seconds::from_secs(1),
            p95: Seconds::from_secs(2),
            count: 4,
        }),
        ..UsualDurations::default()
    };
    let context = Context {
        now: at("2026-11-22T12:05:00Z"),
        zone: Zone::Utc,
        usual: &usual,
        windows: Windows::default(),
        focus: None,
    };
    let view = SessionView::new(&running(), context);
    assert_eq!(view.header.expected_end, None);
    let lane = &view.timeline.unwrap().lanes[1];
    assert_eq!((lane.pace, lane.usual), (None, None));
}

#[test]
fn half_an_hour_without_progress_is_said_by_the_page_and_by_the_agent() {
    let just_before = view_at(&running(), "2026-11-22T12:31:25.999Z");
    assert!(just_before.warnings.is_empty());
    let view = view_at(&running(), "2026-11-22T13:31:26.000Z");
    assert_eq!(
        view.warnings,
        [
            "Nothing has been reported since 12:01:26 UTC. The session may be stuck: if it does \
             not go on, pass its link to support."
        ]
    );
    assert!(view.agents[1].summary.ends_with("no progress for 1 h 30 m"));
    let next_day = view_at(&running(), "2026-11-24T12:31:26.000Z");
    assert!(next_day.warnings[0].contains("since 2026-11-22 12:01:26 UTC"));
}

#[test]
fn a_final_session_is_never_called_stuck() {
    let session = tracker("failed", &json!({ "status": "error", "error": "boom" }));
    assert!(
        view_at(&session, "2026-12-22T09:00:00Z")
            .warnings
            .is_empty()
    );
}

#[test]
fn work_over_midnight_has_both_days_and_work_of_one_day_has_it_once() {
    let summary = |end: &str| {
        let session = session(&json!({
            "sessionId": "s", "overallStatus": "completed",
            "pdfAdapter": { "status": "success", "startedAt": "2026-11-21T23:59:00Z",
                            "completedAt": end }
        }));
        view_at(&session, "2026-11-23T12:00:00Z").agents[0]
            .summary
            .clone()
    };
    assert_eq!(
        summary("2026-11-22T00:01:00Z"),
        "2026-11-21 23:59:00 → 2026-11-22 00:01:00 UTC · 2 m 0.0 s"
    );
    assert_eq!(
        summary("2026-11-21T23:59:30Z"),
        "2026-11-21 23:59:00 → 23:59:30 UTC · 30 s"
    );
}

#[test]
fn a_match_that_is_none_says_where_to_look() {
    let advice = |exception: &str| {
        let session = session(&json!({
            "sessionId": "s", "overallStatus": "completed",
            "tradeMatching": { "status": "success", "matchClassification": "BREAK" },
            "exceptionManagement": { "status": exception }
        }));
        view_at(&session, "2026-11-22T09:00:00Z").agents[2]
            .advice
            .unwrap()
    };
    assert_eq!(
        advice("success"),
        "Exception management has taken it up: see there."
    );
    assert!(advice("skipped").ends_with("pass this session's link to support."));
}

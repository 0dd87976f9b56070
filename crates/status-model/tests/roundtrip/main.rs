//! What is written is read back, and whatever is read, nothing panics.

#![cfg(test)]

mod any;

use any::{any_change, any_item, any_json, any_session, any_typed_item, any_update};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use status_model::{
    AgentName, Session, Timestamp, TokenUsage,
    api::{Overview, SessionRow, StatusBody, Tally, UsualDurations, overview::OVERVIEW_WINDOW},
    change::{self, AgentUpdate, Change, FinalStatus, StartSession},
    item, read, truth,
};

fn sum(usages: impl Iterator<Item = TokenUsage>) -> TokenUsage {
    usages.fold(TokenUsage::default(), |a, b| a + b)
}

/// Everything that is done with a session anywhere; none of it may panic.
fn use_in_every_way(session: &Session, now: Timestamp) {
    let row = SessionRow::from(session);
    let row = serde_json::to_value(row).unwrap();
    assert!(read::row(&row).is_ok());
    let _ = UsualDurations::over([session]);
    let _ = truth::warnings(session);
    let _ = truth::last_progress(session);
    let _ = session.is_expired(now);
    for (_, agent) in session.agents.iter() {
        let _ = truth::elapsed(&agent.run, now);
        let _ = truth::failed_token_usage(agent);
    }
    let changes = [
        Change::Start(StartSession::default()),
        Change::Finalize(FinalStatus::Completed),
        Change::Report(
            AgentName::PdfAdapter,
            Box::new(AgentUpdate::new(status_model::AgentStatus::InProgress)),
        ),
    ];
    for change in changes {
        let _ = change::apply(Some(session), &session.session_id, &change, now);
    }
}

/// What holds of every session that was read or changed.
fn assert_is_whole(session: &Session) {
    let mut settled = session.clone();
    truth::settle(&mut settled);
    assert_eq!(&settled, session, "settling twice changes nothing");

    let total = truth::total_token_usage(session);
    let agents = session.agents.iter();
    let parts = sum(agents.filter_map(|(_, agent)| agent.run.token_usage));
    assert_eq!(total.known, parts, "totals equal sums");
    for (_, agent) in session.agents.iter() {
        let attempts = agent.attempts.iter().filter_map(|a| a.token_usage);
        if attempts.clone().next().is_some() {
            assert_eq!(
                agent.run.token_usage,
                Some(sum(attempts)),
                "totals equal sums"
            );
        }
    }
    let body = serde_json::to_value(StatusBody::from(session)).unwrap();
    let of = |key: &str| body["totalTokenUsage"][key].as_u64();
    assert_eq!(of("inputTokens"), Some(total.known.input));
    assert_eq!(of("totalTokens"), Some(total.known.total()));

    let plain = Value::Object(item::to_plain(session));
    assert_eq!(read::session(&plain).as_ref(), Ok(session));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_session_is_written_and_read_as_an_item(session in any_session()) {
        let typed = item::to_typed(&session);
        prop_assert_eq!(item::from_typed(&typed), Ok(session.clone()));
        let wrapped = json!({ "Item": typed });
        prop_assert_eq!(item::from_typed(&wrapped), Ok(session.clone()));
        let plain = Value::Object(item::to_plain(&session));
        prop_assert_eq!(read::session(&plain), Ok(session));
    }

    #[test]
    fn what_the_api_shows_is_read_back(session in any_session()) {
        let body = serde_json::to_value(StatusBody::from(&session)).unwrap();
        let mut shown = session;
        // It does not show what nobody knows.
        shown.extra = Map::new();
        for agent in shown.agents.iter_mut() {
            agent.extra = Map::new();
        }
        prop_assert_eq!(read::session(&body), Ok(shown));
    }

    #[test]
    fn a_row_of_a_list_is_read_back(session in any_session()) {
        let mut row = SessionRow::from(&session);
        let written = serde_json::to_value(&row).unwrap();
        // Derived again where they are shown.
        row.warnings = Vec::new();
        prop_assert_eq!(read::row(&written), Ok(row));
    }

    #[test]
    fn usual_durations_are_read_back(sessions in prop::collection::vec(any_session(), 0..8)) {
        let usual = UsualDurations::over(&sessions);
        let written = serde_json::to_value(&usual).unwrap();
        prop_assert_eq!(read::usual_durations(&written), usual);
    }

    #[test]
    fn an_overview_is_read_back(
        sessions in prop::collection::vec(any_session(), 0..8),
        counts in any::<[u64; 4]>(),
    ) {
        let [running, stuck, completed, failed] = counts;
        let mut tiles: Vec<_> = sessions.iter().map(SessionRow::from).collect();
        for tile in &mut tiles {
            tile.warnings = Vec::new();
        }
        let overview = Overview {
            as_of: Timestamp::from_unix_millis(1_795_000_020_000),
            window: OVERVIEW_WINDOW,
            tally: Tally {
                running,
                stuck,
                completed,
                failed,
                tokens: sessions.first().map(truth::total_token_usage).unwrap_or_default(),
            },
            oldest_running: tiles.last().cloned(),
            usual_durations: UsualDurations::over(&sessions),
            tiles,
        };
        let written = serde_json::to_value(&overview).unwrap();
        prop_assert_eq!(read::overview(&written), Ok(overview));
    }

    #[test]
    fn a_change_that_is_kept_is_read_back(change in any_change()) {
        let kept = serde_json::to_string(&change).unwrap();
        prop_assert_eq!(serde_json::from_str::<Change>(&kept).unwrap(), change);
    }

    #[test]
    fn every_session_is_whole(session in any_session(), now in any::<i64>()) {
        assert_is_whole(&session);
        use_in_every_way(&session, Timestamp::from_unix_millis(now));
    }

    #[test]
    fn every_change_leaves_a_session_whole(
        session in any_session(),
        updates in prop::collection::vec(
            (prop::sample::select(AgentName::ALL.to_vec()), any_update(), any::<i64>()),
            1..6,
        ),
    ) {
        let mut session = session;
        // Not yet ended, and never expired.
        session.overall_status = status_model::OverallStatus::Processing;
        session.expires_at = None;
        session.version = Some(1);
        truth::settle(&mut session);
        let id = session.session_id.clone();
        for (name, update, now) in updates {
            let now = Timestamp::from_unix_millis(now);
            let change = Change::Report(name, Box::new(update));
            let Ok((after, _)) = change::apply(Some(&session), &id, &change, now) else {
                continue;
            };
            assert_is_whole(&after);
            let began = session.agents[name].run.started_at;
            prop_assert!(began.is_none() || after.agents[name].run.started_at == began);
            // The same once more is no change.
            let again = change::apply(Some(&after), &id, &change, now);
            prop_assert_eq!(again, Ok((after.clone(), change::Effect::Unchanged)));
            session = after;
        }
    }

    #[test]
    fn no_json_panics(json in any_json(), now in any::<i64>()) {
        let _ = item::from_typed(&json);
        let _ = read::row(&json);
        let _ = read::usual_durations(&json);
        let _ = read::overview(&json);
        if let Ok(session) = read::session(&json) {
            use_in_every_way(&session, Timestamp::from_unix_millis(now));
        }
    }

    #[test]
    fn a_broken_item_is_a_session_all_the_same(item in any_item(), now in any::<i64>()) {
        let session = read::session(&item).unwrap();
        assert_is_whole(&session);
        use_in_every_way(&session, Timestamp::from_unix_millis(now));
        prop_assert!(read::row(&item).is_ok());
        let _ = read::usual_durations(&item);
        let _ = item::from_typed(&item);
    }

    #[test]
    fn no_typed_item_panics(item in any_typed_item(), now in any::<i64>()) {
        if let Ok(session) = item::from_typed(&item) {
            assert_is_whole(&session);
            use_in_every_way(&session, Timestamp::from_unix_millis(now));
        }
    }

    #[test]
    fn no_text_panics(text in ".{0,40}") {
        let _ = text.parse::<Timestamp>();
        let _ = text.parse::<status_model::SessionId>();
        let _ = text.parse::<AgentName>();
    }
}

//! What each agent replies in each scenario, without HTTP.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, time::Duration};

use serde_json::Value;
use simulated_agents::{
    Config, Scenario, Speed, Trouble,
    reply::{Reply, reply},
    wire::{AGENT_VERSION, AgentRequest},
};
use status_model::{AgentName, Timestamp};

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn request(scenario: Option<Scenario>, attempt: u32) -> AgentRequest {
    AgentRequest {
        document_id: Some("FAB_26933659".to_owned()),
        source_type: Some("BANK".to_owned()),
        correlation_id: Some("corr_0123456789ab".to_owned()),
        attempt: Some(attempt),
        scenario: scenario.map(|scenario| scenario.to_string()),
        ..AgentRequest::default()
    }
}

fn ask(agent: AgentName, scenario: Scenario, attempt: u32) -> Reply {
    let config = Config::default();
    reply(&config, agent, &request(Some(scenario), attempt), now())
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

/// The fields of the real agents' answers, and the mark that this is none of them.
fn keys_of_sample(name: &str) -> BTreeSet<String> {
    let samples: Value =
        serde_json::from_str(include_str!("fixtures/agent_responses.json")).unwrap();
    let mut keys = keys(&samples[name]);
    keys.insert("simulated".to_owned());
    keys
}

#[test]
fn answers_have_the_real_agents_fields() {
    for (agent, scenario, sample) in [
        (AgentName::PdfAdapter, Scenario::Well, "pdf_adapter"),
        (
            AgentName::TradeExtraction,
            Scenario::WithoutUsage,
            "trade_extraction (reports no token_usage)",
        ),
        (AgentName::TradeMatching, Scenario::Well, "trade_matching"),
        (
            AgentName::ExceptionManagement,
            Scenario::Break,
            "exception_management",
        ),
        (
            AgentName::PdfAdapter,
            Scenario::Troubled(AgentName::PdfAdapter, Trouble::Fails),
            "pdf_adapter error",
        ),
        (
            AgentName::TradeExtraction,
            Scenario::Troubled(AgentName::TradeExtraction, Trouble::Rejected),
            "trade_extraction error",
        ),
        (
            AgentName::ExceptionManagement,
            Scenario::Troubled(AgentName::ExceptionManagement, Trouble::Fails),
            "exception_management error",
        ),
    ] {
        let answer = serde_json::to_value(ask(agent, scenario, 1).answer).unwrap();
        assert_eq!(keys(&answer), keys_of_sample(sample), "{sample}");
    }
}

#[test]
fn extraction_usually_says_what_it_used() {
    let mut expected = keys_of_sample("trade_extraction (reports no token_usage)");
    expected.insert("token_usage".to_owned());
    let answer = ask(AgentName::TradeExtraction, Scenario::Well, 1).answer;
    assert_eq!(keys(&serde_json::to_value(answer).unwrap()), expected);
}

#[test]
fn everything_is_labelled_as_simulated() {
    for scenario in Scenario::all() {
        for agent in AgentName::ALL {
            let answer = ask(agent, scenario, 1).answer;
            assert!(answer.simulated);
            assert!(
                answer
                    .agent_version
                    .is_none_or(|version| version == AGENT_VERSION)
            );
            let words = answer.error.or(answer.agent_response).unwrap();
            assert!(words.starts_with("Simulated: "), "{words}");
        }
    }
}

#[test]
fn the_same_request_gets_the_same_reply_and_the_next_attempt_another() {
    let config = Config::default();
    let of = |attempt| {
        let request = request(None, attempt);
        reply(&config, AgentName::PdfAdapter, &request, now())
    };
    assert_eq!(of(1), of(1));
    assert_ne!(of(1).answer.token_usage, of(2).answer.token_usage);
    let other_seed = Config { seed: 1, ..config };
    assert_ne!(
        of(1).delay,
        reply(&other_seed, AgentName::PdfAdapter, &request(None, 1), now()).delay
    );
}

#[test]
fn throttling_passes_with_the_second_try() {
    let agent = AgentName::TradeExtraction;
    let scenario = Scenario::Troubled(agent, Trouble::Throttled);
    let first = ask(agent, scenario, 1);
    assert_eq!((first.status, first.retry_after), (429, Some(2)));
    assert!(!first.answer.success);
    assert_eq!(first.answer.error_type, Some("ThrottlingException"));
    let second = ask(agent, scenario, 2);
    assert_eq!((second.status, second.answer.success), (200, true));
}

#[test]
fn a_failure_is_http_200_or_http_400() {
    for agent in AgentName::ALL {
        for (trouble, status) in [(Trouble::Fails, 200), (Trouble::Rejected, 400)] {
            let reply = ask(agent, Scenario::Troubled(agent, trouble), 1);
            assert_eq!(reply.status, status);
            assert!(!reply.answer.success);
            assert!(reply.answer.error_type.is_some());
        }
    }
}

#[test]
fn confidence_fits_the_classification() {
    for (scenario, words, confidence) in [
        (Scenario::Well, &["MATCHED", "PROBABLE_MATCH"][..], 75..=100),
        (Scenario::ReviewRequired, &["REVIEW_REQUIRED"], 50..=74),
        (Scenario::Break, &["BREAK"], 5..=49),
        (Scenario::DataError, &["DATA_ERROR"], 5..=49),
        (
            Scenario::Troubled(AgentName::ExceptionManagement, Trouble::Fails),
            &["BREAK"],
            5..=49,
        ),
    ] {
        for attempt in 1..50 {
            let answer = ask(AgentName::TradeMatching, scenario, attempt).answer;
            let word = answer.match_classification.unwrap();
            assert!(words.contains(&word.as_str()), "{scenario}: {word}");
            assert!(confidence.contains(&answer.confidence_score.unwrap()));
        }
    }
}

#[test]
fn durations_are_typical_and_divided_by_the_speed() {
    for (agent, typical) in AgentName::ALL.into_iter().zip([80.0, 45.0, 17.0, 32.0]) {
        let median = |speed: f64| {
            let config = Config {
                speed: Speed::try_from(speed).unwrap(),
                ..Config::default()
            };
            let mut delays: Vec<Duration> = (0..501)
                .map(|n| reply(&config, agent, &request(Some(Scenario::Well), n), now()).delay)
                .collect();
            delays.sort();
            delays[250].as_secs_f64() * speed
        };
        for speed in [1.0, 20.0] {
            let off = median(speed) / typical;
            assert!((0.9..1.1).contains(&off), "{agent} at {speed}: {off}");
        }
    }
}

#[test]
fn whoever_hangs_hangs_as_long_as_told_at_any_speed() {
    let config = Config {
        speed: Speed::try_from(1000.0).unwrap(),
        hang: Duration::from_secs(77),
        ..Config::default()
    };
    let scenario = Scenario::Troubled(AgentName::PdfAdapter, Trouble::Stuck);
    let request = request(Some(scenario), 3);
    let reply = reply(&config, AgentName::PdfAdapter, &request, now());
    assert_eq!(reply.delay, Duration::from_secs(77));
}

#[test]
fn a_request_that_makes_no_sense_is_refused_with_a_reason() {
    let config = Config::default();
    let nothing = AgentRequest::default();
    let refused = reply(&config, AgentName::PdfAdapter, &nothing, now());
    assert_eq!(refused.status, 400);
    assert_eq!(
        refused.answer.error.as_deref(),
        Some("Simulated: document_id is missing")
    );
    let unknown = AgentRequest {
        scenario: Some("sunshine".to_owned()),
        ..request(None, 1)
    };
    let refused = reply(&config, AgentName::PdfAdapter, &unknown, now());
    assert_eq!(refused.status, 400);
    assert!(refused.answer.error.unwrap().contains("not a scenario"));
}

#[test]
fn speeds_are_positive_numbers() {
    assert!(
        "20".parse::<Speed>()
            .is_ok_and(|speed| (speed.factor() - 20.0).abs() < 1e-9)
    );
    for bad in ["0", "-1", "NaN", "inf", "fast", "1e300", ""] {
        assert!(bad.parse::<Speed>().is_err(), "{bad}");
    }
}

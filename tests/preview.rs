//! What `index.html` says of a session before the program does: in the program's own words.

#![cfg(test)]
#![cfg(not(target_arch = "wasm32"))]

use portal_model::{mark::State, words};
use status_model::{AgentName, AgentStatus, OverallStatus};

const PAGE: &str = include_str!("../index.html");

fn state(kind: &str, status: &str, state: &State) -> String {
    let State { mark, word } = state;
    let mark = mark.name();
    format!(
        "<span data-{kind}=\"{status}\" class=\"state is-{mark}\">\
         <svg class=\"mark is-{mark}\" aria-hidden=\"true\"><use href=\"#mark-{mark}\"></use></svg>\
         {word}</span>"
    )
}

#[test]
fn every_known_state_of_an_agent_has_its_word_and_its_shape() {
    let known = [
        AgentStatus::Pending,
        AgentStatus::Loading,
        AgentStatus::InProgress,
        AgentStatus::Success,
        AgentStatus::Error,
        AgentStatus::Skipped,
        AgentStatus::Warning,
        AgentStatus::Stopped,
    ];
    for status in &known {
        let expected = state("agent-status", status.as_str(), &words::agent_state(status));
        assert!(PAGE.contains(&expected), "{expected}");
    }
    assert_eq!(PAGE.matches("data-agent-status=").count(), known.len());
}

#[test]
fn so_has_every_known_state_of_a_session() {
    let known = [
        OverallStatus::Initializing,
        OverallStatus::Processing,
        OverallStatus::Completed,
        OverallStatus::Failed,
    ];
    for status in &known {
        let word = words::session_state(status);
        let expected = state("overall-status", status.as_str(), &word);
        assert!(PAGE.contains(&expected), "{expected}");
    }
    assert_eq!(PAGE.matches("data-overall-status=").count(), known.len());
}

#[test]
fn agents_stand_in_their_order_under_their_names() {
    let lanes = PAGE.lines().filter_map(|line| {
        line.trim()
            .strip_prefix("<li class=\"lane\" data-preview=\"")
    });
    let expected = AgentName::ALL.map(|name| {
        let label = words::agent(name);
        format!("{name}\"><span class=\"lane-name\">{label}</span>")
    });
    let lanes: Vec<_> = lanes.collect();
    assert_eq!(lanes.len(), expected.len());
    for (lane, expected) in lanes.iter().zip(&expected) {
        assert!(lane.starts_with(expected), "{lane}");
    }
}

//! A session for somebody who may see how it goes and not what it is about.
//!
//! Every attribute is named here, so that a new one is not passed on before somebody has decided
//! that it may be.

use serde_json::Map;

use crate::{Agent, Run, Session, SubStep};

/// The session without error texts, activities and the names that tie it to a document. States,
/// times, usage and the kinds of errors stay.
#[must_use]
pub fn redacted(session: &Session) -> Session {
    let mut agents = session.agents.clone();
    for agent in agents.iter_mut() {
        *agent = redacted_agent(agent);
    }
    Session {
        session_id: session.session_id.clone(),
        correlation_id: None,
        document_id: None,
        source_type: session.source_type.clone(),
        overall_status: session.overall_status.clone(),
        agents,
        total_duration: session.total_duration,
        created_at: session.created_at,
        last_updated: session.last_updated,
        expires_at: session.expires_at,
        version: session.version,
        unreadable: session.unreadable.clone(),
        extra: Map::new(),
    }
}

fn redacted_agent(agent: &Agent) -> Agent {
    Agent {
        run: redacted_run(&agent.run),
        attempts: agent.attempts.iter().map(redacted_run).collect(),
        sub_steps: agent.sub_steps.iter().map(redacted_step).collect(),
        match_classification: agent.match_classification.clone(),
        confidence_score: agent.confidence_score,
        extra: Map::new(),
    }
}

fn redacted_run(run: &Run) -> Run {
    Run {
        status: run.status.clone(),
        activity: None,
        started_at: run.started_at,
        completed_at: run.completed_at,
        duration: run.duration,
        token_usage: run.token_usage,
        error: None,
        error_type: run.error_type.clone(),
    }
}

fn redacted_step(step: &SubStep) -> SubStep {
    SubStep {
        status: step.status.clone(),
        activity: None,
        started_at: step.started_at,
        completed_at: step.completed_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AgentName, api::StatusBody};

    #[test]
    fn no_text_of_a_document_or_an_error_is_left_and_all_else_is() {
        let mut session = Session::new("s-1".parse().unwrap());
        session.correlation_id = Some("secret".to_owned());
        session.document_id = Some("secret".to_owned());
        session.extra.insert("secret".to_owned(), "secret".into());
        session.version = Some(7);
        let run = Run {
            activity: Some("secret".to_owned()),
            error: Some("secret".to_owned()),
            error_type: Some("Throttled".to_owned()),
            ..Run::default()
        };
        let step = SubStep {
            activity: Some("secret".to_owned()),
            ..SubStep::default()
        };
        for name in AgentName::ALL {
            let agent = &mut session.agents[name];
            agent.run = run.clone();
            agent.attempts = vec![run.clone(), run.clone()];
            agent.sub_steps = vec![step.clone()];
            agent.extra.insert("secret".to_owned(), "secret".into());
        }
        let redacted = redacted(&session);
        assert!(!format!("{redacted:?}").contains("secret"));
        let body = serde_json::to_value(StatusBody::from(&redacted)).unwrap();
        assert_eq!(body["version"], 7);
        let agent = &body["agents"]["tradeMatching"];
        assert_eq!(agent["errorType"], "Throttled");
        assert_eq!(agent["attempts"].as_array().unwrap().len(), 2);
        assert_eq!(agent["subSteps"].as_array().unwrap().len(), 1);
    }
}

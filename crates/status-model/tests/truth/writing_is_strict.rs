//! Reading is tolerant; writing is not.

use status_model::{
    AgentName::TradeMatching,
    AgentStatus, Run,
    change::{AgentUpdate, Change, InvalidChange, StartSession},
};

use crate::given::report_as;

#[test]
fn words_outside_of_the_vocabulary_are_not_written() {
    let word = || "flying".to_owned();
    let status = AgentStatus::Other(word());
    let run = Run {
        status: status.clone(),
        ..Run::default()
    };
    let in_attempt = AgentUpdate {
        attempts: Some(vec![Run::default(), run]),
        ..AgentUpdate::new(AgentStatus::Success)
    };
    let classification = AgentUpdate {
        match_classification: Some(word().into()),
        ..AgentUpdate::new(AgentStatus::Success)
    };
    let score = |score| AgentUpdate {
        confidence_score: Some(score),
        ..AgentUpdate::new(AgentStatus::Success)
    };
    let source_type = Change::Start(StartSession {
        source_type: Some(word().into()),
        ..StartSession::default()
    });
    assert_eq!(source_type.validate(), Err(InvalidChange::SourceType));
    for (update, expected) in [
        (AgentUpdate::new(status), Err(InvalidChange::Status)),
        (in_attempt, Err(InvalidChange::Status)),
        (classification, Err(InvalidChange::MatchClassification)),
        (score(100.1), Err(InvalidChange::ConfidenceScore)),
        (score(-0.1), Err(InvalidChange::ConfidenceScore)),
        (score(f64::NAN), Err(InvalidChange::ConfidenceScore)),
        (score(0.0), Ok(())),
        (score(100.0), Ok(())),
    ] {
        assert_eq!(report_as(TradeMatching, update).validate(), expected);
    }
}

//! Sessions as a busy pipeline leaves them, the same in every run.

use anyhow::Result;
use status_model::change::{AgentUpdate, Change, FinalStatus, StartSession, apply};
use status_model::{
    AgentName, AgentStatus, MatchClassification, Seconds, Session, SessionId, SourceType,
    Timestamp, TokenUsage,
};

/// One after the other starts so long after the one before: a million in 81 days.
const APART_MILLIS: u64 = 7_000;
/// Longer than sessions are kept otherwise, so that those of a store that is used again have not
/// expired meanwhile.
const KEPT: Seconds = Seconds::from_secs(10 * 365 * 24 * 60 * 60);
/// The newest ones are under way.
const RUNNING: u64 = 20;

/// Sessions by number; 0 is the newest.
#[derive(Clone, Copy, Debug)]
pub struct Population {
    /// When the newest one started.
    pub newest: Timestamp,
}

impl Population {
    /// The id of a session.
    pub fn id(number: u64) -> String {
        format!("session-{:016x}{:016x}", mixed(number), mixed(!number))
    }

    /// The document of a session.
    pub fn document_id(number: u64) -> String {
        format!("FAB_{:08}", mixed(number ^ 0xD0C) % 100_000_000)
    }

    /// The correlation id of a session.
    pub fn correlation_id(number: u64) -> String {
        format!("corr_{:016x}", mixed(number ^ 0xC0))
    }

    /// When a session started, which is what listings are sorted by.
    pub fn started_at(self, number: u64) -> Timestamp {
        self.newest
            .before(Seconds::from_millis(number * APART_MILLIS))
    }

    /// A session: one in fifty has failed, the newest ones run, the others are completed.
    ///
    /// # Errors
    /// None as long as the rules of sessions let these through.
    pub fn session(self, number: u64) -> Result<Session> {
        let mut story = Story::begin(self, number)?;
        let agents = [
            (AgentName::PdfAdapter, 80, "Text extraction complete"),
            (
                AgentName::TradeExtraction,
                45,
                "Structured trade data extracted",
            ),
            (AgentName::TradeMatching, 17, "Match found"),
        ];
        for (agent, seconds, activity) in agents {
            let mut update = AgentUpdate::new(AgentStatus::InProgress);
            update.activity = Some("Working on the document".to_owned());
            story.report(agent, update)?;
            if number < RUNNING && agent == AgentName::TradeExtraction {
                return Ok(story.session);
            }
            story.pass(Seconds::from_millis(seconds * 1000 + mixed(number) % 1000));
            let fails = number % 50 == 49 && agent == AgentName::TradeExtraction;
            story.report(agent, end(number, agent, activity, fails))?;
            if fails {
                story.change(&Change::Finalize(FinalStatus::Failed))?;
                return Ok(story.session);
            }
        }
        story.change(&Change::Finalize(FinalStatus::Completed))?;
        Ok(story.session)
    }
}

fn end(number: u64, agent: AgentName, activity: &str, fails: bool) -> AgentUpdate {
    if fails {
        let mut update = AgentUpdate::new(AgentStatus::Error);
        update.error = Some("HTTP 429: the model is throttled, try again later".to_owned());
        return update;
    }
    let mut update = AgentUpdate::new(AgentStatus::Success);
    update.activity = Some(activity.to_owned());
    update.token_usage = Some(TokenUsage {
        input: 1_000 + mixed(number) % 12_000,
        output: 100 + mixed(number) % 900,
    });
    if agent == AgentName::TradeMatching {
        update.match_classification = Some(MatchClassification::Matched);
        update.confidence_score = Some(97.5);
    }
    update
}

/// A session on its way.
struct Story {
    session: Session,
    now: Timestamp,
}

impl Story {
    fn begin(population: Population, number: u64) -> Result<Self> {
        let id: SessionId = Population::id(number).parse()?;
        let now = population.started_at(number);
        let start = StartSession {
            correlation_id: Some(Population::correlation_id(number)),
            document_id: Some(Population::document_id(number)),
            source_type: Some(match number % 2 {
                0 => SourceType::Bank,
                _ => SourceType::Counterparty,
            }),
        };
        let (mut session, _) = apply(None, &id, &Change::Start(start), now)?;
        session.expires_at = Some((now + KEPT).unix_seconds());
        Ok(Self { session, now })
    }

    fn pass(&mut self, time: Seconds) {
        self.now = self.now + time;
    }

    fn report(&mut self, agent: AgentName, update: AgentUpdate) -> Result<()> {
        self.change(&Change::Report(agent, Box::new(update)))
    }

    fn change(&mut self, change: &Change) -> Result<()> {
        let id = self.session.session_id.clone();
        (self.session, _) = apply(Some(&self.session), &id, change, self.now)?;
        Ok(())
    }
}

/// A number that looks random and is always the same (`SplitMix64`).
pub fn mixed(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use status_model::OverallStatus;

    use super::*;

    fn population() -> Population {
        Population {
            newest: Timestamp::from_unix_millis(1_763_799_119_000),
        }
    }

    #[test]
    fn a_session_is_always_the_same() {
        let session = population().session(77).unwrap();
        assert_eq!(session, population().session(77).unwrap());
        assert_eq!(session.session_id.as_str(), Population::id(77));
        assert_eq!(session.sort_time(), Some(population().started_at(77)));
    }

    #[test]
    fn some_run_some_have_failed_and_most_are_completed() {
        let status = |number| population().session(number).unwrap().overall_status;
        assert_eq!(status(0), OverallStatus::Processing);
        assert_eq!(status(49), OverallStatus::Failed);
        assert_eq!(status(50), OverallStatus::Completed);
    }

    #[test]
    fn the_oldest_of_a_million_has_not_expired_years_later() {
        let years = Seconds::from_secs(9 * 365 * 24 * 60 * 60);
        let session = population().session(999_999).unwrap();
        assert!(!session.is_expired(population().newest + years));
    }
}

//! A session: one document on its way through the pipeline.

use std::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    AgentName, AgentStatus, OverallStatus, Seconds, SessionId, SourceType, Timestamp, TokenUsage,
};

/// One document on its way through the pipeline.
///
/// Built by [`read`](crate::read) or [`change`](crate::change), which both leave it
/// [settled](crate::truth::settle): what can be derived is derived, what is not known is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    /// The key.
    pub session_id: SessionId,
    /// Ties it to the other systems' logs.
    pub correlation_id: Option<String>,
    /// The document.
    pub document_id: Option<String>,
    /// Whose document.
    pub source_type: Option<SourceType>,
    /// Where the session stands as a whole.
    pub overall_status: OverallStatus,
    /// The four agents.
    pub agents: Agents,
    /// From the start to the end, once it has ended.
    pub total_duration: Option<Seconds>,
    /// When it was started.
    pub created_at: Option<Timestamp>,
    /// When anything was last written.
    pub last_updated: Option<Timestamp>,
    /// When it expires, in Unix seconds: the table's TTL attribute.
    pub expires_at: Option<i64>,
    /// Grows by one with every write; nothing where an old writer wrote.
    pub version: Option<u64>,
    /// Paths of the attributes that were there and could not be read.
    pub unreadable: Vec<String>,
    /// Attributes of the item that nobody here knows, kept as they are.
    pub extra: Map<String, Value>,
}

/// Is what is kept until then, in seconds since 1970, past its expiry? What names none never is.
#[must_use]
pub fn is_past(expires_at: Option<i64>, now: Timestamp) -> bool {
    expires_at.is_some_and(|expires_at| expires_at <= now.unix_seconds())
}

impl Session {
    /// A session of which only the id is known.
    #[must_use]
    pub fn new(session_id: SessionId) -> Self {
        Self {
            session_id,
            correlation_id: None,
            document_id: None,
            source_type: None,
            overall_status: OverallStatus::default(),
            agents: Agents::default(),
            total_duration: None,
            created_at: None,
            last_updated: None,
            expires_at: None,
            version: None,
            unreadable: Vec::new(),
            extra: Map::new(),
        }
    }

    /// Is it past its expiry, and so no longer to be shown?
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        is_past(self.expires_at, now)
    }

    /// The time that a list is sorted by: the start or, where that is lost, the last change.
    #[must_use]
    pub fn sort_time(&self) -> Option<Timestamp> {
        self.created_at.or(self.last_updated)
    }
}

/// The four agents of a session, by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agents([Agent; 4]);

impl Agents {
    /// Each with its name, in pipeline order.
    #[must_use = "an iterator does nothing by itself"]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (AgentName, &Agent)> {
        AgentName::ALL.into_iter().zip(&self.0)
    }

    /// Each, to be changed.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Agent> {
        self.0.iter_mut()
    }

    /// The first in pipeline order that ended with an error.
    #[must_use]
    pub fn first_failed(&self) -> Option<(AgentName, &Agent)> {
        self.iter()
            .find(|(_, agent)| agent.run.status == AgentStatus::Error)
    }
}

impl Index<AgentName> for Agents {
    type Output = Agent;

    fn index(&self, name: AgentName) -> &Agent {
        &self.0[name.index()]
    }
}

impl IndexMut<AgentName> for Agents {
    fn index_mut(&mut self, name: AgentName) -> &mut Agent {
        &mut self.0[name.index()]
    }
}

/// One agent of a session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Agent {
    /// The agent's work as a whole, from its first start to its last end.
    pub run: Run,
    /// Each try, the current or last one included. Empty where the writer keeps no record.
    pub attempts: Vec<Run>,
    /// Finer steps, where the agent reports them.
    pub sub_steps: Vec<SubStep>,
    /// How the match was judged; trade matching only.
    pub match_classification: Option<MatchClassification>,
    /// How sure the match is, from 0 to 100; trade matching only.
    pub confidence_score: Option<f64>,
    /// Attributes that nobody here knows, kept as they are.
    pub extra: Map<String, Value>,
}

/// A stretch of work: an agent's as a whole, or one try of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct Run {
    /// Its state.
    pub status: AgentStatus,
    /// What it is doing or did, in words.
    pub activity: Option<String>,
    /// Its first start.
    pub started_at: Option<Timestamp>,
    /// Its end.
    pub completed_at: Option<Timestamp>,
    /// How long it took.
    pub duration: Option<Seconds>,
    /// What it used; nothing means not reported, which is not zero.
    pub token_usage: Option<TokenUsage>,
    /// The error's text, whole.
    pub error: Option<String>,
    /// The error's kind.
    pub error_type: Option<String>,
}

/// A step within an agent's work.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct SubStep {
    /// Its state.
    pub status: AgentStatus,
    /// What it does, in words.
    pub activity: Option<String>,
    /// Its start.
    pub started_at: Option<Timestamp>,
    /// Its end.
    pub completed_at: Option<Timestamp>,
}

/// How trade matching judged the pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MatchClassification {
    /// The trades match.
    Matched,
    /// They very likely match.
    ProbableMatch,
    /// A person has to look.
    ReviewRequired,
    /// They do not match.
    Break,
    /// The data did not allow a judgement.
    DataError,
    /// A word that this version does not know, kept as written.
    Other(String),
}

impl MatchClassification {
    /// The word on the wire, as in `PROBABLE_MATCH`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Matched => "MATCHED",
            Self::ProbableMatch => "PROBABLE_MATCH",
            Self::ReviewRequired => "REVIEW_REQUIRED",
            Self::Break => "BREAK",
            Self::DataError => "DATA_ERROR",
            Self::Other(word) => word,
        }
    }

    /// Does it count as a match?
    #[must_use]
    pub const fn is_match(&self) -> bool {
        matches!(self, Self::Matched | Self::ProbableMatch)
    }
}

impl From<String> for MatchClassification {
    fn from(word: String) -> Self {
        match word.as_str() {
            "MATCHED" => Self::Matched,
            "PROBABLE_MATCH" => Self::ProbableMatch,
            "REVIEW_REQUIRED" => Self::ReviewRequired,
            "BREAK" => Self::Break,
            "DATA_ERROR" => Self::DataError,
            _ => Self::Other(word),
        }
    }
}

crate::status::serde_as_word!(MatchClassification);

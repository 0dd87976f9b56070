//! What happens to a document, and how often each thing is met.

use std::{fmt, str::FromStr};

use rand::RngExt;
use status_model::AgentName;

use crate::random::generator;

/// What happens to one document on its way through the agents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scenario {
    /// All goes well and the trades match.
    Well,
    /// All goes well; trade extraction does not say what it used.
    WithoutUsage,
    /// Somebody has to review the match.
    ReviewRequired,
    /// The trades do not match.
    Break,
    /// The data does not allow a judgement.
    DataError,
    /// One agent is in trouble. Exception management is only asked after a mismatch, so its
    /// trouble brings one along.
    Troubled(AgentName, Trouble),
}

/// What can befall an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// HTTP 429 once, then well.
    Throttled,
    /// HTTP 429 twice, then well.
    ThrottledTwice,
    /// HTTP 503 once, then well.
    Unavailable,
    /// No answer in time once, then well.
    Timeout,
    /// Never an answer in time.
    Stuck,
    /// HTTP 200 with `success: false`.
    Fails,
    /// HTTP 400.
    Rejected,
}

/// What an agent does with one try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Does its work.
    Works,
    /// Is throttled.
    Throttles,
    /// Can't be had at the moment.
    Unavailable,
    /// Does not answer in time.
    Hangs,
    /// Says that it failed.
    Fails,
    /// Refuses the request.
    Rejects,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Throttled,
        Self::ThrottledTwice,
        Self::Unavailable,
        Self::Timeout,
        Self::Stuck,
        Self::Fails,
        Self::Rejected,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::ThrottledTwice => "throttled-twice",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::Stuck => "stuck",
            Self::Fails => "fails",
            Self::Rejected => "rejected",
        }
    }
}

/// The agent's short name in a scenario's name.
const fn short(agent: AgentName) -> &'static str {
    match agent {
        AgentName::PdfAdapter => "pdf",
        AgentName::TradeExtraction => "extraction",
        AgentName::TradeMatching => "matching",
        AgentName::ExceptionManagement => "exception",
    }
}

impl Scenario {
    /// Every scenario there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let troubles = AgentName::ALL
            .into_iter()
            .flat_map(|agent| Trouble::ALL.map(|trouble| Self::Troubled(agent, trouble)));
        [
            Self::Well,
            Self::WithoutUsage,
            Self::ReviewRequired,
            Self::Break,
            Self::DataError,
        ]
        .into_iter()
        .chain(troubles)
    }

    /// What happens to the document: what its id asks for behind the last `+`, as in
    /// `SIM-7+throttled`, or else what the seed has for it.
    #[must_use]
    pub fn of_document(seed: u64, document_id: &str) -> Self {
        document_id
            .rsplit_once('+')
            .and_then(|(_, name)| name.parse().ok())
            .unwrap_or_else(|| Self::drawn(seed, document_id))
    }

    /// Two documents of three see no trouble; the rest shows everything that can happen.
    fn drawn(seed: u64, document_id: &str) -> Self {
        let mut random = generator(seed, &["scenario", document_id]);
        let permille = random.random_range(0..1000);
        // Exception management has little to do, and so little trouble.
        let agent = match random.random_range(0..10) {
            0..3 => AgentName::PdfAdapter,
            3..6 => AgentName::TradeExtraction,
            6..9 => AgentName::TradeMatching,
            _ => AgentName::ExceptionManagement,
        };
        match permille {
            0..660 => Self::Well,
            660..710 => Self::WithoutUsage,
            710..760 => Self::ReviewRequired,
            760..790 => Self::Break,
            790..800 => Self::DataError,
            800..870 => Self::Troubled(agent, Trouble::Throttled),
            870..890 => Self::Troubled(agent, Trouble::ThrottledTwice),
            890..920 => Self::Troubled(agent, Trouble::Unavailable),
            920..940 => Self::Troubled(agent, Trouble::Timeout),
            940..945 => Self::Troubled(agent, Trouble::Stuck),
            945..980 => Self::Troubled(agent, Trouble::Fails),
            _ => Self::Troubled(agent, Trouble::Rejected),
        }
    }

    /// What the agent does with its `attempt`-th try, from 1.
    #[must_use]
    pub fn behaviour(self, agent: AgentName, attempt: u32) -> Behaviour {
        let Self::Troubled(troubled, trouble) = self else {
            return Behaviour::Works;
        };
        if agent != troubled {
            return Behaviour::Works;
        }
        match trouble {
            Trouble::Throttled if attempt <= 1 => Behaviour::Throttles,
            Trouble::ThrottledTwice if attempt <= 2 => Behaviour::Throttles,
            Trouble::Unavailable if attempt <= 1 => Behaviour::Unavailable,
            Trouble::Timeout if attempt <= 1 => Behaviour::Hangs,
            Trouble::Stuck => Behaviour::Hangs,
            Trouble::Fails => Behaviour::Fails,
            Trouble::Rejected => Behaviour::Rejects,
            _ => Behaviour::Works,
        }
    }

    /// Does the agent say what it used?
    #[must_use]
    pub fn reports_usage(self, agent: AgentName) -> bool {
        !(self == Self::WithoutUsage && agent == AgentName::TradeExtraction)
    }
}

impl fmt::Display for Scenario {
    /// As in `well`, `review-required`, `pdf-throttled-twice`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Well => f.write_str("well"),
            Self::WithoutUsage => f.write_str("without-usage"),
            Self::ReviewRequired => f.write_str("review-required"),
            Self::Break => f.write_str("break"),
            Self::DataError => f.write_str("data-error"),
            Self::Troubled(agent, trouble) => {
                write!(f, "{}-{}", short(*agent), trouble.as_str())
            }
        }
    }
}

/// The text names no scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a scenario: use well, without-usage, review-required, break, data-error, or an agent \
     (pdf, extraction, matching, exception) with a trouble (throttled, throttled-twice, \
     unavailable, timeout, stuck, fails, rejected) as in pdf-throttled"
)]
pub struct UnknownScenario;

impl FromStr for Scenario {
    type Err = UnknownScenario;

    /// A trouble alone is trade extraction's, the agent that asks its model most.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let agent = AgentName::TradeExtraction;
        let alone = Trouble::ALL.map(|trouble| (trouble.as_str(), Self::Troubled(agent, trouble)));
        alone
            .into_iter()
            .find_map(|(name, scenario)| (name == text).then_some(scenario))
            .or_else(|| Self::all().find(|scenario| scenario.to_string() == text))
            .ok_or(UnknownScenario)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use Behaviour::{Fails, Hangs, Rejects, Throttles, Unavailable, Works};

    #[test]
    fn every_scenario_is_found_by_its_name() {
        assert_eq!(Scenario::all().count(), 33);
        for scenario in Scenario::all() {
            assert_eq!(scenario.to_string().parse(), Ok(scenario));
        }
        assert_eq!(
            "throttled".parse(),
            Ok(Scenario::Troubled(
                AgentName::TradeExtraction,
                Trouble::Throttled
            ))
        );
        assert_eq!("".parse::<Scenario>(), Err(UnknownScenario));
        assert_eq!("pdf".parse::<Scenario>(), Err(UnknownScenario));
    }

    #[test]
    fn a_document_asks_for_its_scenario_by_its_id() {
        for seed in 0..20 {
            assert_eq!(
                Scenario::of_document(seed, "SIM-7+break"),
                Scenario::Break,
                "{seed}"
            );
        }
        assert_eq!(
            Scenario::of_document(3, "a+b"),
            Scenario::drawn(3, "a+b"),
            "a plus sign alone asks for nothing"
        );
    }

    #[test]
    fn the_same_seed_has_the_same_for_a_document() {
        let drawn = |seed| (0..200).map(move |n| Scenario::of_document(seed, &format!("FAB_{n}")));
        assert!(drawn(1).eq(drawn(1)));
        assert!(!drawn(1).eq(drawn(2)));
    }

    #[test]
    fn most_goes_well_and_everything_is_met() {
        let mut counts: HashMap<Scenario, u32> = HashMap::new();
        for n in 0..20_000 {
            *counts
                .entry(Scenario::of_document(42, &format!("FAB_{n}")))
                .or_default() += 1;
        }
        for scenario in Scenario::all() {
            assert!(counts.contains_key(&scenario), "{scenario} is never met");
        }
        let well = counts[&Scenario::Well];
        assert!((13_000..13_400).contains(&well), "{well}");
        let usage = counts[&Scenario::WithoutUsage];
        assert!((900..1_100).contains(&usage), "{usage}");
    }

    #[test]
    fn trouble_passes_or_stays() {
        let agent = AgentName::TradeMatching;
        let of = |trouble| {
            [1, 2, 3].map(|attempt| Scenario::Troubled(agent, trouble).behaviour(agent, attempt))
        };
        assert_eq!(of(Trouble::Throttled), [Throttles, Works, Works]);
        assert_eq!(of(Trouble::ThrottledTwice), [Throttles, Throttles, Works]);
        assert_eq!(of(Trouble::Unavailable), [Unavailable, Works, Works]);
        assert_eq!(of(Trouble::Timeout), [Hangs, Works, Works]);
        assert_eq!(of(Trouble::Stuck), [Hangs, Hangs, Hangs]);
        assert_eq!(of(Trouble::Fails), [Fails, Fails, Fails]);
        assert_eq!(of(Trouble::Rejected), [Rejects, Rejects, Rejects]);
        assert_eq!(
            Scenario::Troubled(agent, Trouble::Fails).behaviour(AgentName::PdfAdapter, 1),
            Works
        );
    }
}

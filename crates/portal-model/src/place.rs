//! A place on a session's page, as it stands in the address: a link leads precisely there.

use status_model::AgentName;

use crate::list_query::Parameter;

/// What is looked at on a session's page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The agent that is marked.
    pub agent: Option<AgentName>,
    /// Its attempt that is marked, from 1.
    pub attempt: Option<usize>,
}

/// How times are written: one choice for all of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZoneMode {
    /// In the viewer's zone.
    Local,
    /// In UTC.
    #[default]
    Utc,
    /// Told from now.
    Relative,
}

impl ZoneMode {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Local, Self::Utc, Self::Relative];

    /// Its name in an address.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Utc => "utc",
            Self::Relative => "relative",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.name() == name)
    }
}

/// The parameter of any address that says how times are written.
pub const ZONE: &str = "zone";
const AGENT: &str = "agent";
const ATTEMPT: &str = "attempt";

impl Place {
    /// Reads an address' parameters; one that nobody understands is left aside.
    #[must_use]
    pub fn read(get: &dyn Fn(&str) -> Option<String>) -> Self {
        let agent = get(AGENT).and_then(|name| name.parse().ok());
        let attempt = get(ATTEMPT).and_then(|number| number.parse().ok());
        Self {
            agent,
            attempt: attempt.filter(|number| *number > 0 && agent.is_some()),
        }
    }

    /// As parameters of an address.
    #[must_use]
    pub fn parameters(&self) -> Vec<Parameter> {
        let parameters = [
            (AGENT, self.agent.map(|agent| agent.as_str().to_owned())),
            (ATTEMPT, self.attempt.map(|number| number.to_string())),
        ];
        parameters
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &[(&str, &str)]) -> Place {
        Place::read(&|name| {
            let found = query.iter().find(|(key, _)| *key == name)?;
            Some(found.1.to_owned())
        })
    }

    #[test]
    fn what_stands_in_the_address_is_read_back() {
        let place = read(&[("agent", "tradeExtraction"), ("attempt", "2")]);
        assert_eq!(place.agent, Some(AgentName::TradeExtraction));
        assert_eq!(place.attempt, Some(2));
        let parameters = place.parameters();
        let pairs: Vec<_> = parameters
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(pairs.len(), 2);
        assert_eq!(read(&pairs), place);
    }

    #[test]
    fn what_nobody_understands_is_left_aside() {
        let place = read(&[("agent", "nobody"), ("attempt", "2"), ("with", "a b")]);
        assert_eq!(place, Place::default());
        assert_eq!(
            read(&[("agent", "pdfAdapter"), ("attempt", "0")]).attempt,
            None
        );
        assert_eq!(ZoneMode::named("relative"), Some(ZoneMode::Relative));
        assert_eq!(ZoneMode::named("mars"), None);
    }
}

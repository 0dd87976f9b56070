//! How the agents behave.

use std::{fmt, str::FromStr, time::Duration};

/// How the agents behave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// What happens to which document.
    pub seed: u64,
    /// How much faster than the real agents.
    pub speed: Speed,
    /// How long an agent hangs that does not answer in time; longer than its caller waits. Not
    /// divided by the speed.
    pub hang: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            seed: 0,
            speed: Speed::REAL,
            hang: Duration::from_mins(15),
        }
    }
}

/// How much faster than the real agents; 1 is as fast as they are.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Speed(f64);

/// The number is no speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a speed: use a number from 0.01 to 1000000; 1 is as fast as the real agents")]
pub struct InvalidSpeed;

impl Speed {
    /// As fast as the real agents.
    pub const REAL: Self = Self(1.0);

    /// The factor.
    #[must_use]
    pub const fn factor(self) -> f64 {
        self.0
    }

    /// A length of time at this speed.
    #[must_use]
    pub fn apply(self, real: Duration) -> Duration {
        real.div_f64(self.0)
    }
}

impl TryFrom<f64> for Speed {
    type Error = InvalidSpeed;

    fn try_from(factor: f64) -> Result<Self, InvalidSpeed> {
        if (0.01..=1e6).contains(&factor) {
            Ok(Self(factor))
        } else {
            Err(InvalidSpeed)
        }
    }
}

impl FromStr for Speed {
    type Err = InvalidSpeed;

    fn from_str(text: &str) -> Result<Self, InvalidSpeed> {
        text.parse::<f64>().map_err(|_| InvalidSpeed)?.try_into()
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

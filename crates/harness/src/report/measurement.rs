//! One number with its unit, and the bound that it is to keep.

use std::fmt;

use serde_json::{Value, json};

/// What a number counts. A kilobyte is 1,000 bytes, a megabyte 1,000,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Things in a second.
    PerSecond,
    /// Things.
    Count,
    /// One number over another.
    Ratio,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Milliseconds => "ms",
            Self::Microseconds => "µs",
            Self::PerSecond => "perSecond",
            Self::Count => "count",
            Self::Ratio => "ratio",
        }
    }

    /// A number of this unit, as exact as it says anything.
    #[must_use]
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Bytes if value >= 1e6 => format!("{} MB", decimal(value / 1e6)),
            Self::Bytes => format!("{} kB", decimal(value / 1e3)),
            Self::Milliseconds => format!("{} ms", decimal(value)),
            Self::Microseconds => format!("{} µs", decimal(value)),
            Self::PerSecond => format!("{}/s", decimal(value)),
            Self::Count => decimal(value),
            Self::Ratio => format!("{value:.2}"),
        }
    }
}

/// Whole from 1,000 on and where it is whole, else with a digit or two behind the point.
fn decimal(value: f64) -> String {
    let size = value.abs();
    if size >= 1000.0 || value.fract() == 0.0 {
        thousands(&format!("{value:.0}"))
    } else if size >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

fn thousands(digits: &str) -> String {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", digits),
    };
    let mut text = sign.to_owned();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a number is to keep to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// No more than this.
    AtMost(f64),
    /// Less than this.
    Below(f64),
    /// No less than this.
    AtLeast(f64),
}

impl Bound {
    fn is_met_by(self, value: f64) -> bool {
        match self {
            Self::AtMost(bound) => value <= bound,
            Self::Below(bound) => value < bound,
            Self::AtLeast(bound) => value >= bound,
        }
    }

    const fn parts(self) -> (&'static str, &'static str, f64) {
        match self {
            Self::AtMost(bound) => ("≤", "atMost", bound),
            Self::Below(bound) => ("<", "below", bound),
            Self::AtLeast(bound) => ("≥", "atLeast", bound),
        }
    }
}

/// One number that was measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Of what.
    pub what: String,
    /// The number.
    pub value: f64,
    /// What it counts.
    pub unit: Unit,
    bound: Option<Bound>,
    /// Is it an error where the bound is not kept?
    is_demanded: bool,
    /// Another measurement's name and whether it keeps its bound, which is enough for both.
    instead: Option<(String, bool)>,
}

impl Measurement {
    /// A number without a bound, for information.
    #[must_use]
    pub fn new(what: impl Into<String>, value: f64, unit: Unit) -> Self {
        Self {
            what: what.into(),
            value,
            unit,
            bound: None,
            is_demanded: false,
            instead: None,
        }
    }

    /// The same with a bound.
    #[must_use]
    pub fn bound(mut self, bound: Bound) -> Self {
        self.bound = Some(bound);
        self
    }

    /// The same with a bound that has to be kept, on whatever machine.
    #[must_use]
    pub fn demanded(mut self, bound: Bound) -> Self {
        self.is_demanded = true;
        self.bound(bound)
    }

    /// Is the bound kept, if it has to be?
    #[must_use]
    pub fn is_good(&self) -> bool {
        !self.is_demanded || self.is_met() == Some(true)
    }

    /// The same, where it is enough that the other one keeps its bound.
    #[must_use]
    pub fn or(mut self, other: &Self) -> Self {
        let is_met = other.is_met() == Some(true);
        self.instead = Some((other.what.clone(), is_met));
        self
    }

    /// Is the bound kept, if there is one?
    #[must_use]
    pub fn is_met(&self) -> Option<bool> {
        let is_met_instead = self.instead.as_ref().is_some_and(|(_, is_met)| *is_met);
        self.bound
            .map(|bound| bound.is_met_by(self.value) || is_met_instead)
    }

    pub(super) fn shown_bound(&self) -> String {
        let Some(bound) = self.bound else {
            return String::new();
        };
        let (sign, _, number) = bound.parts();
        let or = if self.instead.is_some() { ", or" } else { "" };
        format!("{sign} {}{or}", self.unit.show(number))
    }

    pub(super) fn to_json(&self) -> Value {
        let mut value = json!({
            "what": self.what,
            "value": (self.value * 1e3).round() / 1e3,
            "unit": self.unit.name(),
        });
        if let Some(bound) = self.bound {
            let (_, name, number) = bound.parts();
            value["bound"] = json!({ name: number });
            value["met"] = json!(self.is_met());
        }
        if let Some((other, _)) = &self.instead {
            value["bound"]["orInstead"] = json!(other);
        }
        value
    }
}

impl fmt::Display for Measurement {
    /// As in a line of progress.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.what, self.unit.show(self.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_shown_as_exact_as_they_are() {
        assert_eq!(Unit::Bytes.show(200_000.0), "200 kB");
        assert_eq!(Unit::Bytes.show(152_345.0), "152.3 kB");
        assert_eq!(Unit::Bytes.show(150e6), "150 MB");
        assert_eq!(Unit::Milliseconds.show(3.217), "3.22 ms");
        assert_eq!(Unit::Milliseconds.show(-12.34), "-12.3 ms");
        assert_eq!(Unit::PerSecond.show(23_456.7), "23,457/s");
        assert_eq!(Unit::Count.show(1_000_000.0), "1,000,000");
        assert_eq!(Unit::Count.show(-1234.0), "-1,234");
        assert_eq!(Unit::Ratio.show(0.876), "0.88");
    }

    #[test]
    fn a_bound_is_kept_or_not() {
        let met = |value, bound| {
            Measurement::new("a", value, Unit::Count)
                .bound(bound)
                .is_met()
        };
        assert_eq!(met(2.0, Bound::AtMost(2.0)), Some(true));
        assert_eq!(met(2.0, Bound::Below(2.0)), Some(false));
        assert_eq!(met(2.0, Bound::AtLeast(2.0)), Some(true));
        assert_eq!(met(f64::NAN, Bound::AtMost(2.0)), Some(false));
        assert_eq!(Measurement::new("a", 1.0, Unit::Count).is_met(), None);
    }

    #[test]
    fn only_what_is_demanded_decides() {
        let lost = |lost| Measurement::new("lost", lost, Unit::Count);
        assert!(!lost(1.0).demanded(Bound::AtMost(0.0)).is_good());
        assert!(lost(0.0).demanded(Bound::AtMost(0.0)).is_good());
        assert!(lost(1.0).bound(Bound::AtMost(0.0)).is_good());
        assert!(lost(1.0).is_good());
    }

    #[test]
    fn one_bound_may_do_for_another() {
        let cpu =
            |value| Measurement::new("CPU", value, Unit::Microseconds).bound(Bound::Below(60.0));
        let rate = Measurement::new("rate", 9.0, Unit::PerSecond).bound(Bound::AtLeast(10.0));
        assert_eq!(rate.clone().or(&cpu(59.0)).is_met(), Some(true));
        assert_eq!(rate.clone().or(&cpu(61.0)).is_met(), Some(false));
        let rate = rate.or(&cpu(59.0));
        assert_eq!(rate.shown_bound(), "≥ 10/s, or");
        assert_eq!(
            rate.to_json(),
            json!({
                "what": "rate", "value": 9.0, "unit": "perSecond", "met": true,
                "bound": {"atLeast": 10.0, "orInstead": "CPU"},
            })
        );
    }
}

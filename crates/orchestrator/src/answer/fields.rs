//! An answer's fields, under any of their names.

use serde_json::{Map, Value};
use status_model::MatchClassification;

use super::Success;

/// An answer's fields, under any of their names.
#[derive(Clone, Copy)]
pub(super) struct Fields<'a>(Option<&'a Map<String, Value>>);

impl<'a> Fields<'a> {
    pub const fn of(object: Option<&'a Map<String, Value>>) -> Self {
        Self(object)
    }

    /// The fields of the object that is a field.
    pub fn within(self, names: &[&str]) -> Self {
        Self(self.get(names).and_then(Value::as_object))
    }

    pub fn get(self, names: &[&str]) -> Option<&'a Value> {
        let object = self.0?;
        let mut values = names.iter().filter_map(|name| object.get(*name));
        values.find(|value| !value.is_null())
    }

    fn text(self, names: &[&str]) -> Option<&'a str> {
        let text = self.get(names)?.as_str()?.trim();
        (!text.is_empty()).then_some(text)
    }

    /// A number, also one that is written as a text.
    pub fn number(self, names: &[&str]) -> Option<f64> {
        match self.get(names)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
        .filter(|number| number.is_finite())
    }

    /// A count: a number without a sign or a fraction.
    pub fn count(self, names: &[&str]) -> Option<u64> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let number = self.number(names)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the range is checked"
        )]
        let count = number as u64;
        ((0.0..=EXACT).contains(&number) && number.fract() == 0.0).then_some(count)
    }

    /// An agent that does not say is believed by whether it names an error.
    pub fn success(self) -> bool {
        match self.get(&["success"]) {
            Some(Value::Bool(success)) => *success,
            Some(Value::String(word)) => word.eq_ignore_ascii_case("true"),
            _ => self.text(&Self::ERROR).is_none(),
        }
    }

    pub fn says_how_it_went(self) -> bool {
        self.get(&["success"]).is_some() || self.text(&Self::ERROR).is_some()
    }

    const ERROR: [&'static str; 3] = ["error", "error_message", "errorMessage"];

    pub fn error(self) -> Option<&'a str> {
        self.text(&Self::ERROR)
            .or_else(|| self.text(&["message", "Message"]))
    }

    pub fn error_type(self) -> Option<&'a str> {
        self.text(&["error_type", "errorType"]).or_else(|| {
            // AWS's own, as in `com.amazon.coral#ThrottlingException:http://…`.
            let name = self.text(&["__type", "code"])?;
            let name = name.rsplit('#').next()?;
            name.split(':').next()
        })
    }

    pub fn handed_on(self) -> Success {
        let owned = |names: &[&str]| self.text(names).map(str::to_owned);
        Success {
            match_classification: self
                .text(&["match_classification", "matchClassification"])
                .map(|word| {
                    MatchClassification::from(word.to_uppercase().replace([' ', '-'], "_"))
                }),
            confidence_score: self
                .number(&["confidence_score", "confidenceScore"])
                // A percentage; 0.92 is less than one percent, since nobody writes fractions.
                .filter(|score| (0.0..=100.0).contains(score)),
            canonical_output_location: owned(&[
                "canonical_output_location",
                "canonicalOutputLocation",
            ]),
            trade_id: owned(&["trade_id", "tradeId"]),
        }
    }
}

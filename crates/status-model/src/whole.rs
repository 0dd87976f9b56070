//! Whole numbers in JSON, however they are written.
//!
//! To JSON and its schemas `4055.0` is a whole number as `4055` is, and some languages write every
//! number with a point.

use std::fmt;

use serde::{Deserialize, Deserializer, de};

/// The first number that is too large.
const END: f64 = 18_446_744_073_709_551_616.0;

#[derive(Deserialize)]
#[serde(transparent)]
struct Whole(#[serde(deserialize_with = "deserialize")] u64);

/// A whole number that is not negative.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    deserializer.deserialize_u64(Visitor)
}

/// The same, or null.
pub(crate) fn option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(Option::<Whole>::deserialize(deserializer)?.map(|Whole(number)| number))
}

struct Visitor;

impl de::Visitor<'_> for Visitor {
    type Value = u64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a whole number that is not negative")
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<u64, E> {
        Ok(number)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<u64, E> {
        let whole = u64::try_from(number);
        whole.map_err(|_| E::invalid_value(de::Unexpected::Signed(number), &self))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole, and neither negative nor too large"
    )]
    fn visit_f64<E: de::Error>(self, number: f64) -> Result<u64, E> {
        if number.fract() == 0.0 && (0.0..END).contains(&number) {
            Ok(number as u64)
        } else {
            Err(E::invalid_value(de::Unexpected::Float(number), &self))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_one_with_a_point_too() {
        let read = |json: &str| serde_json::from_str::<Whole>(json).map(|Whole(n)| n).ok();
        for (json, number) in [
            ("0", Some(0)),
            ("-0.0", Some(0)),
            ("4055", Some(4055)),
            ("4055.0", Some(4055)),
            ("4.055e3", Some(4055)),
            ("18446744073709551615", Some(u64::MAX)),
            ("18446744073709551616", None),
            ("1e300", None),
            ("4055.5", None),
            ("-1", None),
            ("-1.0", None),
            ("\"7\"", None),
            ("null", None),
        ] {
            assert_eq!(read(json), number, "{json}");
        }
    }
}

//! Points in time and lengths of time, both to the millisecond.

use std::{fmt, ops::Add, str::FromStr};

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A point in time, in UTC, to the millisecond.
///
/// Written as RFC 3339 with milliseconds and `Z`; read from whatever the known writers write.
///
/// ```
/// use status_model::Timestamp;
/// let time: Timestamp = "2026-11-22T08:31:59.737315+00:00Z".parse().unwrap();
/// assert_eq!(time.to_string(), "2026-11-22T08:31:59.737Z");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    unix_millis: i64,
}

/// The text is no time in any of the known forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time: use RFC 3339 in UTC, as in 2026-11-22T08:31:59.737Z")]
pub struct InvalidTimestamp;

impl Timestamp {
    /// 0000-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z: what RFC 3339 can write.
    const RANGE: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_402_300_799_999;

    /// A point so many milliseconds after 1970-01-01T00:00:00Z, held to the years 0 to 9999.
    #[must_use]
    pub fn from_unix_millis(unix_millis: i64) -> Self {
        Self {
            unix_millis: unix_millis.clamp(*Self::RANGE.start(), *Self::RANGE.end()),
        }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.unix_millis
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub const fn unix_seconds(self) -> i64 {
        self.unix_millis.div_euclid(1000)
    }

    /// The time that has passed since `earlier`; nothing where `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Option<Seconds> {
        u64::try_from(self.unix_millis - earlier.unix_millis)
            .ok()
            .map(Seconds::from_millis)
    }

    /// The point in time that lies `length` before.
    #[must_use]
    pub fn before(self, length: Seconds) -> Self {
        let millis = i64::try_from(length.millis()).unwrap_or(i64::MAX);
        Self::from_unix_millis(self.unix_millis.saturating_sub(millis))
    }

    /// The start of the minute that it lies in.
    #[must_use]
    pub fn floor_to_minute(self) -> Self {
        Self::from_unix_millis(self.unix_millis.div_euclid(60_000) * 60_000)
    }
}

impl Add<Seconds> for Timestamp {
    type Output = Self;

    fn add(self, length: Seconds) -> Self {
        let millis = i64::try_from(length.millis()).unwrap_or(i64::MAX);
        Self::from_unix_millis(self.unix_millis.saturating_add(millis))
    }
}

impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        // Python's isoformat() plus "Z" gives both an offset and a Z: the offset is the truth.
        let text = match text.strip_suffix(['Z', 'z']) {
            Some(rest) if has_offset(rest) => rest,
            _ => text,
        };
        let parsed = if has_offset(text) || text.ends_with(['Z', 'z']) {
            DateTime::parse_from_rfc3339(text)
        } else {
            DateTime::parse_from_rfc3339(&format!("{text}Z"))
        };
        let unix_millis = parsed.map_err(|_| InvalidTimestamp)?.timestamp_millis();
        if Self::RANGE.contains(&unix_millis) {
            Ok(Self { unix_millis })
        } else {
            Err(InvalidTimestamp)
        }
    }
}

/// Does it end in an offset such as `+00:00`?
fn has_offset(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() > 6
        && matches!(bytes[bytes.len() - 6], b'+' | b'-')
        && bytes[bytes.len() - 3] == b':'
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = DateTime::from_timestamp_millis(self.unix_millis).unwrap_or_default();
        f.write_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// A length of time, to the millisecond; a number of seconds on the wire.
///
/// ```
/// use status_model::Seconds;
/// assert_eq!(Seconds::from_millis(78_123).to_string(), "78.123");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seconds {
    millis: u64,
}

impl Seconds {
    /// The longest that is believed: about 31,000 years, and exact in a double.
    const MAX_MILLIS: u64 = 1_000_000_000_000_000;

    /// A length in milliseconds.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        Self {
            millis: if millis > Self::MAX_MILLIS {
                Self::MAX_MILLIS
            } else {
                millis
            },
        }
    }

    /// A length in whole seconds.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// A length in seconds, rounded to the millisecond; nothing for what is no length.
    #[must_use]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "the range is checked first"
    )]
    pub fn from_secs_f64(seconds: f64) -> Option<Self> {
        let millis = (seconds * 1000.0).round();
        (0.0..=Self::MAX_MILLIS as f64)
            .contains(&millis)
            .then(|| Self::from_millis(millis as u64))
    }

    /// Milliseconds.
    #[must_use]
    pub const fn millis(self) -> u64 {
        self.millis
    }

    /// Seconds as a number with milliseconds behind the point.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "exact up to MAX_MILLIS")]
    pub fn as_secs_f64(self) -> f64 {
        self.millis as f64 / 1000.0
    }
}

impl fmt::Display for Seconds {
    /// Decimal seconds without trailing zeros, as `DynamoDB` takes a number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.millis / 1000, self.millis % 1000);
        if millis == 0 {
            return write!(f, "{seconds}");
        }
        let fraction = format!("{millis:03}");
        write!(f, "{seconds}.{}", fraction.trim_end_matches('0'))
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_secs_f64())
    }
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_secs_f64(f64::deserialize(deserializer)?)
            .ok_or_else(|| de::Error::custom("not a length of time in seconds"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_writers_time_is_read() {
        let expected = "2026-11-22T08:31:59.737Z";
        for written in [
            "2026-11-22T08:31:59.737Z",
            "2026-11-22T08:31:59.737+00:00",
            "2026-11-22T08:31:59.737315+00:00Z",
            "2026-11-22T08:31:59.737315",
            "2026-11-22T09:31:59.737+01:00",
            " 2026-11-22 08:31:59.737Z ",
        ] {
            let time: Timestamp = written.parse().unwrap();
            assert_eq!(time.to_string(), expected, "{written}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for written in [
            "",
            "Z",
            "Invalid Date",
            "2026-11-22",
            "2026-13-01T00:00:00Z",
            "+00:00",
            "é+00:00Z",
        ] {
            assert_eq!(
                written.parse::<Timestamp>(),
                Err(InvalidTimestamp),
                "{written}"
            );
        }
    }

    #[test]
    fn lengths_keep_milliseconds() {
        assert_eq!(Seconds::from_secs_f64(78.123).unwrap().millis(), 78_123);
        assert_eq!(Seconds::from_secs_f64(-0.1), None);
        assert_eq!(Seconds::from_secs_f64(f64::NAN), None);
        assert_eq!(Seconds::from_secs_f64(f64::INFINITY), None);
        assert_eq!(Seconds::from_millis(2000).to_string(), "2");
    }

    #[test]
    fn a_negative_length_is_nothing() {
        let early = Timestamp::from_unix_millis(1);
        let late = Timestamp::from_unix_millis(2);
        assert_eq!(late.since(early), Some(Seconds::from_millis(1)));
        assert_eq!(early.since(late), None);
    }
}

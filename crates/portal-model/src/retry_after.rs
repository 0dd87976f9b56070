//! HTTP dates, and the `Retry-After` that may be one.

use chrono::NaiveDate;
use status_model::{Seconds, Timestamp};

/// What a `Retry-After` header says (RFC 9110, section 10.2.3).
///
/// ```
/// use portal_model::retry_after::{RetryAfter, http_date};
/// use status_model::Seconds;
///
/// let date = http_date("Sun, 22 Nov 2026 08:31:50 GMT").unwrap();
/// let retry_after = RetryAfter::parse("Sun, 22 Nov 2026 08:31:59 GMT").unwrap();
/// assert_eq!(retry_after.delay(date), Seconds::from_secs(9));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// After so long.
    After(Seconds),
    /// Not before this time, by the server's clock.
    At(Timestamp),
}

impl RetryAfter {
    /// Reads the header's value: a number of seconds or a date. Nothing where it is neither.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let value = value.trim();
        let is_number = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
        if is_number {
            // More digits than fit are a number all the same: a very long time.
            let seconds = value.parse().unwrap_or(u64::MAX);
            Some(Self::After(Seconds::from_secs(seconds)))
        } else {
            http_date(value).map(Self::At)
        }
    }

    /// How long that is from `date`: the time of the answer by the server's clock, which is
    /// what its `Date` header says. Nothing to wait for where the time has passed.
    #[must_use]
    pub fn delay(self, date: Timestamp) -> Seconds {
        match self {
            Self::After(delay) => delay,
            Self::At(time) => time.since(date).unwrap_or_default(),
        }
    }
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Reads an HTTP date, as in the header `Date`, in any of its three forms (RFC 9110, section
/// 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`, and the obsolete `Sunday, 06-Nov-94 08:49:37 GMT`
/// and `Sun Nov  6 08:49:37 1994`. The day of the week is not looked at.
#[must_use]
pub fn http_date(value: &str) -> Option<Timestamp> {
    let mut parts = value.split([' ', ',', '-']).filter(|part| !part.is_empty());
    let mut next = || parts.next();
    let (_weekday, one, two, three, four) = (next()?, next()?, next()?, next()?, next()?);
    match (month(one), month(two), next(), next()) {
        (_, Some(month), Some("GMT"), None) => at(three, month, one, four),
        (Some(month), _, None, _) => at(four, month, two, three),
        _ => None,
    }
}

fn month(name: &str) -> Option<u32> {
    let index = MONTHS.iter().position(|month| *month == name)?;
    u32::try_from(index + 1).ok()
}

fn at(year: &str, month: u32, day: &str, time: &str) -> Option<Timestamp> {
    let mut clock = time.splitn(3, ':').map(number);
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let year = match number(year)? {
        // RFC 850 wrote two digits.
        short @ 70..=99 if year.len() == 2 => 1900 + short,
        short if year.len() == 2 => 2000 + short,
        year => year,
    };
    let time = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, number(day)?)?
        // A leap second is a 60 on the wire.
        .and_hms_opt(hour, minute, if second == 60 { 59 } else { second })?;
    Some(Timestamp::from_unix_millis(
        time.and_utc().timestamp_millis(),
    ))
}

fn number(text: &str) -> Option<u32> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 9110.
    const EXAMPLE: i64 = 784_111_777_000;

    fn at(unix_millis: i64) -> Timestamp {
        Timestamp::from_unix_millis(unix_millis)
    }

    #[test]
    fn all_three_forms_of_a_date_are_read() {
        for written in [
            "Sun, 06 Nov 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            " Sun, 06 Nov 1994 08:49:37 GMT ",
        ] {
            assert_eq!(http_date(written), Some(at(EXAMPLE)), "{written}");
        }
        let leap = http_date("Thu, 29 Feb 2024 23:59:60 GMT").unwrap();
        assert_eq!(leap.to_string(), "2024-02-29T23:59:59.000Z");
        let short = http_date("Sunday, 22-Nov-26 08:49:37 GMT").unwrap();
        assert_eq!(short.to_string(), "2026-11-22T08:49:37.000Z");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for written in [
            "",
            "Sun",
            "Invalid Date",
            "2026-11-22T08:49:37Z",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 08:49:37 GMT+1",
            "Sun, 31 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:49:61 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov 1994 08:49:37:00 GMT",
            "Sun, +6 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 99999999999 08:49:37 GMT",
            "Sun, 06 Nov é994 08:49:37 GMT",
        ] {
            assert_eq!(http_date(written), None, "{written}");
        }
    }

    #[test]
    fn both_forms_of_retry_after_are_read() {
        let seconds = RetryAfter::After(Seconds::from_secs(120));
        assert_eq!(RetryAfter::parse(" 120 "), Some(seconds));
        let date = RetryAfter::At(at(EXAMPLE));
        assert_eq!(
            RetryAfter::parse("Sun, 06 Nov 1994 08:49:37 GMT"),
            Some(date)
        );
        for written in ["", "-1", "1.5", "soon", "١٢"] {
            assert_eq!(RetryAfter::parse(written), None, "{written}");
        }
    }

    #[test]
    fn a_delay_counts_from_the_time_of_the_answer() {
        let date = RetryAfter::At(at(EXAMPLE));
        assert_eq!(date.delay(at(EXAMPLE - 9000)), Seconds::from_secs(9));
        assert_eq!(date.delay(at(EXAMPLE + 9000)), Seconds::default());
        let seconds = RetryAfter::After(Seconds::from_secs(7));
        assert_eq!(seconds.delay(at(0)), Seconds::from_secs(7));
    }
}

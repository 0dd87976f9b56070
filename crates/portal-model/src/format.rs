//! Times, durations and counts as text.

use std::fmt::Write as _;

use status_model::{Seconds, Timestamp, TotalTokenUsage};

/// The zone that times are written in; always named next to the time.
#[derive(Clone, Copy, Debug, Default)]
pub enum Zone {
    /// Coordinated universal time.
    #[default]
    Utc,
    /// The viewer's own, by the minutes that it is ahead of UTC at a point in time.
    Local(fn(Timestamp) -> i32),
    /// None: times are told from now. Where that can't be, they are in UTC.
    Relative,
}

impl Zone {
    fn shift(self, time: Timestamp) -> (Timestamp, i32) {
        match self {
            Self::Utc | Self::Relative => (time, 0),
            Self::Local(ahead_at) => {
                let ahead = ahead_at(time);
                let millis = time.unix_millis() + i64::from(ahead) * 60_000;
                (Timestamp::from_unix_millis(millis), ahead)
            }
        }
    }

    /// The zone's name at a point in time: `UTC`, `UTC+1` or `UTC+5:30`.
    #[must_use]
    pub fn name(self, time: Timestamp) -> String {
        let (_, ahead) = self.shift(time);
        let mut name = String::from("UTC");
        if ahead != 0 {
            let sign = if ahead < 0 { '\u{2212}' } else { '+' };
            let (hours, minutes) = (ahead.abs() / 60, ahead.abs() % 60);
            _ = write!(name, "{sign}{hours}");
            if minutes != 0 {
                _ = write!(name, ":{minutes:02}");
            }
        }
        name
    }

    /// As in `12:01:21`.
    #[must_use]
    pub fn time(self, time: Timestamp) -> String {
        self.text(time)[11..19].to_owned()
    }

    /// As in `2026-11-22`.
    #[must_use]
    pub fn date(self, time: Timestamp) -> String {
        self.text(time)[..10].to_owned()
    }

    /// As in `2026-11-22 12:01:21.480 UTC`.
    #[must_use]
    pub fn exact(self, time: Timestamp) -> String {
        let text = self.text(time);
        let name = self.name(time);
        format!("{} {} {name}", &text[..10], &text[11..23])
    }

    /// As in `12:01:21 UTC` or `3 m ago`, with the date in front where it is another day than `now`'s.
    #[must_use]
    pub fn short(self, time: Timestamp, now: Timestamp) -> String {
        if let Self::Relative = self {
            return about_ago(time, now);
        }
        let clock = self.clock(time, now);
        let name = self.name(time);
        format!("{clock} {name}")
    }

    /// The same without the zone's name, for a column or a range that names it once.
    #[must_use]
    pub fn clock(self, time: Timestamp, now: Timestamp) -> String {
        if let Self::Relative = self {
            return about_ago(time, now);
        }
        let clock = self.time(time);
        if self.date(time) == self.date(now) {
            clock
        } else {
            format!("{} {clock}", self.date(time))
        }
    }

    /// RFC 3339 in the zone without its offset: `2026-11-22T12:01:21.480Z`; always 24 bytes.
    fn text(self, time: Timestamp) -> String {
        self.shift(time).0.to_string()
    }
}

/// How long ago, or until, in whole minutes: `3 m ago`, `2 h 05 m ago`, `in 4 m`.
#[must_use]
pub fn about_ago(time: Timestamp, now: Timestamp) -> String {
    const MINUTE: u64 = 60_000;
    let (length, is_past) = match now.since(time) {
        Some(length) => (length, true),
        None => (time.since(now).unwrap_or_default(), false),
    };
    let text = match length.millis() {
        millis if millis < MINUTE => "less than 1 m".to_owned(),
        millis if millis < 60 * MINUTE => format!("{} m", millis / MINUTE),
        _ => ticking(length),
    };
    if is_past {
        format!("{text} ago")
    } else {
        format!("in {text}")
    }
}

/// A finished length: `0.258 s`, `17.03 s`, `1 m 20.1 s`, `2 h 05 m`.
#[must_use]
pub fn duration(length: Seconds) -> String {
    let millis = length.millis();
    if millis < 60_000 {
        format!("{length} s")
    } else if millis < 3_600_000 {
        // Rounded to tenths first, so that 119,970 ms is 2 m 0.0 s and not 1 m 60.0 s.
        let tenths = (millis + 50) / 100;
        let (minutes, tenths) = (tenths / 600, tenths % 600);
        format!("{minutes} m {}.{} s", tenths / 10, tenths % 10)
    } else {
        ticking(length)
    }
}

/// A length that is still growing, in whole seconds: `16 s`, `1 m 42 s`, `2 h 05 m`.
#[must_use]
pub fn ticking(length: Seconds) -> String {
    let seconds = length.millis() / 1000;
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    if days > 0 {
        format!("{days} d {hours} h")
    } else if hours > 0 {
        format!("{hours} h {minutes:02} m")
    } else if minutes > 0 {
        format!("{minutes} m {seconds:02} s")
    } else {
        format!("{seconds} s")
    }
}

/// A usual length, which is not exact: `17 s`, `1 m 20 s`.
#[must_use]
pub fn about(length: Seconds) -> String {
    if length.millis() < 1000 {
        "under 1 s".to_owned()
    } else {
        ticking(Seconds::from_millis(length.millis() + 500))
    }
}

/// A place on the axis of a timeline: `0:30`, `12:00`, `1:00:00`.
#[must_use]
pub fn axis(offset: Seconds) -> String {
    let seconds = offset.millis() / 1000;
    let millis = offset.millis() % 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let mut text = if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    };
    if millis > 0 {
        let fraction = format!(".{millis:03}");
        text.push_str(fraction.trim_end_matches('0'));
    }
    text
}

/// A count with separators: `16,103`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number to two decimals at most, without trailing zeros: `92`, `87.5`, `33.33`.
#[must_use]
#[expect(clippy::cast_possible_truncation, reason = "saturates")]
pub fn decimal(number: f64) -> String {
    let hundredths = (number * 100.0).round() as i64;
    let sign = if hundredths < 0 { "-" } else { "" };
    let (whole, rest) = (hundredths.abs() / 100, hundredths.abs() % 100);
    let text = format!("{sign}{whole}.{rest:02}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A sum of tokens in a narrow place: `16,103`, `16,103+` where it is partial.
#[must_use]
pub fn tokens(usage: TotalTokenUsage) -> String {
    let known = usage.known.total();
    match (usage.partial, known) {
        (true, 0) => crate::words::NOT_REPORTED.to_owned(),
        (true, _) => format!("{}+", count(known)),
        (false, _) => count(known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn durations_keep_milliseconds_while_they_are_short() {
        for (millis, text) in [
            (0, "0 s"),
            (258, "0.258 s"),
            (17_030, "17.03 s"),
            (59_999, "59.999 s"),
            (60_000, "1 m 0.0 s"),
            (80_123, "1 m 20.1 s"),
            (119_970, "2 m 0.0 s"),
            (7_500_000, "2 h 05 m"),
        ] {
            assert_eq!(duration(Seconds::from_millis(millis)), text);
        }
    }

    #[test]
    fn a_time_is_written_with_its_zone() {
        let time = at("2026-03-29T23:30:00.480Z");
        let cet = Zone::Local(|time| {
            if time < at("2026-03-29T01:00:00Z") {
                60
            } else {
                120
            }
        });
        assert_eq!(Zone::Utc.exact(time), "2026-03-29 23:30:00.480 UTC");
        assert_eq!(cet.exact(time), "2026-03-30 01:30:00.480 UTC+2");
        assert_eq!(cet.short(time, time), "01:30:00 UTC+2");
        assert_eq!(cet.name(at("2026-03-29T00:59:59Z")), "UTC+1");
        assert_eq!(Zone::Local(|_| 330).name(time), "UTC+5:30");
        assert_eq!(Zone::Local(|_| -210).name(time), "UTC\u{2212}3:30");
    }

    #[test]
    fn relative_times_are_told_from_now() {
        let now = at("2026-11-22T12:00:00Z");
        for (time, text) in [
            ("2026-11-22T12:00:00Z", "less than 1 m ago"),
            ("2026-11-22T11:59:00.001Z", "less than 1 m ago"),
            ("2026-11-22T11:59:00Z", "1 m ago"),
            ("2026-11-22T09:55:10Z", "2 h 04 m ago"),
            ("2026-11-18T10:00:00Z", "4 d 2 h ago"),
            ("2026-11-22T12:04:30Z", "in 4 m"),
        ] {
            assert_eq!(Zone::Relative.short(at(time), now), text);
        }
        assert_eq!(
            Zone::Relative.exact(now),
            "2026-11-22 12:00:00.000 UTC",
            "an exact time has a zone"
        );
    }

    #[test]
    fn another_day_is_said() {
        let time = at("2026-11-22T23:59:59Z");
        assert_eq!(
            Zone::Utc.short(time, at("2026-11-23T00:00:01Z")),
            "2026-11-22 23:59:59 UTC"
        );
    }

    #[test]
    fn times_at_the_edge_of_the_calendar_do_not_panic() {
        for millis in [i64::MIN, i64::MAX] {
            let time = Timestamp::from_unix_millis(millis);
            assert!(!Zone::Local(|_| 840).exact(time).is_empty());
            assert!(!Zone::Local(|_| -840).exact(time).is_empty());
        }
    }

    #[test]
    fn decimals_are_short() {
        for (number, text) in [
            (92.0, "92"),
            (87.5, "87.5"),
            (100.0 / 3.0, "33.33"),
            (0.0, "0"),
            (-0.25, "-0.25"),
            (f64::NAN, "0"),
        ] {
            assert_eq!(decimal(number), text);
        }
    }

    #[test]
    fn counts_have_separators() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(16_103), "16,103");
        assert_eq!(count(1_000_000), "1,000,000");
    }
}

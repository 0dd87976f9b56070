//! The forms of files, and their names.

use http::HeaderValue;
use status_model::{SessionId, Timestamp};

/// The form of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// As the API answers it, laid out for people.
    #[default]
    Json,
    /// For spreadsheets.
    Csv,
}

impl Format {
    /// By its name in an address.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    pub(crate) const fn media_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8; header=present",
        })
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }
}

/// Longer ids are cut: file systems take names of 255 bytes, and people shorter ones.
const MAX_ID_CHARS: usize = 128;

/// As in `session-f2bf339a.csv`, also where the id begins with `session-` itself.
///
/// Of the characters of an id, `:` and `@` are not for the names of files everywhere.
pub(crate) fn session_name(id: &SessionId, format: Format) -> String {
    let id = id.as_str();
    let id = id.strip_prefix("session-").unwrap_or(id);
    let id: String = id.chars().take(MAX_ID_CHARS).collect();
    format!(
        "session-{}.{}",
        id.replace([':', '@'], "_"),
        format.extension()
    )
}

/// As in `sessions-2026-11-22T200000Z.csv`.
pub(crate) fn list_name(now: Timestamp, format: Format) -> String {
    let second: String = now.to_string().chars().take_while(|c| *c != '.').collect();
    format!(
        "sessions-{}Z.{}",
        second.replace(':', ""),
        format.extension()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_everywhere_and_short() {
        let name = |id: &str| session_name(&id.parse().unwrap(), Format::Csv);
        assert_eq!(name("f2bf339a"), "session-f2bf339a.csv");
        assert_eq!(name("session-f2bf339a"), "session-f2bf339a.csv");
        assert_eq!(name("a:b@c..d"), "session-a_b_c..d.csv");
        assert_eq!(name(&"x".repeat(256)).len(), 8 + 128 + 4);
    }

    #[test]
    fn a_list_is_named_by_its_second() {
        let now = "2026-11-22T20:00:00.123Z".parse().unwrap();
        assert_eq!(
            list_name(now, Format::Json),
            "sessions-2026-11-22T200000Z.json"
        );
    }
}

//! The numbers at the top.

use status_model::{
    AgentName, Timestamp,
    api::{Overview, UsualDuration},
};

use super::tile::{length, started};
use crate::{mark::Mark, words};

/// A number with what it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountView {
    /// Names it for styles and tests, as in `running`.
    pub name: &'static str,
    /// Its shape and colour; none where the number says nothing good or bad.
    pub mark: Option<Mark>,
    /// The number.
    pub value: String,
    /// What it counts.
    pub label: String,
}

pub(super) fn counts(overview: &Overview, now: Timestamp) -> Vec<CountView> {
    let tally = overview.tally;
    // A shape in colour is for what is there.
    let state = |name, number: u64, mark, label: &str| CountView {
        name,
        mark: (number > 0).then_some(mark),
        value: short(number),
        label: label.to_owned(),
    };
    let plain = |name, value: Option<String>, label: String| CountView {
        name,
        mark: None,
        value: value.unwrap_or_else(|| words::wall::NONE.to_owned()),
        label,
    };
    let oldest = overview.oldest_running.as_ref();
    let oldest_for = oldest.and_then(|row| now.since(started(row)?)).map(length);
    let oldest = match oldest.and_then(|row| row.document_id.as_deref()) {
        Some(document) => format!("{}: {document}", words::wall::OLDEST),
        None => words::wall::OLDEST.to_owned(),
    };
    let whole = overview.usual_durations.whole.map(usual_length);
    let nobody_reported = tally.tokens.partial && tally.tokens.known.is_zero();
    let tokens = (!nobody_reported).then(|| short(tally.tokens.known.total()));
    let tokens_label = if tally.tokens.partial {
        words::wall::TOKENS_PARTIAL
    } else {
        words::wall::TOKENS
    };
    vec![
        state(
            "running",
            tally.running,
            Mark::Running,
            words::wall::RUNNING,
        ),
        state("failed", tally.failed, Mark::Failed, words::wall::FAILED),
        state("stuck", tally.stuck, Mark::Warning, words::wall::STUCK),
        state(
            "completed",
            tally.completed,
            Mark::Done,
            words::wall::COMPLETED,
        ),
        plain("oldest", oldest_for, oldest),
        plain("usual", whole, words::wall::USUAL.to_owned()),
        plain("tokens", tokens, tokens_label.to_owned()),
    ]
}

/// As in `Usually PDF adapter 1:20 · trade extraction 0:45`.
pub(super) fn usual(overview: &Overview) -> Option<String> {
    let usual = &overview.usual_durations;
    let known = AgentName::ALL.into_iter().filter_map(|name| {
        let length = usual_length(usual.of(name)?);
        Some(format!("{} {length}", words::agent_within(name)))
    });
    let known: Vec<_> = known.collect();
    (!known.is_empty()).then(|| format!("{} {}", words::wall::USUALLY, known.join(" · ")))
}

fn usual_length(usual: UsualDuration) -> String {
    let half_up = usual.median.millis() + 500;
    length(status_model::Seconds::from_millis(half_up))
}

/// Three digits at least, and a unit: `188`, `9,999`, `16.1 k`, `3.4 M`.
fn short(number: u64) -> String {
    let (unit, name) = match number {
        0..10_000 => return crate::format::count(number),
        10_000..1_000_000 => (1_000, "k"),
        1_000_000..1_000_000_000 => (1_000_000, "M"),
        _ => (1_000_000_000, "G"),
    };
    // Cut and not rounded, so that 999,999 is no 1000 k.
    let (whole, tenth) = (number / unit, number % unit / (unit / 10));
    if whole < 100 {
        format!("{whole}.{tenth} {name}")
    } else {
        format!("{} {name}", crate::format::count(whole))
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn large_numbers_are_short() {
        for (number, text) in [
            (0, "0"),
            (9_999, "9,999"),
            (16_103, "16.1 k"),
            (999_999, "999 k"),
            (3_412_000, "3.4 M"),
            (2_000_000_000_000, "2,000 G"),
        ] {
            assert_eq!(super::short(number), text);
        }
    }
}

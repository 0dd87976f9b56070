//! The outbox's file, line by line: JSON, one record a line, and a version in each.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};
use status_model::{SessionId, Timestamp, change::Change};

/// The form in which this version writes, and the only one that it reads.
const VERSION: u32 = 1;

/// A report that the store has not taken yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    /// Of this session.
    pub session_id: SessionId,
    /// When it was made. It is of this moment, however late the store takes it.
    pub at: Timestamp,
    /// What it says.
    pub change: Change,
}

/// One line.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Record {
    /// The first one: which store all of them are for.
    Store(String),
    /// A report, and its number in this file.
    Keep { number: u64, report: Box<Report> },
    /// The reports of these numbers are dealt with.
    Done(Vec<u64>),
}

#[derive(Serialize, Deserialize)]
struct Line {
    v: u32,
    #[serde(flatten)]
    record: Record,
}

/// A number, a text and dates are always JSON, so nothing is lost here.
fn line(record: Record) -> String {
    let line = Line { v: VERSION, record };
    let mut text = serde_json::to_string(&line).unwrap_or_default();
    text.push('\n');
    text
}

/// The first line: which store the reports are for.
pub(super) fn header(store: &str) -> String {
    line(Record::Store(store.to_owned()))
}

/// The line of a report.
pub(super) fn keep(number: u64, report: &Report) -> String {
    let report = Box::new(report.clone());
    line(Record::Keep { number, report })
}

/// The line that says that these are dealt with.
pub(super) fn done(numbers: Vec<u64>) -> String {
    line(Record::Done(numbers))
}

/// What a file holds.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Contents {
    /// Which store it is for; nothing in an empty file.
    pub store: Option<String>,
    /// What is not yet dealt with, oldest first.
    pub reports: Vec<Report>,
    /// So many lines say nothing to this version.
    pub unreadable: usize,
}

/// Reads a file. Its last line may be cut off, where the writer died in the middle of it: nobody
/// was told that it is kept.
pub(super) fn read(file: &[u8]) -> Contents {
    let mut contents = Contents::default();
    let mut pending = BTreeMap::new();
    let (whole, torn) = match file.iter().rposition(|byte| *byte == b'\n') {
        Some(end) => file.split_at(end + 1),
        None => (&[][..], file),
    };
    for text in whole.split(|byte| *byte == b'\n').chain([torn]) {
        match decode(text) {
            Some(Record::Store(store)) => contents.store = Some(store),
            Some(Record::Keep { number, report }) => {
                pending.insert(number, *report);
            }
            Some(Record::Done(numbers)) => {
                for number in numbers {
                    pending.remove(&number);
                }
            }
            None => contents.unreadable += usize::from(!text.is_empty() && text != torn),
        }
    }
    contents.reports = pending.into_values().collect();
    contents
}

fn decode(text: &[u8]) -> Option<Record> {
    let line: Line = serde_json::from_slice(text).ok()?;
    (line.v == VERSION).then_some(line.record)
}

/// What several files hold, oldest first and each report once: a process that died while it took
/// over another one's file has left them in both.
pub(super) fn merged(files: Vec<Vec<Report>>) -> Vec<Report> {
    if files.len() == 1 {
        // In the order in which they were made, even where the clock was set back meanwhile.
        return files.into_iter().flatten().collect();
    }
    let mut seen = HashSet::new();
    let all = files.into_iter().flatten();
    let mut reports: Vec<_> = all.filter(|report| seen.insert(keep(0, report))).collect();
    reports.sort_by_key(|report| report.at);
    reports
}

#[cfg(test)]
mod tests {
    use status_model::{
        AgentName, AgentStatus, Seconds,
        change::{AgentUpdate, FinalStatus, StartSession},
    };

    use super::*;

    fn report(name: &str, millis: i64) -> Report {
        Report {
            session_id: name.parse().unwrap(),
            at: Timestamp::from_unix_millis(millis),
            change: Change::Start(StartSession::default()),
        }
    }

    fn file(lines: &[String]) -> Vec<u8> {
        lines.concat().into_bytes()
    }

    #[test]
    fn what_is_not_done_is_read_back_in_its_order() {
        let update = AgentUpdate {
            duration: Some(Seconds::from_millis(78_123)),
            confidence_score: Some(0.1 + 0.2),
            error: Some("two\nlines".to_owned()),
            ..AgentUpdate::new(AgentStatus::Error)
        };
        let of_agent = Report {
            change: Change::Report(AgentName::TradeMatching, Box::new(update)),
            ..report("b", 2)
        };
        let end = Report {
            change: Change::Finalize(FinalStatus::Failed),
            ..report("b", 3)
        };
        let lines = [
            header("sqlite:a.db"),
            keep(1, &report("a", 1)),
            keep(2, &of_agent),
            done(vec![1]),
            keep(3, &end),
        ];
        let expected = Contents {
            store: Some("sqlite:a.db".to_owned()),
            reports: vec![of_agent, end],
            unreadable: 0,
        };
        assert_eq!(read(&file(&lines)), expected);
        assert_eq!(read(b""), Contents::default());
    }

    #[test]
    fn a_file_that_is_cut_anywhere_keeps_every_whole_line() {
        let lines = [
            header("s"),
            keep(1, &report("a", 1)),
            keep(2, &report("b", 2)),
        ];
        let whole = file(&lines);
        for length in 0..=whole.len() {
            let contents = read(&whole[..length]);
            let kept = whole[..length].split(|byte| *byte == b'\n').count() - 1;
            // The header is no report; the last line says all without its line break too.
            let known = contents.reports.len();
            assert!(
                known + 1 >= kept && known <= kept,
                "{length}: {known}, {kept}"
            );
            assert_eq!(contents.unreadable, 0, "{length}");
        }
    }

    #[test]
    fn what_another_version_wrote_is_counted_and_left_aside() {
        let newer = keep(1, &report("a", 1)).replace("\"v\":1", "\"v\":2");
        let contents = read(&file(&[newer, "nonsense\n".to_owned(), header("s")]));
        assert_eq!((contents.unreadable, contents.reports.len()), (2, 0));
    }

    #[test]
    fn what_was_taken_over_by_halves_is_there_once() {
        let (a, b, c) = (report("a", 1), report("b", 2), report("c", 3));
        let files = vec![vec![a.clone(), c.clone()], vec![a.clone(), b.clone()]];
        assert_eq!(merged(files), [a, b, c]);
    }
}

//! Many sessions, a line each, page by page.

use bytes::Bytes;
use status_model::{
    SourceType, TokenUsage, Warning,
    api::{SessionRow, Strip},
};
use status_store::StoreError;

use super::{
    Format,
    csv::{self, known, known_text, text},
};

/// The columns of a list as CSV.
const COLUMNS: [&str; 21] = [
    "sessionId",
    "documentId",
    "correlationId",
    "sourceType",
    "status",
    "startedAt",
    "completedAt",
    "durationSeconds",
    "pdfAdapter",
    "tradeExtraction",
    "tradeMatching",
    "exceptionManagement",
    "inputTokens",
    "outputTokens",
    "totalTokens",
    "tokensPartial",
    "errorAgent",
    "error",
    "warnings",
    "createdAt",
    "lastUpdated",
];

/// Which part of a file a page is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// Nothing is before it.
    pub(crate) is_first: bool,
    /// Nothing is behind it: only this part ends the file.
    pub(crate) is_last: bool,
}

/// A page of rows as a part of a file.
///
/// # Errors
/// [`StoreError::Refused`] where it can't be written: then the store gave what no store may give.
pub(crate) fn part(rows: &[SessionRow], part: Part, format: Format) -> Result<Bytes, StoreError> {
    match format {
        Format::Json => json(rows, part),
        Format::Csv => csv(rows, part),
    }
}

/// An array with a row in each line.
fn json(rows: &[SessionRow], part: Part) -> Result<Bytes, StoreError> {
    let mut text = Vec::new();
    let mut separator: &[u8] = if part.is_first { b"[\n" } else { b",\n" };
    for row in rows {
        text.extend_from_slice(separator);
        serde_json::to_writer(&mut text, row)
            .map_err(|error| StoreError::Refused(format!("not to be written as JSON: {error}")))?;
        separator = b",\n";
    }
    if part.is_last {
        let is_empty = part.is_first && rows.is_empty();
        text.extend_from_slice(if is_empty { b"[]\n" } else { b"\n]\n" });
    }
    Ok(text.into())
}

fn csv(rows: &[SessionRow], part: Part) -> Result<Bytes, StoreError> {
    let header = part.is_first.then(|| csv::header(COLUMNS));
    let lines = csv::lines(header.into_iter().chain(rows.iter().map(line)))?;
    Ok(if part.is_first {
        [csv::BYTE_ORDER_MARK.as_bytes(), &lines].concat().into()
    } else {
        lines.into()
    })
}

fn line(row: &SessionRow) -> [String; COLUMNS.len()] {
    let strip = row.agents.as_ref().map(Strip::each);
    let state = |index: usize| known_text(strip.map(|agents| agents[index].1.as_str()));
    let usage = known_usage(row);
    let error = row.error.as_ref();
    [
        text(row.session_id.as_str()),
        known_text(row.document_id.as_deref()),
        known_text(row.correlation_id.as_deref()),
        known_text(row.source_type.as_ref().map(SourceType::as_str)),
        text(row.status.as_str()),
        known(row.started_at),
        known(row.completed_at),
        known(row.total_duration),
        state(0),
        state(1),
        state(2),
        state(3),
        known(usage.map(|usage| usage.input)),
        known(usage.map(|usage| usage.output)),
        known(usage.map(TokenUsage::total)),
        known(row.total_token_usage.map(|usage| usage.partial)),
        known(error.map(|error| error.agent)),
        known_text(error.and_then(|error| error.message.as_deref())),
        warnings(&row.warnings),
        known(row.created_at),
        known(row.last_updated),
    ]
}

/// A sum of nothing is not zero: nobody can have reported before any agent has run, and nothing
/// was reported where a partial sum is zero.
fn known_usage(row: &SessionRow) -> Option<TokenUsage> {
    let mut agents = row.agents.iter().flat_map(Strip::each);
    let has_run = agents.any(|(_, status)| status.has_run());
    let total = row.total_token_usage.filter(|_| has_run)?;
    (!total.partial || !total.known.is_zero()).then_some(total.known)
}

/// With blanks between.
pub(super) fn warnings(warnings: &[Warning]) -> String {
    let words: Vec<_> = warnings.iter().map(|warning| warning.as_str()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use status_model::Session;

    use super::*;

    fn rows(names: &[&str]) -> Vec<SessionRow> {
        let session = |name: &&str| Session::new(name.parse().unwrap());
        names
            .iter()
            .map(session)
            .map(|s| SessionRow::from(&s))
            .collect()
    }

    fn written(names: &[&str], is_first: bool, is_last: bool, format: Format) -> String {
        let bytes = part(&rows(names), Part { is_first, is_last }, format).unwrap();
        String::from_utf8(bytes.into()).unwrap()
    }

    #[test]
    fn an_empty_list_is_a_file_too() {
        assert_eq!(written(&[], true, true, Format::Json), "[]\n");
        let csv = written(&[], true, true, Format::Csv);
        assert_eq!(csv, format!("\u{feff}{}\r\n", COLUMNS.join(",")));
    }

    #[test]
    fn parts_make_one_array_which_only_the_last_one_ends() {
        let parts = [
            written(&["a", "b"], true, false, Format::Json),
            // A store may answer a page of nothing on the way.
            written(&[], false, false, Format::Json),
            written(&["c"], false, true, Format::Json),
        ];
        let whole: serde_json::Value = serde_json::from_str(&parts.concat()).unwrap();
        assert_eq!(whole.as_array().unwrap().len(), 3);
        assert!(serde_json::from_str::<serde_json::Value>(&parts[..2].concat()).is_err());
    }

    #[test]
    fn what_nobody_has_reported_is_empty() {
        let csv = written(&["a"], false, true, Format::Csv);
        let pending = "pending,pending,pending,pending";
        assert_eq!(
            csv,
            format!("a,,,,initializing,,,,{pending},,,,false,,,,,\r\n")
        );
    }
}

//! Lines of cells, as RFC 4180 and spreadsheets want them.

use ::csv::{Terminator, WriterBuilder};
use status_store::StoreError;

use crate::plain;

/// What a file begins with. Without it Excel takes UTF-8 for the code page of its country, and
/// every accent in an error for two other characters; what else reads CSV passes it over. Programs
/// that mind have the JSON.
pub(super) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// How a spreadsheet knows a formula; some take the wide forms for the same.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
/// A spreadsheet is brought to look for a formula behind these.
const BEFORE_FORMULA: [char; 3] = ['\t', '\r', '\n'];

/// Lines that end in CRLF; cells with commas, quotes or line breaks are in quotes.
///
/// # Errors
/// [`StoreError::Refused`] where they can't be written, which memory gives no reason for.
pub(super) fn lines<const N: usize>(
    lines: impl IntoIterator<Item = [String; N]>,
) -> Result<Vec<u8>, StoreError> {
    let refused = |error: String| StoreError::Refused(format!("not to be written as CSV: {error}"));
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    for line in lines {
        let written = writer.write_record(line.iter());
        written.map_err(|error| refused(error.to_string()))?;
    }
    let written = writer.into_inner();
    written.map_err(|error| refused(error.to_string()))
}

/// The line with the columns' names.
pub(super) fn header<const N: usize>(columns: [&str; N]) -> [String; N] {
    columns.map(str::to_owned)
}

/// A cell with a text of somebody else's, which no spreadsheet takes for a formula.
pub(super) fn text(text: impl AsRef<str>) -> String {
    let text = text.as_ref();
    if is_formula(text) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Some spreadsheets pass over what is not seen before they look for a formula.
fn is_formula(text: &str) -> bool {
    let is_unseen = |c: char| c.is_whitespace() || plain::is_harmful(c) || c == '\u{200b}';
    text.starts_with(BEFORE_FORMULA) || text.trim_start_matches(is_unseen).starts_with(FORMULA)
}

/// A cell with a text, empty where it is not known.
pub(super) fn known_text(known: Option<impl AsRef<str>>) -> String {
    known.map(text).unwrap_or_default()
}

/// A cell with a number or a time that we write ourselves, empty where it is not known.
pub(super) fn known(known: Option<impl ToString>) -> String {
    known.map(|value| value.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(cells: [&str; 2]) -> String {
        String::from_utf8(lines([header(cells)]).unwrap()).unwrap()
    }

    #[test]
    fn commas_quotes_and_line_breaks_stay_within_their_cell() {
        assert_eq!(written(["a", "b"]), "a,b\r\n");
        assert_eq!(written(["a,b", ""]), "\"a,b\",\r\n");
        assert_eq!(written(["say \"no\"", "x"]), "\"say \"\"no\"\"\",x\r\n");
        assert_eq!(written(["one\ntwo", "\r"]), "\"one\ntwo\",\"\r\"\r\n");
    }

    #[test]
    fn no_text_is_a_formula() {
        for formula in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            "\tx",
            " =1",
            "\u{a0}=1",
            "\u{200b}=1",
            "\u{feff}=1",
            "\0=1",
            "＝1",
            "＋1",
            "－1",
            "＠SUM(A1)",
        ] {
            assert_eq!(text(formula), format!("'{formula}"));
        }
        for harmless in ["", "a=b", "1-1", "'=1", "HTTP 429", " a", "\u{feff}"] {
            assert_eq!(text(harmless), harmless);
        }
    }

    #[test]
    fn what_is_not_known_is_empty() {
        assert_eq!(known(None::<u64>), "");
        assert_eq!(known(Some(0)), "0");
        assert_eq!(known_text(None::<&str>), "");
    }
}

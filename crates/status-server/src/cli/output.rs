//! What is printed. Where nobody reads it any more, the work goes on all the same.

use std::io::{self, Write};

use crate::plain;

/// A line on standard output: a result.
pub(super) fn line(text: &str) {
    let mut stdout = io::stdout().lock();
    let _ = writeln!(stdout, "{text}");
}

/// A line on standard error: what people are told. What is no printable character, in the data of
/// others perhaps, is not passed on to their terminal.
pub(super) fn note(text: &str) {
    let text = text.replace(plain::is_harmful, " ");
    let mut stderr = io::stderr().lock();
    let _ = writeln!(stderr, "{text}");
}

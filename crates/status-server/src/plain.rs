//! Text of others on its way into a log, a terminal or a table: what of it does more than be read.

use std::borrow::Cow;
use std::fmt::Write;

/// Does the character steer a terminal, end a line for some program, change the direction in which
/// the others are read, or is it none at all?
pub(crate) fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
            | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}')
}

/// The text with all that is harmful in it, but what is in `allowed`, written as in `\u001b`: so it
/// can stand in JSON too.
pub(crate) fn escaped<'a>(text: &'a str, allowed: &[char]) -> Cow<'a, str> {
    let is_escaped = |c: char| is_harmful(c) && !allowed.contains(&c);
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_escaped(c) {
            // Writing to a text can't fail, and all of them have four digits at most.
            let _ = write!(plain, "\\u{:04x}", u32::from(c));
        } else {
            plain.push(c);
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_more_than_be_read_is_written_out() {
        for (text, expected) in [
            ("PDF adapter: größer als 1 €", "PDF adapter: größer als 1 €"),
            ("a\r\nb", r"a\u000d\u000ab"),
            ("\u{1b}[31m\u{9b}0m", r"\u001b[31m\u009b0m"),
            ("a\u{2028}b\u{85}c", r"a\u2028b\u0085c"),
            ("\u{202e}gpj.exe", r"\u202egpj.exe"),
            ("\0\u{feff}", r"\u0000\ufeff"),
        ] {
            assert_eq!(escaped(text, &[]), expected);
        }
        assert_eq!(escaped("\u{1b}[1m\n", &['\u{1b}']), "\u{1b}[1m\\u000a");
    }
}

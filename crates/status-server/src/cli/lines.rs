//! Input, line by line, however long it is.

use std::io::{self, BufRead, Read};

/// A line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// Without its end; nothing where it is longer than can be taken.
    pub(super) text: Option<Vec<u8>>,
}

/// The lines of an input, none of them longer in memory than a limit.
pub(super) struct Lines<R> {
    input: R,
    number: u64,
    max_length: usize,
}

impl<R: BufRead> Lines<R> {
    pub(super) const fn new(input: R, max_length: usize) -> Self {
        Self {
            input,
            number: 0,
            max_length,
        }
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        let mut text = Vec::new();
        let limit = self.max_length as u64 + 1;
        let length = (&mut self.input).take(limit).read_until(b'\n', &mut text)?;
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        let is_whole = text.last() == Some(&b'\n');
        if is_whole {
            text.pop();
        } else if text.len() > self.max_length {
            self.input.skip_until(b'\n')?;
            return Ok(Some(Line {
                number: self.number,
                text: None,
            }));
        }
        Ok(Some(Line {
            number: self.number,
            text: Some(text),
        }))
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(input: &str) -> Vec<(u64, Option<String>)> {
        Lines::new(input.as_bytes(), 4)
            .map(|line| {
                let Line { number, text } = line.unwrap();
                (number, text.map(|text| String::from_utf8(text).unwrap()))
            })
            .collect()
    }

    #[test]
    fn lines_are_numbered_and_those_that_are_too_long_are_passed_over() {
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            lines("1234\n\n12345\n1234567890\nend"),
            [
                (1, text("1234")),
                (2, text("")),
                (3, None),
                (4, None),
                (5, text("end"))
            ]
        );
        assert_eq!(lines(""), []);
        assert_eq!(lines("12345"), [(1, None)]);
    }
}

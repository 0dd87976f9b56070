//! A text to the items in it: one a line, or spread over several.

use std::{
    fmt,
    io::{self, BufRead},
};

use serde_json::Value;
use status_model::{Session, item};

use crate::cli::lines::{Line, Lines};

/// An item of the table has at most 400 kB; typed JSON with indentation is some times larger.
const MAX_ITEM: usize = 16 * 1024 * 1024;

/// An item, or what stands where one should.
pub(super) struct Item {
    /// Where it stands.
    pub(super) place: Place,
    /// The session that it is, or why it is none.
    pub(super) session: Result<Box<Session>, String>,
}

/// The lines of an item, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    first: u64,
    last: u64,
}

impl Place {
    const fn line(number: u64) -> Self {
        Self {
            first: number,
            last: number,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last } = self;
        if first == last {
            write!(f, "line {first}")
        } else {
            write!(f, "lines {first} to {last}")
        }
    }
}

/// The items of a text.
pub(super) struct Items<R> {
    lines: Lines<R>,
    /// An object that has begun and not ended.
    begun: Option<Begun>,
    /// A line that was read while another item was waiting to be given out.
    next: Option<Line>,
}

struct Begun {
    place: Place,
    text: Vec<u8>,
    nesting: Nesting,
}

impl<R: BufRead> Items<R> {
    pub(super) const fn new(input: R) -> Self {
        Self {
            lines: Lines::new(input, MAX_ITEM),
            begun: None,
            next: None,
        }
    }

    fn read(&mut self) -> io::Result<Option<Item>> {
        loop {
            let line = match self.next.take() {
                Some(line) => line,
                None => match self.lines.next().transpose()? {
                    Some(line) => line,
                    None => return Ok(self.begun.take().map(Begun::end)),
                },
            };
            if let Some(item) = self.take(line) {
                return Ok(Some(item));
            }
        }
    }

    /// Takes a line in; answers an item where one has come to its end with it.
    fn take(&mut self, line: Line) -> Option<Item> {
        let Some(text) = line.text else {
            let mut place = Place::line(line.number);
            if let Some(begun) = self.begun.take() {
                place.first = begun.place.first;
            }
            return Some(Item::refused(place, TOO_LONG));
        };
        if let Some(mut begun) = self.begun.take() {
            // An object that lacks its end must not swallow the items behind it.
            if is_item(&text) {
                self.next = Some(Line {
                    text: Some(text),
                    ..line
                });
                return Some(begun.end());
            }
            begun.add(&text);
            return self.go_on(begun);
        }
        if text.trim_ascii().is_empty() {
            return None;
        }
        let mut nesting = Nesting::default();
        nesting.read(&text);
        let begun = Begun {
            place: Place::line(line.number),
            text,
            nesting,
        };
        self.go_on(begun)
    }

    fn go_on(&mut self, begun: Begun) -> Option<Item> {
        if !begun.nesting.is_open() {
            return Some(begun.end());
        }
        if begun.text.len() > MAX_ITEM {
            return Some(Item::refused(begun.place, TOO_LONG));
        }
        self.begun = Some(begun);
        None
    }
}

impl<R: BufRead> Iterator for Items<R> {
    type Item = io::Result<Item>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        if read.is_err() {
            // What has begun before the input broke off is no item.
            self.begun = None;
        }
        read.transpose()
    }
}

const TOO_LONG: &str = "it is longer than any item of a table";

impl Item {
    fn refused(place: Place, why: &str) -> Self {
        Self {
            place,
            session: Err(why.to_owned()),
        }
    }
}

impl Begun {
    fn add(&mut self, line: &[u8]) {
        self.text.push(b'\n');
        self.text.extend_from_slice(line);
        self.nesting.read(line);
        self.place.last += 1;
    }

    fn end(self) -> Item {
        Item {
            place: self.place,
            session: session(&self.text),
        }
    }
}

fn session(text: &[u8]) -> Result<Box<Session>, String> {
    let value: Value = serde_json::from_slice(text).map_err(|error| {
        let text = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let reason = text.strip_suffix(&place).unwrap_or(&text);
        format!("it is no JSON: {reason} (column {})", error.column())
    })?;
    if value.get("Items").is_some_and(Value::is_array) {
        return Err(
            "it is the answer of a scan with many items in it; make one item a line of \
                    them with: jq -c '.Items[]'"
                .to_owned(),
        );
    }
    item::from_typed(&value)
        .map(Box::new)
        .map_err(|error| error.to_string())
}

/// Is the line an item by itself, rather than a part of one?
fn is_item(line: &[u8]) -> bool {
    let is_object = line.first() == Some(&b'{') && {
        let mut nesting = Nesting::default();
        nesting.read(line);
        !nesting.is_open()
    };
    is_object
        && serde_json::from_slice(line).is_ok_and(|value: Value| item::from_typed(&value).is_ok())
}

/// How deep within objects and lists a text has come.
#[derive(Clone, Copy, Debug, Default)]
struct Nesting {
    depth: usize,
    /// It can't become whole any more, whatever follows.
    is_broken: bool,
}

impl Nesting {
    /// Reads a line; no text within quotes goes on beyond its end.
    fn read(&mut self, line: &[u8]) {
        let (mut in_text, mut is_escaped) = (false, false);
        for byte in line {
            match byte {
                _ if is_escaped => is_escaped = false,
                b'\\' if in_text => is_escaped = true,
                b'"' => in_text = !in_text,
                b'{' | b'[' if !in_text => self.depth += 1,
                b'}' | b']' if !in_text => match self.depth.checked_sub(1) {
                    Some(depth) => self.depth = depth,
                    None => self.is_broken = true,
                },
                _ => {}
            }
        }
        self.is_broken |= in_text;
    }

    /// Has something begun that may still come to its end?
    const fn is_open(self) -> bool {
        self.depth > 0 && !self.is_broken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Result<String, String>)> {
        Items::new(text.as_bytes())
            .map(|item| {
                let Item { place, session } = item.unwrap();
                let id = session.map(|session| session.session_id.to_string());
                (place.to_string(), id)
            })
            .collect()
    }

    fn good(place: &str, id: &str) -> (String, Result<String, String>) {
        (place.to_owned(), Ok(id.to_owned()))
    }

    const ONE: &str = r#"{"sessionId":{"S":"one"}}"#;
    const TWO: &str = r#"{"Item":{"processing_id":{"S":"two"}}}"#;
    const SPREAD: &str = "{\n  \"sessionId\": {\n    \"S\": \"spread\"\n  }\n}";

    #[test]
    fn one_item_a_line_bare_or_wrapped() {
        assert_eq!(
            read(&format!("{ONE}\n\n{TWO}\r\n")),
            [good("line 1", "one"), good("line 3", "two")]
        );
        assert_eq!(read(""), []);
        assert_eq!(read("\n \n"), []);
    }

    #[test]
    fn items_that_are_spread_over_lines() {
        assert_eq!(read(SPREAD), [good("lines 1 to 5", "spread")]);
        assert_eq!(
            read(&format!("{SPREAD}\n{ONE}\n{SPREAD}\n")),
            [
                good("lines 1 to 5", "spread"),
                good("line 6", "one"),
                good("lines 7 to 11", "spread")
            ]
        );
    }

    #[test]
    fn brackets_and_quotes_within_texts_are_texts() {
        let item = r#"{"sessionId":{"S":"x"},"activity":{"S":"a \" } ] { [ \\"}}"#;
        assert_eq!(read(&format!("{item}\n{ONE}")).len(), 2);
        assert!(read(item)[0].1.is_ok());
    }

    #[test]
    fn what_can_not_be_read_is_named_and_the_others_are_read() {
        for (broken, place, reason) in [
            ("{\"sessionId\": {\"S\": \"cut", "line 2", "it is no JSON"),
            (
                "{\"sessionId\": {\"S\": \"cut\"}",
                "line 2",
                "it is no JSON",
            ),
            ("{\"sessionId\":\n{\"S\":", "lines 2 to 3", "it is no JSON"),
            ("}", "line 2", "it is no JSON"),
            ("nonsense", "line 2", "it is no JSON"),
            ("[1]", "line 2", "not an object"),
            ("{}", "line 2", "no sessionId"),
            (
                "{\"sessionId\":\"plain\"}",
                "line 2",
                "attribute sessionId is not",
            ),
            (
                "{\"sessionId\":{\"S\":\"a b\"}}",
                "line 2",
                "a session id has",
            ),
            (
                "{\"Items\":[],\"Count\":0}",
                "line 2",
                "it is the answer of a scan",
            ),
        ] {
            let items = read(&format!("{ONE}\n{broken}\n{TWO}"));
            assert_eq!(items.len(), 3, "{broken}: {items:?}");
            assert!(items[0].1.is_ok() && items[2].1.is_ok(), "{items:?}");
            assert_eq!(items[1].0, place, "{broken}");
            let error = items[1].1.as_ref().unwrap_err();
            assert!(error.starts_with(reason), "{broken}: {error}");
        }
    }

    #[test]
    fn an_item_that_has_no_end_is_named_at_the_end() {
        let items = read(&format!("{ONE}\n{{\n\"a\":"));
        assert_eq!(items.len(), 2);
        assert_eq!(items[1].0, "lines 2 to 3");
        assert!(items[1].1.is_err());
    }
}

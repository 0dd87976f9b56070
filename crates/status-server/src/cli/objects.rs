//! A text to the objects in it: one a line, or spread over several.

use std::{
    fmt,
    io::{self, BufRead},
};

use super::lines::{Line, Lines};

/// An object, or what stands where one should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    /// Where it stands.
    pub(super) place: Place,
    /// Nothing where it is longer than can be taken.
    pub(super) text: Option<Vec<u8>>,
}

/// The lines of an object, from 1.
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

/// The objects of a text, none of them longer in memory than a limit.
pub(super) struct Objects<R> {
    lines: Lines<R>,
    max_length: usize,
    /// Is a line what is looked for by itself, rather than a part of it?
    is_whole: fn(&[u8]) -> bool,
    /// An object that has begun and not ended.
    begun: Option<Begun>,
    /// A line that was read while another object was waiting to be given out.
    next: Option<Line>,
}

struct Begun {
    place: Place,
    text: Vec<u8>,
    nesting: Nesting,
}

impl<R: BufRead> Objects<R> {
    pub(super) const fn new(input: R, max_length: usize, is_whole: fn(&[u8]) -> bool) -> Self {
        Self {
            lines: Lines::new(input, max_length),
            max_length,
            is_whole,
            begun: None,
            next: None,
        }
    }

    fn read(&mut self) -> io::Result<Option<Object>> {
        loop {
            let line = match self.next.take() {
                Some(line) => line,
                None => match self.lines.next().transpose()? {
                    Some(line) => line,
                    None => return Ok(self.begun.take().map(Begun::end)),
                },
            };
            if let Some(object) = self.take(line) {
                return Ok(Some(object));
            }
        }
    }

    /// Takes a line in; answers an object where one has come to its end with it.
    fn take(&mut self, line: Line) -> Option<Object> {
        let Some(text) = line.text else {
            let mut place = Place::line(line.number);
            if let Some(begun) = self.begun.take() {
                place.first = begun.place.first;
            }
            return Some(Object { place, text: None });
        };
        if let Some(mut begun) = self.begun.take() {
            // An object that lacks its end must not swallow those behind it.
            if stands_alone(&text) && (self.is_whole)(&text) {
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

    fn go_on(&mut self, begun: Begun) -> Option<Object> {
        if !begun.nesting.is_open() {
            return Some(begun.end());
        }
        if begun.text.len() > self.max_length {
            let place = begun.place;
            return Some(Object { place, text: None });
        }
        self.begun = Some(begun);
        None
    }
}

impl<R: BufRead> Iterator for Objects<R> {
    type Item = io::Result<Object>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        if read.is_err() {
            // What has begun before the input broke off is no object.
            self.begun = None;
        }
        read.transpose()
    }
}

impl Begun {
    fn add(&mut self, line: &[u8]) {
        self.text.push(b'\n');
        self.text.extend_from_slice(line);
        self.nesting.read(line);
        self.place.last += 1;
    }

    fn end(self) -> Object {
        Object {
            place: self.place,
            text: Some(self.text),
        }
    }
}

/// Does an object begin and end on the line?
fn stands_alone(line: &[u8]) -> bool {
    line.first() == Some(&b'{') && {
        let mut nesting = Nesting::default();
        nesting.read(line);
        !nesting.is_open()
    }
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

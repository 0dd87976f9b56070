//! Typed access to the attributes of one JSON object; what can't be read is named and unknown.

use std::{fmt, str::FromStr};

use serde_json::{Map, Value};

use crate::{Seconds, Timestamp};

/// Where something stands in the JSON. It is written out only where that can't be read: a session
/// has thousands of attempts.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    /// The whole.
    Root,
    /// An attribute of an object.
    Key(&'p Path<'p>, &'static str),
    /// An element of a list.
    Index(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    /// As in `tradeMatching.attempts[2].startedAt`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Root => Ok(()),
            Self::Key(Self::Root, key) => f.write_str(key),
            Self::Key(object, key) => write!(f, "{object}.{key}"),
            Self::Index(list, index) => write!(f, "{list}[{index}]"),
        }
    }
}

/// The attributes of one object, taken one by one.
pub(super) struct Fields<'a, 'log> {
    map: &'a Map<String, Value>,
    path: Path<'log>,
    /// So few that to look through them is quicker than to hash.
    taken: Vec<&'static str>,
    /// Paths of what could not be read.
    pub(super) unreadable: &'log mut Vec<String>,
}

impl<'a, 'log> Fields<'a, 'log> {
    pub(super) const fn new(
        map: &'a Map<String, Value>,
        path: Path<'log>,
        unreadable: &'log mut Vec<String>,
    ) -> Self {
        Self {
            map,
            path,
            taken: Vec::new(),
            unreadable,
        }
    }

    /// Counts these as taken without reading them.
    pub(super) fn skip(&mut self, keys: &[&'static str]) {
        self.taken.extend(keys);
    }

    /// Everything that nobody asked for.
    pub(super) fn rest(&self) -> Map<String, Value> {
        self.map
            .iter()
            .filter(|(key, _)| !self.taken.contains(&key.as_str()))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// An attribute, or nothing where it is absent or null.
    fn take<T>(
        &mut self,
        key: &'static str,
        parse: impl FnOnce(&'a Value) -> Option<T>,
    ) -> Option<T> {
        self.taken.push(key);
        let value = self.map.get(key).filter(|value| !value.is_null())?;
        let parsed = parse(value);
        if parsed.is_none() {
            self.note_unreadable(key);
        }
        parsed
    }

    /// Names an attribute as one that can't be read.
    pub(super) fn note_unreadable(&mut self, key: &'static str) {
        self.unreadable.push(Path::Key(&self.path, key).to_string());
    }

    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        self.take(key, |value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.as_i64()?.to_string()),
            _ => None,
        })
    }

    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        self.take(key, Value::as_bool)
    }

    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        let texts = self.take(key, |value| {
            let texts = value.as_array()?.iter();
            Some(texts.filter_map(|text| text.as_str().map(str::to_owned)))
        });
        texts.into_iter().flatten().collect()
    }

    pub(super) fn timestamp(&mut self, key: &'static str) -> Option<Timestamp> {
        self.take(key, |value| value.as_str()?.parse().ok())
    }

    pub(super) fn number(&mut self, key: &'static str) -> Option<f64> {
        self.take(key, number)
    }

    pub(super) fn seconds(&mut self, key: &'static str) -> Option<Seconds> {
        self.take(key, |value| Seconds::from_secs_f64(number(value)?))
    }

    pub(super) fn integer(&mut self, key: &'static str) -> Option<i64> {
        self.take(key, |value| whole(value, value.as_i64()))
    }

    pub(super) fn count(&mut self, key: &'static str) -> Option<u64> {
        self.take(key, |value| whole(value, value.as_u64()))
    }

    pub(super) fn object(&mut self, key: &'static str) -> Option<&'a Map<String, Value>> {
        self.take(key, Value::as_object)
    }

    /// An object within, read by `read`.
    pub(super) fn part<T>(
        &mut self,
        key: &'static str,
        read: impl FnOnce(&mut Fields) -> T,
    ) -> Option<T> {
        let map = self.object(key)?;
        Some(read(&mut self.within(key, map)))
    }

    /// The attributes of an object within.
    pub(super) const fn within<'b>(
        &'b mut self,
        key: &'static str,
        map: &'b Map<String, Value>,
    ) -> Fields<'b, 'b> {
        Fields::new(map, Path::Key(&self.path, key), self.unreadable)
    }

    /// A list of objects, each read by `read`; what is no object in it is named and left out.
    pub(super) fn each<T>(&mut self, key: &'static str, read: impl Fn(&mut Fields) -> T) -> Vec<T> {
        let Some(list) = self.take(key, Value::as_array) else {
            return Vec::new();
        };
        let path = Path::Key(&self.path, key);
        let mut items = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            let path = Path::Index(&path, index);
            match item.as_object() {
                Some(map) => items.push(read(&mut Fields::new(map, path, self.unreadable))),
                None => self.unreadable.push(path.to_string()),
            }
        }
        items
    }
}

fn number(value: &Value) -> Option<f64> {
    let number = match value {
        // Through serde_json, which crosses the wire to the browser anyway.
        Value::String(text) => serde_json::from_str(text.trim()).ok(),
        _ => value.as_f64(),
    };
    number.filter(|number| number.is_finite())
}

/// A whole number, also where it is written as a text or as in `1.8e9`.
fn whole<T: FromStr + TryFrom<i64>>(value: &Value, exact: Option<T>) -> Option<T> {
    /// Up to here every whole number has a double of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let exact = match value {
        Value::String(text) => text.trim().parse().ok(),
        _ => exact,
    };
    exact.or_else(|| {
        let number = number(value).filter(|n| n.fract() == 0.0 && n.abs() <= EXACT)?;
        #[expect(clippy::cast_possible_truncation, reason = "whole and within range")]
        T::try_from(number as i64).ok()
    })
}

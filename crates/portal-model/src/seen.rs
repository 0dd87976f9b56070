//! The sessions that this browser looked at last, as its storage keeps them.

use status_model::SessionId;

/// How many are kept.
pub const MOST: usize = 8;

/// A session that was looked at. Its state is not kept: it may be another by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Which one.
    pub session_id: SessionId,
    /// Its document, if that was known.
    pub title: String,
}

/// Reads what the storage holds, the last first: a line each, the id and a tab before the title.
/// Whatever else stands there is left aside.
#[must_use]
pub fn read(stored: &str) -> Vec<Seen> {
    let seen = stored.lines().filter_map(|line| {
        let (id, title) = line.split_once('\t')?;
        Some(Seen {
            session_id: id.parse().ok()?,
            title: title.to_owned(),
        })
    });
    seen.take(MOST).collect()
}

/// What the storage is to hold once this one was looked at.
#[must_use]
pub fn with(stored: &str, session_id: &SessionId, title: &str) -> String {
    let title: String = title
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MOST_CHARS)
        .collect();
    let others = read(stored)
        .into_iter()
        .filter(|seen| seen.session_id != *session_id);
    let first = Seen {
        session_id: session_id.clone(),
        title,
    };
    let mut text = String::new();
    for seen in std::iter::once(first).chain(others).take(MOST) {
        text += seen.session_id.as_str();
        text.push('\t');
        text += &seen.title;
        text.push('\n');
    }
    text
}

/// A browser keeps little.
const MOST_CHARS: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: usize) -> SessionId {
        format!("s-{number}").parse().unwrap()
    }

    #[test]
    fn the_last_one_comes_first_and_each_once() {
        let stored = with("", &id(1), "FAB_1.pdf");
        let stored = with(&stored, &id(2), "FAB_2.pdf");
        let stored = with(&stored, &id(1), "FAB_1.pdf");
        let ids: Vec<_> = read(&stored).into_iter().map(|s| s.session_id).collect();
        assert_eq!(ids, [id(1), id(2)]);
    }

    #[test]
    fn only_so_many_are_kept() {
        let stored = (0..50).fold(String::new(), |stored, number| {
            with(&stored, &id(number), "x")
        });
        let seen = read(&stored);
        assert_eq!(seen.len(), MOST);
        assert_eq!(seen[0].session_id, id(49));
    }

    #[test]
    fn broken_storage_and_hostile_titles_do_no_harm() {
        assert_eq!(read("no tab\n\u{0}\tx\n/../\ty\n"), []);
        let stored = with("rubbish", &id(1), "a\tb\nc\r\u{7}");
        let seen = read(&stored);
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0].title, "a b c  ");
        assert_eq!(
            read(&with("", &id(1), &"x".repeat(9000)))[0].title.len(),
            120
        );
    }
}

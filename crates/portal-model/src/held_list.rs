//! A list that is kept current and does not move under the pointer: while it is held, its rows
//! stay where they are and only what they say changes.

use status_model::api::SessionRow;

/// What is shown of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeldList {
    /// Its rows, in the order shown.
    pub rows: Vec<HeldRow>,
    /// How many rows wait until the list is let go.
    pub waiting: usize,
}

/// A row that is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldRow {
    /// What is known of the session.
    pub row: SessionRow,
    /// Is it in the list no more, so that what is known may be old?
    pub is_gone: bool,
}

impl HeldList {
    /// The list as it was answered last.
    #[must_use]
    pub fn current(latest: &[SessionRow]) -> Self {
        let rows = latest.iter().map(|row| HeldRow {
            row: row.clone(),
            is_gone: false,
        });
        Self {
            rows: rows.collect(),
            waiting: 0,
        }
    }

    /// The rows that are shown where they are, with what was answered last.
    #[must_use]
    pub fn held(&self, latest: &[SessionRow]) -> Self {
        let rows = self.rows.iter().map(|shown| {
            let id = &shown.row.session_id;
            match latest.iter().find(|row| row.session_id == *id) {
                Some(row) => HeldRow {
                    row: row.clone(),
                    is_gone: false,
                },
                None => HeldRow {
                    is_gone: true,
                    ..shown.clone()
                },
            }
        });
        let is_shown = |row: &&SessionRow| {
            let mut shown = self.rows.iter();
            shown.any(|shown| shown.row.session_id == row.session_id)
        };
        Self {
            rows: rows.collect(),
            waiting: latest.iter().filter(|row| !is_shown(row)).count(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use status_model::read;

    use super::*;

    fn row(id: &str, status: &str) -> SessionRow {
        read::row(&json!({"sessionId": id, "status": status})).unwrap()
    }

    fn shown(list: &HeldList) -> Vec<(&str, bool)> {
        let rows = list.rows.iter();
        rows.map(|held| (held.row.session_id.as_str(), held.is_gone))
            .collect()
    }

    #[test]
    fn a_held_list_stays_in_place_and_says_what_is_new() {
        let list = HeldList::current(&[row("b", "processing"), row("a", "processing")]);
        let latest = [
            row("d", "processing"),
            row("c", "failed"),
            row("b", "completed"),
        ];
        let held = list.held(&latest);
        assert_eq!(shown(&held), [("b", false), ("a", true)]);
        assert_eq!(held.rows[0].row, latest[2], "what it says is current");
        assert_eq!(held.waiting, 2);
        assert_eq!(
            shown(&HeldList::current(&latest)),
            [("d", false), ("c", false), ("b", false)]
        );
    }

    #[test]
    fn a_row_that_comes_back_is_no_longer_gone() {
        let list = HeldList::current(&[row("a", "processing")]);
        let held = list.held(&[]).held(&[row("a", "completed")]);
        assert_eq!(shown(&held), [("a", false)]);
    }
}

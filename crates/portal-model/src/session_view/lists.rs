//! Long lists: which part of them is seen. Only that part is ever put into words.

use status_model::AgentName;

use crate::format;

/// So many entries are seen at a time.
pub const PAGE: usize = 50;

/// An agent's lists that can be long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// Its tries.
    Attempts,
    /// The steps of its work.
    Steps,
}

/// What a viewer has chosen to see of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Window {
    /// Nothing was chosen.
    #[default]
    Untouched,
    /// It is folded.
    Folded,
    /// The page that has this entry, counted from 0.
    At(usize),
}

/// What a viewer has chosen to see of all lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Windows([[Window; 2]; 4]);

impl Windows {
    /// Chooses.
    pub const fn set(&mut self, agent: AgentName, list: List, window: Window) {
        self.0[agent.index()][list as usize] = window;
    }

    pub(super) const fn of(&self, agent: AgentName, list: List) -> Window {
        self.0[agent.index()][list as usize]
    }
}

/// A list that can be unfolded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListView {
    /// What it has, as in `5,000 attempts, 4,999 failed`.
    pub label: String,
    /// How many entries there are.
    pub total: usize,
    /// The first entry that is seen, from 0; nothing where the list is folded.
    pub first: Option<usize>,
}

impl ListView {
    pub(super) fn new(what: &str, total: usize, failed: usize, window: Window) -> Self {
        let failed = match failed {
            0 => String::new(),
            failed => format!(", {} failed", format::count(failed as u64)),
        };
        let first = match window {
            Window::At(index) => Some(index.min(total.saturating_sub(1)) / PAGE * PAGE),
            Window::Untouched | Window::Folded => None,
        };
        Self {
            label: format!("{} {what}{failed}", format::count(total as u64)),
            total,
            first,
        }
    }

    /// The part that is seen, as indices.
    pub(super) fn seen(&self) -> std::ops::Range<usize> {
        let first = self.first.unwrap_or(self.total);
        first..self.total.min(first + PAGE)
    }

    /// What is seen, as in `51–100 of 5,000`; nothing where all of it is.
    #[must_use]
    pub fn range(&self) -> Option<String> {
        let seen = self.seen();
        (self.first.is_some() && self.total > PAGE).then(|| {
            format!(
                "{}–{} of {}",
                format::count(seen.start as u64 + 1),
                format::count(seen.end as u64),
                format::count(self.total as u64)
            )
        })
    }

    /// Other parts, with their names: an entry of each, or nothing where there is no such part.
    #[must_use]
    pub fn ways(&self) -> [(&'static str, Option<usize>); 4] {
        let first = self.first.unwrap_or_default();
        let last = self.total.saturating_sub(1) / PAGE * PAGE;
        let before = |index| (first > 0).then_some(index);
        let after = |index| (first < last).then_some(index);
        [
            ("First", before(0)),
            ("Previous", before(first.saturating_sub(PAGE))),
            ("Next", after(first + PAGE)),
            ("Last", after(last)),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(total: usize, window: Window) -> ListView {
        ListView::new("steps", total, 0, window)
    }

    #[test]
    fn a_folded_list_says_its_counts_and_shows_nothing() {
        let list = ListView::new("attempts", 5000, 4999, Window::Untouched);
        assert_eq!(list.label, "5,000 attempts, 4,999 failed");
        assert!(list.seen().is_empty());
        assert_eq!(list.range(), None);
    }

    #[test]
    fn every_entry_is_on_exactly_one_page_and_pages_lead_to_each_other() {
        for total in [1, 49, 50, 51, 101, 5000, 5001] {
            let mut page = list(total, Window::At(0));
            let mut seen = 0;
            loop {
                assert_eq!(page.seen().start, seen);
                seen = page.seen().end;
                let [(_, first), (_, previous), (_, next), (_, last)] = page.ways();
                assert_eq!(first.is_some(), page.seen().start > 0);
                assert_eq!(previous, page.seen().start.checked_sub(PAGE));
                assert_eq!(next.is_some(), last.is_some());
                let Some(next) = next else { break };
                page = list(total, Window::At(next));
            }
            assert_eq!(seen, total);
        }
    }

    #[test]
    fn a_page_keeps_its_place_while_the_list_grows() {
        let range = |total| list(total, Window::At(99)).range().unwrap_or_default();
        assert_eq!(range(5000), "51–100 of 5,000");
        assert_eq!(range(5001), "51–100 of 5,001");
    }

    #[test]
    fn beyond_the_end_is_the_last_page() {
        assert_eq!(list(120, Window::At(usize::MAX)).seen(), 100..120);
        assert!(list(0, Window::At(7)).seen().is_empty());
    }
}

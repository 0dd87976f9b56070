//! `cargo tree`, read: which crates a program is made of, and which of them asks for which.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context, Result};

/// How each line of the tree is to be written for [`Tree::read`].
pub const FORMAT: [&str; 4] = ["--prefix", "depth", "--format", "\t{p}\t{l}"];

/// A crate by its name and version.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub name: String,
    pub version: String,
}

impl fmt::Display for Key {
    /// As Cargo writes it: `axum@0.8.9`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

/// What is known of a crate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crate {
    /// As its own Cargo.toml says it; some write `MIT/Apache-2.0`.
    pub license: String,
    /// Is it one of this workspace?
    pub is_ours: bool,
    /// What it asks for.
    pub dependencies: BTreeSet<Key>,
}

/// The crates of some programs, each once.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The programs' own crates.
    pub roots: Vec<Key>,
    /// All, the programs' own among them.
    pub crates: BTreeMap<Key, Crate>,
}

impl Tree {
    /// Adds a program's tree, as `cargo tree` has written it.
    pub fn read(&mut self, text: &str) -> Result<()> {
        // The crates from the root down to the line before.
        let mut path: Vec<Key> = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let (depth, key, found) =
                line_of(line).with_context(|| format!("cargo tree writes no such line: {line}"))?;
            path.truncate(depth);
            match path.last() {
                None => self.roots.push(key.clone()),
                Some(parent) => {
                    let parent = self.crates.entry(parent.clone()).or_default();
                    parent.dependencies.insert(key.clone());
                }
            }
            let known = self.crates.entry(key.clone()).or_default();
            known.license = found.license;
            known.is_ours = found.is_ours;
            path.push(key);
        }
        Ok(())
    }
}

/// Depth and crate of a line such as `2⇥syn v3.0.10⇥MIT OR Apache-2.0 (*)`.
fn line_of(line: &str) -> Option<(usize, Key, Crate)> {
    let mut columns = line.split('\t');
    let depth = columns.next()?.parse().ok()?;
    let package = columns.next()?;
    // The mark of a subtree that stands elsewhere.
    let license = columns.next()?.trim_end_matches(" (*)");
    let mut words = package.split_whitespace();
    let key = Key {
        name: words.next()?.to_owned(),
        version: words.next()?.strip_prefix('v')?.to_owned(),
    };
    let found = Crate {
        license: license.to_owned(),
        is_ours: package.contains(" (/"),
        dependencies: BTreeSet::new(),
    };
    Some((depth, key, found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        let (name, version) = text.split_once('@').unwrap();
        Key {
            name: name.to_owned(),
            version: version.to_owned(),
        }
    }

    #[test]
    fn each_crate_is_there_once_with_all_that_it_asks_for() {
        let mut tree = Tree::default();
        tree.read(
            "0\tserver v0.1.0 (/home/server)\tApache-2.0\n\
             1\tserde v1.0.229\tMIT OR Apache-2.0\n\
             2\tserde_derive v1.0.229 (proc-macro)\tMIT OR Apache-2.0\n\
             1\tmodel v0.1.0 (/home/model)\tApache-2.0\n\
             2\tserde v1.0.229\tMIT OR Apache-2.0 (*)\n",
        )
        .unwrap();
        tree.read("0\tportal v0.1.0 (/home/portal)\tApache-2.0\n1\tserde v1.0.229\tMIT (*)\n")
            .unwrap();
        assert_eq!(tree.roots, [key("server@0.1.0"), key("portal@0.1.0")]);
        assert_eq!(tree.crates.len(), 5);
        let asks = |name: &str| -> Vec<String> {
            let asked = &tree.crates[&key(name)].dependencies;
            asked.iter().map(ToString::to_string).collect()
        };
        assert_eq!(asks("server@0.1.0"), ["model@0.1.0", "serde@1.0.229"]);
        assert_eq!(asks("model@0.1.0"), ["serde@1.0.229"]);
        assert_eq!(asks("serde@1.0.229"), ["serde_derive@1.0.229"]);
        assert!(tree.crates[&key("model@0.1.0")].is_ours);
        assert!(!tree.crates[&key("serde_derive@1.0.229")].is_ours);
    }

    #[test]
    fn what_is_no_tree_is_an_error() {
        assert!(Tree::default().read("serde v1.0.229\n").is_err());
    }
}

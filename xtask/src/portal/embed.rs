//! `target/portal/`: what the server embeds.
//!
//! A file that has not changed is not written again: its time of change decides whether Cargo
//! compiles the server anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::compress::{Encoding, is_worthwhile};

/// Files by their name, with `/` between directories.
type Files = BTreeMap<String, Vec<u8>>;

/// Makes the directory `embedded` the compressed image of the directory `built`.
pub fn update(built: &Path, embedded: &Path) -> Result<Summary> {
    let mut built = read(built)?;
    for (name, bytes) in &mut built {
        if Path::new(name).extension() == Some("html".as_ref()) {
            *bytes = beside_the_api(bytes);
        }
    }
    fs::create_dir_all(embedded)
        .with_context(|| format!("cannot create {}", embedded.display()))?;
    let present = read(embedded)?;
    let Plan { write, remove } = plan(&built, &present);
    for name in &write {
        let bytes = &built[*name];
        if is_worthwhile(name, bytes.len()) {
            for encoding in Encoding::ALL {
                let compressed = encoding.compress(bytes)?;
                put(embedded, &compressed_name(name, encoding), &compressed)?;
            }
        }
        // Last, because its content is what tells that its compressed forms are those of this
        // content.
        put(embedded, name, bytes)?;
    }
    for name in &remove {
        let path = embedded.join(name);
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    summary(&built, embedded, write.len())
}

/// A page that says that the status API is where it comes from: it asks at once, and need not read
/// first where that is, as on any other host.
fn beside_the_api(page: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(page)
        .replacen("<html ", "<html data-status-api=\"\" ", 1)
        .into_bytes()
}

/// What has to be done.
#[derive(Debug, PartialEq, Eq)]
struct Plan<'a> {
    /// Names of built files to write, each with its compressed forms.
    write: Vec<&'a str>,
    /// Names of embedded files that belong to nothing any more.
    remove: Vec<&'a str>,
}

fn plan<'a>(built: &'a Files, embedded: &'a Files) -> Plan<'a> {
    let mut expected = BTreeSet::new();
    let mut write = Vec::new();
    for (name, bytes) in built {
        let mut names = vec![name.clone()];
        if is_worthwhile(name, bytes.len()) {
            names.extend(Encoding::ALL.map(|encoding| compressed_name(name, encoding)));
        }
        let current = embedded.get(name) == Some(bytes)
            && names.iter().all(|name| embedded.contains_key(name));
        if !current {
            write.push(name.as_str());
        }
        expected.extend(names);
    }
    let remove = embedded
        .keys()
        .filter(|name| !expected.contains(*name))
        .map(String::as_str)
        .collect();
    Plan { write, remove }
}

fn compressed_name(name: &str, encoding: Encoding) -> String {
    format!("{name}.{}", encoding.extension())
}

/// How large the portal is.
pub struct Summary {
    files: usize,
    changed: usize,
    bytes: u64,
    brotli: u64,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kilobytes = |bytes: u64| bytes.div_ceil(1_000);
        let Self {
            files,
            changed,
            bytes,
            brotli,
        } = self;
        write!(
            f,
            "{files} files, {} kB, {} kB over the wire with brotli, {changed} changed",
            kilobytes(*bytes),
            kilobytes(*brotli)
        )
    }
}

fn summary(built: &Files, embedded: &Path, changed: usize) -> Result<Summary> {
    let mut summary = Summary {
        files: built.len(),
        changed,
        bytes: 0,
        brotli: 0,
    };
    for (name, bytes) in built {
        let sent = if is_worthwhile(name, bytes.len()) {
            compressed_name(name, Encoding::Brotli)
        } else {
            name.clone()
        };
        summary.bytes += bytes.len() as u64;
        summary.brotli += fs::metadata(embedded.join(sent))?.len();
    }
    Ok(summary)
}

/// All files below `directory`.
fn read(directory: &Path) -> Result<Files> {
    fn walk(directory: &Path, prefix: &str, files: &mut Files) -> Result<()> {
        let entries = fs::read_dir(directory)
            .with_context(|| format!("cannot list {}", directory.display()))?;
        for entry in entries {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let path = entry.path();
            if path.is_dir() {
                walk(&path, &format!("{name}/"), files)?;
            } else {
                let bytes =
                    fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
                files.insert(name, bytes);
            }
        }
        Ok(())
    }
    let mut files = Files::new();
    walk(directory, "", &mut files)?;
    Ok(files)
}

fn put(directory: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = directory.join(name);
    let parent = path.parent().unwrap_or(directory);
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(&path, bytes))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(entries: &[(&str, &str)]) -> Files {
        entries
            .iter()
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    fn page(text: &str) -> String {
        text.repeat(1_000)
    }

    #[test]
    fn a_new_file_is_written_and_one_that_is_gone_is_removed_with_its_compressed_forms() {
        let (new, old) = (page("new"), page("old"));
        let built = files(&[("app-2.js", &new)]);
        let embedded = files(&[
            ("app-1.js", &old),
            ("app-1.js.br", "b"),
            ("app-1.js.gz", "g"),
        ]);
        let expected = Plan {
            write: vec!["app-2.js"],
            remove: vec!["app-1.js", "app-1.js.br", "app-1.js.gz"],
        };
        assert_eq!(plan(&built, &embedded), expected);
    }

    #[test]
    fn an_unchanged_file_with_its_compressed_forms_is_left_alone() {
        let text = page("same");
        let built = files(&[("app.js", &text), ("config.json", "{}")]);
        let embedded = files(&[
            ("app.js", &text),
            ("app.js.br", "b"),
            ("app.js.gz", "g"),
            ("config.json", "{}"),
        ]);
        assert_eq!(
            plan(&built, &embedded),
            Plan {
                write: vec![],
                remove: vec![]
            }
        );
    }

    #[test]
    fn a_changed_file_and_one_that_lacks_a_compressed_form_are_written_again() {
        let (one, two) = (page("one"), page("two"));
        let built = files(&[("a.js", &two), ("b.js", &one)]);
        let embedded = files(&[
            ("a.js", &one),
            ("a.js.br", "b"),
            ("a.js.gz", "g"),
            ("b.js", &one),
            ("b.js.gz", "g"),
        ]);
        assert_eq!(
            plan(&built, &embedded),
            Plan {
                write: vec!["a.js", "b.js"],
                remove: vec![]
            }
        );
    }

    #[test]
    fn a_file_grown_too_small_loses_its_compressed_forms() {
        let text = page("long");
        let built = files(&[("config.json", "{}")]);
        let embedded = files(&[
            ("config.json", &text),
            ("config.json.br", "b"),
            ("config.json.gz", "g"),
        ]);
        let expected = Plan {
            write: vec!["config.json"],
            remove: vec!["config.json.br", "config.json.gz"],
        };
        assert_eq!(plan(&built, &embedded), expected);
    }

    #[test]
    fn a_page_that_the_server_gives_says_that_the_status_api_is_there() {
        let page = beside_the_api(b"<!doctype html>\n<html lang=\"en\">\n</html>\n");
        let expected = b"<!doctype html>\n<html data-status-api=\"\" lang=\"en\">\n</html>\n";
        assert_eq!(page, expected);
    }

    #[test]
    fn a_second_update_touches_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let (built, embedded) = (
            directory.path().join("dist"),
            directory.path().join("portal"),
        );
        put(&built, "index.html", page("<p>").as_bytes()).unwrap();
        put(&built, "snippets/a/inline.js", b"short").unwrap();

        let first = update(&built, &embedded).unwrap();
        assert_eq!((first.files, first.changed), (2, 2));
        let names: Vec<String> = read(&embedded).unwrap().into_keys().collect();
        assert_eq!(
            names,
            [
                "index.html",
                "index.html.br",
                "index.html.gz",
                "snippets/a/inline.js"
            ]
        );

        let written = fs::metadata(embedded.join("index.html.br"))
            .unwrap()
            .modified()
            .unwrap();
        assert_eq!(update(&built, &embedded).unwrap().changed, 0);
        assert_eq!(
            fs::metadata(embedded.join("index.html.br"))
                .unwrap()
                .modified()
                .unwrap(),
            written
        );
    }
}

//! Pages without what only their authors read: styles and the first script stand in them, comments
//! and all, and cross the wire with every first load.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Takes the comments and the indentation out of the styles and scripts of the pages in a directory,
/// and of the scripts beside them.
pub fn make(directory: &Path) -> Result<()> {
    let failed = || format!("cannot make the files in {} lean", directory.display());
    for entry in fs::read_dir(directory).with_context(failed)? {
        let path = entry.with_context(failed)?.path();
        let make = match path.extension().and_then(|extension| extension.to_str()) {
            Some("html") => lean,
            Some("js") => script,
            _ => continue,
        };
        let whole = fs::read_to_string(&path).with_context(failed)?;
        fs::write(&path, make(&whole)).with_context(failed)?;
    }
    Ok(())
}

fn lean(page: &str) -> String {
    let mut lean = String::with_capacity(page.len());
    let mut rest = page;
    while let Some((element, start)) = next(rest) {
        let (before, inside) = rest.split_at(start);
        let close = format!("</{element}>");
        let (text, after) = inside.split_at(inside.find(&close).unwrap_or(inside.len()));
        lean.push_str(before);
        match element {
            "style" => lean.push_str(&style(text)),
            _ => lean.push_str(&script(text)),
        }
        rest = after;
    }
    one_style(&(lean + rest))
}

/// Styles that follow one another as one: the content security policy, a header of every page,
/// names each of them.
fn one_style(page: &str) -> String {
    let mut parts = page.split("</style>");
    let mut whole = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some(next) = part.trim_start().strip_prefix("<style>") {
            whole.push('\n');
            whole.push_str(next);
        } else {
            whole.push_str("</style>");
            whole.push_str(part);
        }
    }
    whole
}

/// The next style or script, and where what is in it begins.
fn next(page: &str) -> Option<(&'static str, usize)> {
    let begin = |element: &'static str| {
        let tag = page.find(&format!("<{element}"))?;
        Some((element, tag + page[tag..].find('>')? + 1))
    };
    ["style", "script"]
        .into_iter()
        .filter_map(begin)
        .min_by_key(|(_, start)| *start)
}

fn style(text: &str) -> String {
    let mut lean = String::new();
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        lean.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    lean.push_str(rest);
    lines(&lean, |_| true)
}

/// Only whole lines are comments: within a line two slashes may be part of an address.
fn script(text: &str) -> String {
    let mut is_comment = false;
    lines(text, |line| {
        let begins = line.starts_with("/*");
        let is_kept = !is_comment && !begins && !line.starts_with("//");
        is_comment = (is_comment || begins) && !line.ends_with("*/");
        is_kept
    })
}

fn lines(text: &str, mut keep: impl FnMut(&str) -> bool) -> String {
    let kept = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && keep(line));
    kept.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_authors_read_stays_at_home() {
        let page = "<head>\n  <!-- kept -->\n<style>/* why */\n  a { color: red; } /* here\n  too */ b { }\n</style>\n\
                    <script type=\"module\">\n  // why\n  const api = \"https://example.org\"; // a rest\n\n  /**\n   * @returns {any}\n   */\n  go();\n</script>\n\
                    <body>\n  // text\n</body>";
        let expected = "<head>\n  <!-- kept -->\n<style>a { color: red; }  b { }</style>\n\
                        <script type=\"module\">const api = \"https://example.org\"; // a rest\ngo();</script>\n\
                        <body>\n  // text\n</body>";
        assert_eq!(lean(page), expected);
        assert_eq!(lean(expected), expected);
    }

    #[test]
    fn styles_that_follow_one_another_are_one() {
        let page =
            "<style>a { }</style>\n  <style>b { }</style><script>x</script><style>c { }</style>";
        let expected = "<style>a { }\nb { }</style><script>x</script><style>c { }</style>";
        assert_eq!(lean(page), expected);
    }

    #[test]
    fn a_page_that_was_cut_is_no_reason_to_panic() {
        for page in ["", "<style", "<style>a /* b", "<script>x"] {
            lean(page);
        }
    }
}

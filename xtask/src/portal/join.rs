//! `dist/`: the files of all programs together.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Makes `whole` the files of all `parts`, and nothing else.
pub fn join(parts: &[PathBuf], whole: &Path) -> Result<()> {
    match fs::remove_dir_all(whole) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
    .and_then(|()| parts.iter().try_for_each(|part| copy(part, whole)))
    .with_context(|| format!("cannot write {}", whole.display()))
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_has_the_files_of_all_parts_and_none_of_before() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        for file in [
            "one/index.html",
            "two/wall.html",
            "two/a/b.js",
            "dist/old.js",
        ] {
            fs::create_dir_all(path(file).parent().unwrap()).unwrap();
            fs::write(path(file), file).unwrap();
        }
        let parts = [path("one"), path("two")];
        for _ in 0..2 {
            join(&parts, &path("dist")).unwrap();
        }
        for (file, text) in [
            ("dist/index.html", "one/index.html"),
            ("dist/wall.html", "two/wall.html"),
            ("dist/a/b.js", "two/a/b.js"),
        ] {
            assert_eq!(fs::read_to_string(path(file)).unwrap(), text);
        }
        assert!(!path("dist/old.js").exists());
    }
}

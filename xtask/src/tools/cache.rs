//! Where installed tools are kept: one directory a version, complete or not there.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Names the directory itself.
const TOOLS: &str = "TRADE_STATUS_TOOLS";

/// The user's directory of tools.
pub struct Cache {
    directory: PathBuf,
}

impl Cache {
    /// The one that this process's environment names.
    pub fn of_user() -> Result<Self> {
        let directory = std::path::absolute(directory(|name| env::var_os(name))?)?;
        Ok(Self { directory })
    }

    /// Where the tool `name`, such as `trunk-0.21.14`, is or will be.
    pub fn tool(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Where the log of its installation is.
    pub fn log(&self, name: &str) -> PathBuf {
        self.directory.join(format!("{name}.log"))
    }

    /// Fills a directory by `install` and gives it the tool's name once all of `programs` are in
    /// its `bin/`. What an interrupted installation has left is given to the next one, and never
    /// taken for a tool.
    pub fn install(
        &self,
        name: &str,
        programs: &[&str],
        install: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<()> {
        let unfinished = self.directory.join(format!(".{name}.unfinished"));
        fs::create_dir_all(&unfinished).with_context(|| {
            format!(
                "cannot create {}; set {TOOLS} to a directory that can be written",
                unfinished.display()
            )
        })?;
        let _only_one = self.lock(name)?;
        if self.is_complete(name, programs) {
            return Ok(());
        }
        fs::create_dir_all(&unfinished)?;
        install(&unfinished)?;
        if let Some(missing) = missing(&unfinished, programs) {
            bail!("the installation of {name} has brought no program `{missing}`");
        }
        let tool = self.tool(name);
        if tool.exists() {
            fs::remove_dir_all(&tool)
                .with_context(|| format!("cannot replace {}", tool.display()))?;
        }
        fs::rename(&unfinished, &tool)
            .with_context(|| format!("cannot move {name} to {}", tool.display()))
    }

    /// Whether all of the tool's programs are there.
    pub fn is_complete(&self, name: &str, programs: &[&str]) -> bool {
        missing(&self.tool(name), programs).is_none()
    }

    /// Lets one process at a time install `name`; the lock ends with the file.
    fn lock(&self, name: &str) -> Result<File> {
        let lock = File::create(self.directory.join(format!(".{name}.lock")))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                println!("Waiting for another xtask, which is installing {name} …");
                lock.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(lock)
    }
}

/// The first of `programs` that is not in `tool/bin`.
fn missing<'a>(tool: &Path, programs: &[&'a str]) -> Option<&'a str> {
    programs
        .iter()
        .copied()
        .find(|program| !tool.join("bin").join(program).is_file())
}

/// The directory that the environment chooses. As the XDG rules have it, a relative cache directory
/// counts as unset.
fn directory(variable: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf> {
    let path = |name: &str| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(tools) = path(TOOLS) {
        return Ok(tools);
    }
    let cache = path("XDG_CACHE_HOME")
        .filter(|path| path.is_absolute())
        .or_else(|| path("HOME").map(|home| home.join(".cache")))
        .with_context(|| {
            format!("no HOME is set to keep tools in; set {TOOLS} to a directory for them")
        })?;
    Ok(cache.join("trade-status/tools"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(variables: &[(&str, &str)]) -> Option<String> {
        let variable = |name: &str| {
            variables
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        };
        directory(variable)
            .ok()
            .map(|path| path.display().to_string())
    }

    #[test]
    fn the_directory_is_the_named_one_else_the_users_cache() {
        let home = ("HOME", "/home/ann");
        let xdg = ("XDG_CACHE_HOME", "/var/cache/ann");
        assert_eq!(
            chosen(&[home]).unwrap(),
            "/home/ann/.cache/trade-status/tools"
        );
        assert_eq!(
            chosen(&[home, xdg]).unwrap(),
            "/var/cache/ann/trade-status/tools"
        );
        assert_eq!(
            chosen(&[home, xdg, (TOOLS, "/opt/tools")]).unwrap(),
            "/opt/tools"
        );
        assert_eq!(chosen(&[]), None);
    }

    #[test]
    fn empty_and_relative_values_count_as_unset() {
        let home = ("HOME", "/home/ann");
        let expected = "/home/ann/.cache/trade-status/tools";
        assert_eq!(
            chosen(&[home, (TOOLS, ""), ("XDG_CACHE_HOME", "")]).unwrap(),
            expected
        );
        assert_eq!(
            chosen(&[home, ("XDG_CACHE_HOME", "cache")]).unwrap(),
            expected
        );
    }

    fn put(directory: &Path, program: &str) {
        fs::create_dir_all(directory.join("bin")).unwrap();
        fs::write(directory.join("bin").join(program), "").unwrap();
    }

    #[test]
    fn an_unfinished_installation_is_no_tool_and_is_gone_on_with() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache {
            directory: directory.path().to_path_buf(),
        };
        let interrupted = cache.install("tool-1", &["a", "b"], |path| {
            put(path, "a");
            bail!("interrupted")
        });
        assert_eq!(interrupted.unwrap_err().to_string(), "interrupted");
        assert!(!cache.is_complete("tool-1", &["a", "b"]));
        assert!(!cache.tool("tool-1").exists());

        cache
            .install("tool-1", &["a", "b"], |path| {
                assert!(path.join("bin/a").is_file(), "what was there is kept");
                put(path, "b");
                Ok(())
            })
            .unwrap();
        assert!(cache.is_complete("tool-1", &["a", "b"]));
        cache
            .install("tool-1", &["a", "b"], |_| bail!("installed again"))
            .unwrap();
    }

    #[test]
    fn an_installation_that_brings_too_little_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache {
            directory: directory.path().to_path_buf(),
        };
        let error = cache.install("tool-1", &["a", "b"], |path| {
            put(path, "a");
            Ok(())
        });
        assert_eq!(
            error.unwrap_err().to_string(),
            "the installation of tool-1 has brought no program `b`"
        );
        assert!(!cache.tool("tool-1").exists());
    }
}

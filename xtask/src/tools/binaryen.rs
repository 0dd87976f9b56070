//! wasm-opt of Binaryen, from npm.

use std::path::PathBuf;

use anyhow::Result;

use super::npm::NpmTool;
use crate::project::Project;

const WASM_OPT: &str = "wasm-opt";

const BINARYEN: NpmTool = NpmTool {
    name: "binaryen",
    brings: "wasm-opt",
    directory: "node_modules/.bin",
    programs: &[WASM_OPT],
};

/// The program, found or installed.
pub fn find_or_install(project: &Project) -> Result<PathBuf> {
    let tool = BINARYEN.find_or_install(project)?;
    Ok(tool.join("bin").join(WASM_OPT))
}

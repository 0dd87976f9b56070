//! Parts of the Rust toolchain that not every installation has.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::on_path;
use crate::project::Project;

const WASM: &str = "wasm32-unknown-unknown";
const SOURCE: &str = "rust-src";

/// The library directory of the WebAssembly target; rustup adds the target where it is missing.
pub fn wasm_target(project: &Project) -> Result<PathBuf> {
    let directory = rustc(project, &["--print", "target-libdir", "--target", WASM])?;
    find_or_add(project, directory, "target", WASM)
}

/// The source of the standard library; rustup adds it where it is missing.
pub fn standard_library(project: &Project) -> Result<PathBuf> {
    let directory = rustc(project, &["--print", "sysroot"])?.join("lib/rustlib/src/rust/library");
    find_or_add(project, directory, "component", SOURCE)
}

fn find_or_add(project: &Project, directory: PathBuf, kind: &str, name: &str) -> Result<PathBuf> {
    if directory.is_dir() {
        return Ok(directory);
    }
    if on_path(&["rustup"]).is_none() {
        bail!(
            "Rust's {kind} {name} is missing, and there is no rustup to add it. Install rustup \
             (https://rustup.rs), or the {kind} from where your Rust came from"
        );
    }
    println!("Adding Rust's {kind} {name} with rustup …");
    project.run(project.command("rustup").args([kind, "add", name]))?;
    Ok(directory)
}

fn rustc(project: &Project, arguments: &[&str]) -> Result<PathBuf> {
    let answer = project
        .command("rustc")
        .args(arguments)
        .output()
        .context("cannot ask rustc where its libraries are")?;
    let directory = String::from_utf8_lossy(&answer.stdout);
    if !answer.status.success() || directory.trim().is_empty() {
        bail!(
            "rustc does not answer `{}`: {}",
            arguments.join(" "),
            String::from_utf8_lossy(&answer.stderr).trim()
        );
    }
    Ok(PathBuf::from(directory.trim()))
}

//! Rust's standard library for WebAssembly.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use super::on_path;
use crate::project::Project;

const TARGET: &str = "wasm32-unknown-unknown";

/// The target's library directory; rustup adds the target where it is missing.
pub fn find_or_add(project: &Project) -> Result<PathBuf> {
    let directory = library_directory(project)?;
    if directory.is_dir() {
        return Ok(directory);
    }
    if on_path(&["rustup"]).is_none() {
        bail!(
            "Rust's {TARGET} target is missing, and there is no rustup to add it. Install rustup \
             (https://rustup.rs), or the target from where your Rust came from"
        );
    }
    println!("Adding Rust's {TARGET} target with rustup …");
    project.run(project.command("rustup").args(["target", "add", TARGET]))?;
    Ok(directory)
}

fn library_directory(project: &Project) -> Result<PathBuf> {
    let answer = project
        .command("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
        .context("cannot ask rustc for its targets")?;
    let directory = String::from_utf8_lossy(&answer.stdout);
    if !answer.status.success() || directory.trim().is_empty() {
        bail!(
            "rustc does not know the target {TARGET}: {}",
            String::from_utf8_lossy(&answer.stderr).trim()
        );
    }
    Ok(PathBuf::from(directory.trim()))
}

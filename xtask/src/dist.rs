//! `cargo xtask dist`: the one program to hand out.

use std::fs;

use anyhow::{Context, Result};
use clap::Args;

use crate::portal;
use crate::project::Project;

/// The server's Cargo features that the released program has beyond the default ones.
const FEATURES: &[&str] = &["agentcore", "dynamodb", "tls"];

/// Build the released program, with the portal inside
///
/// Into target/dist/trade-status: one file that needs nothing beside it.
#[derive(Args)]
pub struct DistArguments {}

/// The command line that builds another package for release beside the program: with its features,
/// so that what both stand on is compiled once.
pub fn with(package: &str) -> String {
    let features = FEATURES.iter();
    let features = features.map(|feature| format!("--features status-server/{feature}"));
    let features: Vec<_> = features.collect();
    format!(
        "--release --package status-server --package {package} {}",
        features.join(" ")
    )
}

/// Builds the program and says how large it is.
pub fn run(project: &Project) -> Result<()> {
    portal::build(project, portal::Effort::Full)?;
    println!("Building trade-status for release …");
    let mut line = "--release --package status-server --bin trade-status".to_owned();
    for feature in FEATURES {
        line += " --features ";
        line += feature;
    }
    let program = project.build_program("trade-status", &line)?;

    let directory = project.output("dist");
    let target = directory.join("trade-status");
    // Written beside and renamed: a program that is running can't be written over.
    let unfinished = directory.join(".trade-status.unfinished");
    let size = fs::create_dir_all(&directory)
        .and_then(|()| fs::copy(&program, &unfinished))
        .and_then(|size| fs::rename(&unfinished, &target).map(|()| size))
        .with_context(|| format!("cannot write {}", target.display()))?;
    println!("{}: {:.1} MB", project.relative(&target), megabytes(size));
    Ok(())
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a program is far smaller than 2^53 bytes"
)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

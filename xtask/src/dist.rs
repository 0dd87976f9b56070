//! `cargo xtask dist`: the one program to hand out.

use std::fs;

use anyhow::{Context, Result};
use clap::Args;

use crate::portal;
use crate::project::{Built, Project};
use crate::sbom::Sbom;

/// The server's Cargo features that the released program has beyond the default ones.
const FEATURES: &[&str] = &["agentcore", "dynamodb", "sign-in", "tls"];

/// Build the released program, with the portal inside
///
/// Into target/dist/trade-status: one file that needs nothing beside it. trade-status.cdx.json is
/// its bill of materials (CycloneDX): every crate in it, the portal's included, with its licence
/// and hash.
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
    let line = format!(
        "--release --package status-server --bin trade-status {}",
        features()
    );
    let Built { program, crates } = project.build("trade-status", &line)?;
    let sbom = Sbom::of(project)?;
    sbom.check(&crates)?;

    let directory = project.output("dist");
    let target = directory.join("trade-status");
    // Written beside and renamed: a program that is running can't be written over.
    let unfinished = directory.join(".trade-status.unfinished");
    let size = fs::create_dir_all(&directory)
        .and_then(|()| fs::copy(&program, &unfinished))
        .and_then(|size| fs::rename(&unfinished, &target).map(|()| size))
        .with_context(|| format!("cannot write {}", target.display()))?;
    println!("{}: {:.1} MB", project.relative(&target), megabytes(size));
    let target = directory.join("trade-status.cdx.json");
    sbom.write(&target)?;
    println!("{}: {} crates", project.relative(&target), sbom.len());
    Ok(())
}

/// [`FEATURES`], as Cargo is told.
pub fn features() -> String {
    format!("--features {}", FEATURES.join(","))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a program is far smaller than 2^53 bytes"
)]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

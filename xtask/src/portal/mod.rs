//! `cargo xtask portal`: the portal built, and compressed for the server to embed.

mod compress;
mod embed;

use std::env;
use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::project::Project;
use crate::{process, tools};

/// Build the portal
///
/// Into dist/, which any static host can serve, and target/portal/, which the server embeds: the
/// same files, each that can be compressed with its .br and .gz beside it.
#[derive(Args)]
pub struct PortalArguments {}

/// Builds the portal.
pub fn run(project: &Project) -> Result<()> {
    build(project)
}

/// Brings `dist/` and `target/portal/` up to date.
pub fn build(project: &Project) -> Result<()> {
    tools::wasm_target(project)?;
    let trunk = tools::trunk(project)?;
    let wasm_bindgen = tools::wasm_bindgen(project)?.program;

    println!("Building the portal …");
    // What trunk would do first. Done here, Cargo shows its progress and may download; after it
    // trunk has all it needs and is kept off the network.
    project.run(
        &mut project.cargo(
            "build --bin trade-status-portal --profile wasm --target wasm32-unknown-unknown",
        ),
    )?;

    let mut trunk = Command::new(trunk);
    trunk
        .current_dir(project.root())
        .args([
            "build",
            "--offline",
            "--skip-version-check",
            "--cargo-profile",
            "wasm",
        ])
        // trunk reads this as a flag and knows only true and false, where others set 1.
        .env_remove("NO_COLOR");
    if let Some(directory) = wasm_bindgen.parent() {
        let others = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(
            [directory.to_path_buf()]
                .into_iter()
                .chain(env::split_paths(&others)),
        )
        .with_context(|| format!("{} can't stand in PATH", directory.display()))?;
        trunk.env("PATH", path);
    }
    process::run_logged(
        &mut trunk,
        project.interrupt(),
        &project.output("logs").join("trunk.log"),
    )?;

    let summary = embed::update(&project.root().join("dist"), &project.output("portal"))?;
    println!("The portal is in dist/: {summary}");
    Ok(())
}

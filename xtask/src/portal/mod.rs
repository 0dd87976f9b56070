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

/// Makes Cargo compile the standard library along with the portal, for size, and without the text
/// of panics, which nobody could read in a browser: 9 % less over the wire.
///
/// Both switches are unstable. The portal does not depend on them: a plain build differs in size
/// alone.
const SMALL_STANDARD_LIBRARY: [(&str, &str); 4] = [
    ("RUSTC_BOOTSTRAP", "1"),
    ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
    // Cargo adds these to the flags of `.cargo/config.toml`.
    (
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
        "-Zunstable-options -Cpanic=immediate-abort",
    ),
];

/// Builds the portal.
pub fn run(project: &Project) -> Result<()> {
    build(project)
}

/// Brings `dist/` and `target/portal/` up to date.
pub fn build(project: &Project) -> Result<()> {
    tools::wasm_target(project)?;
    tools::standard_library(project)?;
    let trunk = tools::trunk(project)?;
    let wasm_bindgen = tools::wasm_bindgen(project)?.program;

    println!("Building the portal …");
    // What trunk would do first. Done here, Cargo shows its progress and may download; after it
    // trunk has all it needs and is kept off the network.
    let mut cargo = project
        .cargo("build --bin trade-status-portal --profile wasm --target wasm32-unknown-unknown");
    cargo.envs(SMALL_STANDARD_LIBRARY);
    project.run(&mut cargo)?;

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
        .envs(SMALL_STANDARD_LIBRARY)
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

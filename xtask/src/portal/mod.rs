//! `cargo xtask portal`: the portal built, and compressed for the server to embed.

mod compress;
mod embed;
mod join;
mod lean;
mod names;
mod optimize;

use std::env;
use std::ffi::OsString;
use std::path::Path;
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
        "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none",
    ),
];

/// Builds the portal.
pub fn run(project: &Project) -> Result<()> {
    build(project, Effort::Full)
}

/// What is done for a small portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// What is handed out, and what tests look at.
    Full,
    /// All but wasm-opt, which needs Node.js: nobody misses its 1 % where the server is near.
    Quick,
}

/// The portal's programs, each by the page that starts it.
const PROGRAMS: [Program; 4] = [
    Program {
        name: "trade-status-portal",
        page: "index.html",
    },
    Program {
        name: "trade-status-wall",
        page: "wall.html",
    },
    Program {
        name: "trade-status-compare",
        page: "compare.html",
    },
    Program {
        name: "trade-status-account",
        page: "account.html",
    },
];

/// A program that runs in the browser: trunk puts one together at a time.
struct Program {
    name: &'static str,
    page: &'static str,
}

/// Brings `dist/` and `target/portal/` up to date.
pub fn build(project: &Project, effort: Effort) -> Result<()> {
    let wasm_opt = match effort {
        Effort::Full => Some(tools::wasm_opt(project)?),
        Effort::Quick => None,
    };
    tools::wasm_target(project)?;
    tools::standard_library(project)?;
    let trunk = tools::trunk(project)?;
    let wasm_bindgen = tools::wasm_bindgen(project)?.program;
    let path = path_with(&wasm_bindgen)?;

    println!("Building the portal …");
    // What trunk would do first. Done here, Cargo shows its progress and may download; after it
    // trunk has all it needs and is kept off the network.
    let mut cargo = project.cargo("build --profile wasm --target wasm32-unknown-unknown");
    cargo.envs(SMALL_STANDARD_LIBRARY);
    for program in &PROGRAMS {
        cargo.args(["--bin", program.name]);
    }
    project.run(&mut cargo)?;

    let dist = project.root().join("dist");
    let mut parts = Vec::new();
    for program in &PROGRAMS {
        let part = project.output("trunk").join(program.name);
        let mut command = Command::new(&trunk);
        command
            .current_dir(project.root())
            .args([
                "build",
                program.page,
                "--html-output",
                program.page,
                "--offline",
                "--locked",
                "--skip-version-check",
                "--cargo-profile",
                "wasm",
                "--dist",
            ])
            .arg(&part)
            .env("PATH", &path)
            .envs(SMALL_STANDARD_LIBRARY)
            // trunk reads this as a flag and knows only true and false, where others set 1.
            .env_remove("NO_COLOR");
        process::run_logged(
            &mut command,
            project.interrupt(),
            &project.output("logs").join(format!("{}.log", program.name)),
        )?;
        lean::make(&part)?;
        names::shorten_in(&part)?;
        if let Some(wasm_opt) = &wasm_opt {
            optimize::programs_in(project, wasm_opt, &part)?;
        }
        parts.push(part);
    }
    join::join(&parts, &dist)?;

    let summary = embed::update(&dist, &project.output("portal"))?;
    println!("The portal is in dist/: {summary}");
    Ok(())
}

/// `PATH` with the directory of `program` before all others.
fn path_with(program: &Path) -> Result<OsString> {
    let others = env::var_os("PATH").unwrap_or_default();
    let directories = program.parent().map(Path::to_path_buf).into_iter();
    env::join_paths(directories.chain(env::split_paths(&others)))
        .with_context(|| format!("{} can't stand in PATH", program.display()))
}

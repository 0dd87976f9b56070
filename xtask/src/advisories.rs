//! `cargo xtask advisories`: what is known to be wrong with the crates.

use anyhow::{Context, Result};
use clap::Args;

use crate::project::Project;
use crate::tools;

/// Ask the database of `RustSec` what is known to be wrong with the crates
///
/// Vulnerabilities, unsound and yanked crates, by cargo-deny. The database is on GitHub and changes
/// every day, so this needs the net and is no part of the tests: a release is to be asked for, and
/// one that is out from time to time.
#[derive(Args)]
pub struct AdvisoriesArguments {}

/// Asks, for the crates in the lock file.
pub fn run(project: &Project) -> Result<()> {
    let mut deny = project.command(tools::cargo_deny(project)?);
    deny.args(["--workspace", "--locked", "check", "advisories"]);
    project.run(&mut deny).context(
        "either something is known of a crate, which is named above, or the database can't be \
         fetched: https://github.com/RustSec/advisory-db has to be within reach",
    )
}

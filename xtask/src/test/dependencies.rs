//! The crates that the project is made of: their licences, one version of each, their source; and
//! the bill of materials.

use anyhow::{Result, bail};

use crate::project::Project;
use crate::sbom::Sbom;
use crate::tools;

/// Demands what deny.toml says, and that the bill of materials can be made and is not empty.
pub fn run(project: &Project) -> Result<()> {
    let mut deny = project.command(tools::cargo_deny(project)?);
    deny.args(["--workspace", "--locked", "check", "--hide-inclusion-graph"])
        .args(["bans", "licenses", "sources"]);
    project.run(&mut deny)?;
    match Sbom::of(project)?.len() {
        0 => bail!("the bill of materials names no crate"),
        crates => println!("bill of materials: {crates} crates"),
    }
    Ok(())
}

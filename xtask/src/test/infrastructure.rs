//! The Terraform files: their form, and what checkov thinks of them.

use anyhow::Result;

use crate::process;
use crate::project::Project;
use crate::tools;

/// The directory of the Terraform files.
const TERRAFORM: &str = "terraform";

/// Demands that they are formatted, and that checkov has no objection which they do not answer with
/// a reason.
pub fn run(project: &Project) -> Result<()> {
    if let Some(terraform) = tools::terraform() {
        let mut command = project.command(terraform);
        command.args(["fmt", "-check", "-diff", "-recursive", TERRAFORM]);
        project.run(&mut command)?;
    } else {
        println!("`terraform fmt -check` was not run: there is no terraform on PATH");
    }
    let mut checkov = project.command(tools::python(project, &tools::CHECKOV)?);
    checkov
        .args(["-m", tools::CHECKOV.module, "--directory", TERRAFORM])
        // Its rules are all in its package; what it would fetch are descriptions of them.
        .args(["--framework", "terraform", "--skip-download"])
        .args(["--quiet", "--compact"])
        .env("LOG_LEVEL", "ERROR");
    process::run(&mut checkov, project.interrupt())
}

//! Programs from Debian's packages.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::on_path;
use crate::process;
use crate::project::Project;

/// Programs that a package can bring.
pub struct Packages {
    /// The programs, as in a sentence.
    pub programs: &'static str,
    /// What needs them, as in a sentence.
    pub needed_by: &'static str,
    /// The packages, separated by spaces.
    pub names: &'static str,
    /// What to do where there is no package to be had.
    pub by_hand: &'static str,
}

impl Packages {
    /// Installs them; says what to do where that can't be.
    pub fn install(&self, project: &Project) -> Result<()> {
        let Self {
            programs,
            needed_by,
            names,
            by_hand,
        } = self;
        if on_path(&["apt-get"]).is_none() {
            bail!("{needed_by} need {programs}, which are not here. {by_hand}");
        }
        if as_root(project).is_none() {
            bail!(
                "{needed_by} need {programs}, and installing Debian's packages needs root. \
                 {by_hand}"
            );
        }
        println!("Installing {programs} from the system's packages, about a minute …");
        self.apt_get(project, "update")?;
        self.apt_get(
            project,
            &format!("install --yes --no-install-recommends {names}"),
        )
    }

    /// The error of packages that were installed and did not bring their programs.
    pub fn incomplete(&self) -> String {
        let Self {
            programs, by_hand, ..
        } = self;
        format!("The packages have not brought {programs}. {by_hand}")
    }

    fn apt_get(&self, project: &Project, line: &str) -> Result<()> {
        let mut command = as_root(project).context(self.by_hand)?;
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
            .args(line.split_whitespace());
        let log = project.output("logs").join("apt-get.log");
        process::run_logged(&mut command, project.interrupt(), &log).context(self.by_hand)
    }
}

/// `env` for what only root may do: straight for root, by sudo where it asks no question.
fn as_root(project: &Project) -> Option<Command> {
    if rustix::process::geteuid().is_root() {
        return Some(project.command("env"));
    }
    let asked = Command::new("sudo")
        .args(["-n", "true"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    asked.is_ok_and(|status| status.success()).then(|| {
        let mut command = project.command("sudo");
        command.args(["-n", "env"]);
        command
    })
}

//! Chromium and ChromeDriver, from the system.

use std::env;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use super::on_path;
use crate::process;
use crate::project::Project;

/// What drives the tests in a browser.
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// Its WebDriver server.
    pub chromedriver: PathBuf,
}

/// What to do where there is no package to be had.
const BY_HAND: &str = "Install Chromium and ChromeDriver of the same version (Debian: `apt-get \
    install chromium chromium-driver`), or name both programs in the variables CHROMIUM and \
    CHROMEDRIVER";

/// The browser of `CHROMIUM` and `CHROMEDRIVER`, or of `PATH`; else the one of Debian's packages.
pub fn find_or_install(project: &Project) -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    if on_path(&["apt-get"]).is_none() {
        bail!("The browser tests need Chromium and ChromeDriver, which are not here. {BY_HAND}");
    }
    if as_root(project).is_none() {
        bail!(
            "The browser tests need Chromium and ChromeDriver, and installing Debian's packages \
             needs root. {BY_HAND}"
        );
    }
    println!("Installing Chromium and ChromeDriver from the system's packages, about a minute …");
    apt_get(project, "update")?;
    apt_get(
        project,
        "install --yes --no-install-recommends chromium chromium-driver",
    )?;
    find().with_context(|| {
        format!("The packages have brought no Chromium or no ChromeDriver. {BY_HAND}")
    })
}

fn find() -> Option<Browser> {
    let program = |variable, names: &[&str]| {
        let named = env::var_os(variable).map(PathBuf::from);
        named
            .filter(|path| path.is_file())
            .or_else(|| on_path(names))
    };
    Some(Browser {
        chromium: program(
            "CHROMIUM",
            &["chromium", "chromium-browser", "google-chrome"],
        )?,
        chromedriver: program("CHROMEDRIVER", &["chromedriver"])?,
    })
}

fn apt_get(project: &Project, line: &str) -> Result<()> {
    let mut command = as_root(project).context(BY_HAND)?;
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
        .args(line.split_whitespace());
    let log = project.output("logs").join("apt-get.log");
    process::run_logged(&mut command, project.interrupt(), &log).context(BY_HAND)
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

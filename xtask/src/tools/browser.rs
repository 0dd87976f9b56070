//! Chromium and ChromeDriver, from the system.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::debian::Packages;
use super::on_path;
use crate::project::Project;

/// What drives the tests in a browser.
pub struct Browser {
    /// The browser.
    pub chromium: PathBuf,
    /// Its WebDriver server.
    pub chromedriver: PathBuf,
}

const PACKAGES: Packages = Packages {
    programs: "Chromium and ChromeDriver",
    needed_by: "The browser tests",
    names: "chromium chromium-driver",
    by_hand: "Install Chromium and ChromeDriver of the same version (Debian: `apt-get install \
              chromium chromium-driver`), or name both programs in the variables CHROMIUM and \
              CHROMEDRIVER",
};

/// The browser of `CHROMIUM` and `CHROMEDRIVER`, or of `PATH`; else the one of Debian's packages.
pub fn find_or_install(project: &Project) -> Result<Browser> {
    if let Some(browser) = find() {
        return Ok(browser);
    }
    PACKAGES.install(project)?;
    find().with_context(|| PACKAGES.incomplete())
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

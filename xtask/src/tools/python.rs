//! What comes from PyPI, each in an environment of its own.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use super::cache::Cache;
use super::debian::Packages;
use super::on_path;
use crate::process;
use crate::project::Project;

const PACKAGES: Packages = Packages {
    programs: "Python with its module venv",
    needed_by: "moto, checkov and schemathesis, which the tests use,",
    names: "python3 python3-venv",
    by_hand: "Install Python 3.10 or newer with venv (Debian: `apt-get install python3 \
              python3-venv`)",
};

/// Something from PyPI.
///
/// What its packages themselves stand on is left to pip: that differs from Python to Python.
pub struct PythonTool {
    name: &'static str,
    version: &'static str,
    /// The packages, with exact versions.
    packages: &'static [&'static str],
    /// The program that they bring.
    program: &'static str,
    /// The module that does the same.
    pub module: &'static str,
    duration: &'static str,
}

/// A server that answers as AWS does: of `DynamoDB` also what Amazon's own local one leaves out.
pub const MOTO: PythonTool = PythonTool {
    name: "moto",
    version: "5.2.5",
    packages: &["moto[dynamodb]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"],
    program: "moto_server",
    module: "moto.server",
    duration: "about 15 seconds",
};

/// Checks infrastructure as code.
pub const CHECKOV: PythonTool = PythonTool {
    name: "checkov",
    version: "3.3.30",
    packages: &["checkov==3.3.30"],
    program: "checkov",
    module: "checkov.main",
    duration: "about 30 seconds",
};

/// Makes up requests from the description of an API, and checks the answers against it.
pub const SCHEMATHESIS: PythonTool = PythonTool {
    name: "schemathesis",
    version: "4.32.5",
    packages: &["schemathesis==4.32.5"],
    program: "schemathesis",
    module: "schemathesis.cli",
    duration: "about 20 seconds",
};

impl PythonTool {
    /// The Python that has its module, found or installed. The module is run rather than the
    /// program, which can't be moved: its first line says where its Python was.
    pub fn find_or_install(&self, project: &Project) -> Result<PathBuf> {
        let Self {
            name,
            version,
            program,
            duration,
            ..
        } = self;
        let python = if let Some(python) = python(project) {
            python
        } else {
            PACKAGES.install(project)?;
            python(project).with_context(|| PACKAGES.incomplete())?
        };
        // An environment is of use to the very Python that has made it.
        let tool = format!("{name}-{version}-python-{}", python.version);
        let cache = Cache::of_user()?;
        if !cache.is_complete(&tool, &[program]) {
            let log = cache.log(&tool);
            cache.install(&tool, &[program], |directory| {
                println!("Installing {name} {version} from PyPI, {duration} the first time …");
                let start = Instant::now();
                self.install(project, &python.path, directory, &log)?;
                let seconds = start.elapsed().as_secs();
                println!("Installed {name} {version} in {seconds} s");
                Ok(())
            })?;
        }
        Ok(cache.tool(&tool).join("bin/python"))
    }

    fn install(
        &self,
        project: &Project,
        python: &Path,
        directory: &Path,
        log: &Path,
    ) -> Result<()> {
        let failed = || {
            format!(
                "cannot install {} {}; is the registry of PyPI within reach?",
                self.name, self.version
            )
        };
        let mut venv = project.command(python);
        venv.args(["-m", "venv", "--clear"]).arg(directory);
        process::run_logged(&mut venv, project.interrupt(), log).with_context(failed)?;
        let mut pip = project.command(directory.join("bin/python"));
        pip.args(["-m", "pip", "install", "--no-input"])
            .arg("--disable-pip-version-check")
            .args(self.packages);
        process::run_logged(&mut pip, project.interrupt(), log).with_context(failed)
    }
}

/// A Python that can make environments.
struct Python {
    path: PathBuf,
    /// As in `3.11.7`.
    version: String,
}

fn python(project: &Project) -> Option<Python> {
    let path = on_path(&["python3"])?;
    let question = "import ensurepip, platform, venv; print(platform.python_version())";
    let answer = project
        .command(&path)
        .args(["-c", question])
        .output()
        .ok()?;
    let version = String::from_utf8(answer.stdout).ok()?.trim().to_owned();
    (answer.status.success() && !version.is_empty()).then_some(Python { path, version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_version_is_exact() {
        for tool in [MOTO, CHECKOV, SCHEMATHESIS] {
            for package in tool.packages {
                assert!(package.contains("=="), "{package}");
            }
            let first = tool.packages.first().unwrap();
            assert!(first.ends_with(tool.version), "{first}");
        }
    }
}

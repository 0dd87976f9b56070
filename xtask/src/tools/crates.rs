//! Tools that are built from their crates.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use super::cache::Cache;
use super::on_path;
use crate::lock;
use crate::process;
use crate::project::Project;

/// The newest trunk that the project's compiler builds.
const TRUNK_VERSION: &str = "0.21.14";

/// The newest cargo-deny.
const CARGO_DENY_VERSION: &str = "0.20.2";

/// The two programs of wasm-bindgen.
pub struct WasmBindgen {
    /// Writes the JavaScript beside a module.
    pub program: PathBuf,
    /// Runs a test module in a browser, for `cargo test`.
    pub test_runner: PathBuf,
}

/// trunk, found or installed.
pub fn trunk(project: &Project) -> Result<PathBuf> {
    let trunk = CrateTool {
        name: "trunk",
        package: "trunk",
        version: TRUNK_VERSION,
        programs: &["trunk"],
        // Its newest dependencies are not those that it was tested with.
        flags: &["--locked", "--no-default-features"],
        opt_level: "1",
        duration: "about 5 minutes",
    };
    Ok(trunk.find_or_install(project)?.join("trunk"))
}

/// wasm-bindgen, found or installed: it understands only modules of its own version.
pub fn wasm_bindgen(project: &Project) -> Result<WasmBindgen> {
    let path = project.root().join("Cargo.lock");
    let lock_file =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let programs = &["wasm-bindgen", "wasm-bindgen-test-runner"];
    let wasm_bindgen = CrateTool {
        name: "wasm-bindgen",
        package: "wasm-bindgen-cli",
        version: lock::version(&lock_file, "wasm-bindgen")?,
        programs,
        // With `--locked` it does not build.
        flags: &["--no-default-features"],
        opt_level: "2",
        duration: "about 2 minutes",
    };
    let directory = wasm_bindgen.find_or_install(project)?;
    Ok(WasmBindgen {
        program: directory.join(programs[0]),
        test_runner: directory.join(programs[1]),
    })
}

/// cargo-deny, found or installed.
pub fn cargo_deny(project: &Project) -> Result<PathBuf> {
    let cargo_deny = CrateTool {
        name: "cargo-deny",
        package: "cargo-deny",
        version: CARGO_DENY_VERSION,
        programs: &["cargo-deny"],
        flags: &["--locked"],
        opt_level: "1",
        duration: "about 3 minutes",
    };
    Ok(cargo_deny.find_or_install(project)?.join("cargo-deny"))
}

struct CrateTool<'a> {
    name: &'a str,
    package: &'a str,
    version: &'a str,
    programs: &'a [&'a str],
    flags: &'a [&'a str],
    opt_level: &'a str,
    duration: &'a str,
}

impl CrateTool<'_> {
    /// The directory of its programs.
    fn find_or_install(&self, project: &Project) -> Result<PathBuf> {
        let cache = Cache::of_user()?;
        let name = format!("{}-{}", self.name, self.version);
        if !cache.is_complete(&name, self.programs) {
            if let Some(directory) = self.directory_on_path() {
                return Ok(directory);
            }
            self.install(project, &cache, &name)?;
        }
        Ok(cache.tool(&name).join("bin"))
    }

    /// Where the user has this very version already.
    fn directory_on_path(&self) -> Option<PathBuf> {
        let program = on_path(&self.programs[..1])?;
        let answer = Command::new(&program).arg("--version").output().ok()?;
        let version = String::from_utf8(answer.stdout).ok()?;
        let directory = program.parent()?;
        let complete = self
            .programs
            .iter()
            .all(|program| directory.join(program).is_file());
        (complete && version.split_whitespace().nth(1) == Some(self.version))
            .then(|| directory.to_path_buf())
    }

    fn install(&self, project: &Project, cache: &Cache, name: &str) -> Result<()> {
        let Self {
            package,
            version,
            duration,
            ..
        } = self;
        let log = cache.log(name);
        cache.install(name, self.programs, |directory| {
            println!(
                "Installing {} {version} from its crate, {duration} the first time …",
                self.name
            );
            let start = Instant::now();
            process::run_logged(
                &mut self.cargo_install(project, directory),
                project.interrupt(),
                &log,
            )
            .with_context(|| {
                format!("cannot install {package} {version}; is the crate registry within reach?")
            })?;
            fs::remove_dir_all(artefacts(directory))
                .context("cannot remove what the build has left")?;
            println!(
                "Installed {} {version} in {} s",
                self.name,
                start.elapsed().as_secs()
            );
            Ok(())
        })
    }

    fn cargo_install(&self, project: &Project, directory: &Path) -> Command {
        let mut cargo = project.cargo("install");
        cargo
            .args([self.package, "--version", self.version])
            .args(self.flags)
            .arg("--root")
            .arg(directory)
            // Kept until the tool is complete, so that an interrupted installation goes on where it
            // was.
            .arg("--target-dir")
            .arg(artefacts(directory))
            // Quick to build before quick to run.
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", self.opt_level);
        cargo
    }
}

/// Where Cargo builds before it installs to `directory`.
fn artefacts(directory: &Path) -> PathBuf {
    directory.join("artefacts")
}

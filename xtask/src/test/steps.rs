//! The steps of `cargo xtask test`, in their order.

use std::io::{self, Write};
use std::process::Command;

use anyhow::{Result, bail};
use clap::ValueEnum;

use super::aws::Aws;
use super::chromium::{self, ChromeDriver};
use super::count::{Count, Counter};
use super::{dependencies, infrastructure, lighthouse, schemathesis};
use crate::project::Project;
use crate::{chaos, portal, process, tools};

/// One part of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Step {
    /// Formatting
    Format,
    /// Clippy for the whole workspace, warnings as errors
    Clippy,
    /// Clippy for what runs in the browser, as WebAssembly
    ClippyWasm,
    /// Tests of the native crates, with DynamoDB Local and moto
    Native,
    /// Tests of the portal's components, in Chromium
    Wasm,
    /// The Terraform files: formatted, and nothing that checkov objects to
    Infrastructure,
    /// The crates: their licences, one version of each, their source; the bill of materials
    Dependencies,
    /// What becomes of the server when things break: `cargo xtask chaos --short`
    Chaos,
    /// The API's own description run against it with schemathesis, by every role and by nobody
    Schemathesis,
    /// The documentation, warnings as errors
    Docs,
    /// Journeys through the portal in Chromium, against the real server
    Journeys,
    /// The same journeys, with the server's store on DynamoDB Local
    JourneysDynamodb,
    /// Lighthouse: 100 for accessibility and best practices, on pages of the real server
    Lighthouse,
}

impl Step {
    /// Gets what the step needs from outside, so that a lack shows before anything is compiled.
    pub fn prepare(self, project: &Project) -> Result<()> {
        match self {
            Self::Format | Self::Clippy | Self::Docs => {}
            Self::Native => {
                tools::dynamodb_local(project)?;
                tools::python(project, &tools::MOTO)?;
            }
            Self::Infrastructure => drop(tools::python(project, &tools::CHECKOV)?),
            Self::Dependencies => drop(tools::cargo_deny(project)?),
            Self::Chaos => drop(tools::dynamodb_local(project)?),
            Self::Schemathesis => drop(tools::python(project, &tools::SCHEMATHESIS)?),
            Self::ClippyWasm => drop(tools::wasm_target(project)?),
            Self::Wasm => {
                tools::wasm_target(project)?;
                tools::wasm_bindgen(project)?;
                tools::browser(project)?;
            }
            Self::Journeys | Self::JourneysDynamodb | Self::Lighthouse => {
                if self == Self::JourneysDynamodb {
                    tools::dynamodb_local(project)?;
                }
                tools::wasm_target(project)?;
                tools::standard_library(project)?;
                tools::trunk(project)?;
                tools::wasm_opt(project)?;
                tools::wasm_bindgen(project)?;
                tools::browser(project)?;
                tools::checks(project)?;
                if self != Self::Lighthouse {
                    tools::identity_provider(project)?;
                }
            }
        }
        Ok(())
    }

    /// Runs the step, of its tests `only` those whose names have one of these in them where there are
    /// any; the tests that it has run, if it is one of tests.
    pub fn run(self, project: &Project, only: &[String]) -> Result<Option<Count>> {
        match self {
            Self::Format => check(project, "fmt --all --check"),
            Self::Clippy => {
                let line = "clippy --workspace --all-features --all-targets -- -D warnings";
                check(project, line)?;
                // Not among all targets, since a plain `cargo test` leaves them out.
                let line = "clippy --workspace --all-features --test journeys -- -D warnings";
                check(project, line)?;
                // What is only used with a feature must not stand there unused without it.
                check(project, "clippy --package status-server -- -D warnings")
            }
            // With the portal go the crates of the workspace that it is made of.
            Self::ClippyWasm => check(
                project,
                "clippy -p trade-status-portal --target wasm32-unknown-unknown --all-targets -- -D warnings",
            ),
            Self::Native => native(project, only).map(Some),
            Self::Wasm => wasm(project, only).map(Some),
            Self::Infrastructure => infrastructure::run(project).map(|()| None),
            Self::Dependencies => dependencies::run(project).map(|()| None),
            Self::Chaos => chaos::test(project).map(|passed| Some(Count::passed(passed))),
            Self::Schemathesis => schemathesis::run(project).map(Some),
            Self::Docs => {
                let mut cargo = project.cargo("doc --no-deps --workspace --all-features");
                project.run(cargo.env("RUSTDOCFLAGS", "-D warnings"))?;
                Ok(None)
            }
            Self::Journeys => journeys(project, None, only).map(Some),
            Self::JourneysDynamodb => {
                journeys(project, Some(&Aws::dynamodb(project)?), only).map(Some)
            }
            Self::Lighthouse => lighthouse::run(project).map(Some),
        }
    }
}

fn check(project: &Project, line: &str) -> Result<Option<Count>> {
    project.run(&mut project.cargo(line))?;
    Ok(None)
}

fn native(project: &Project, only: &[String]) -> Result<Count> {
    let mut cargo = project.cargo("test --workspace --all-features");
    let servers = [Aws::dynamodb(project)?, Aws::moto(project)?];
    for server in &servers {
        server.tell(&mut cargo);
    }
    // The examples of the documentation are run; moto stands on requests too.
    cargo.env(
        "PYTHON_WITH_REQUESTS",
        tools::python(project, &tools::MOTO)?,
    );
    test(project, &mut cargo, only)
}

fn wasm(project: &Project, only: &[String]) -> Result<Count> {
    let browser = tools::browser(project)?;
    let capabilities = chromium::write_capabilities(project, &browser)?;
    let runner = tools::wasm_bindgen(project)?.test_runner;
    let mut cargo =
        project.cargo("test -p trade-status-portal --target wasm32-unknown-unknown --tests");
    cargo
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", &browser.chromedriver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", capabilities)
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        // Seconds; the usual 5 and 20 are too few for a busy machine.
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60")
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    test(project, &mut cargo, only)
}

/// How the program under test is built: with all packages and a test selected, the features are
/// those of the native tests, and so is most of what was compiled for them.
pub const PROGRAM: &str = "--workspace --all-features --bin trade-status --test journeys";

/// The journeys, the server's store on `DynamoDB` where there is one.
fn journeys(project: &Project, dynamodb: Option<&Aws>, only: &[String]) -> Result<Count> {
    portal::build(project, portal::Effort::Full)?;
    let program = project.build_program("trade-status", PROGRAM)?;
    let browser = tools::browser(project)?;
    let driver = ChromeDriver::start(project, &browser)?;
    let mut cargo = project.cargo("test --workspace --all-features --test journeys");
    if let Some(server) = dynamodb {
        cargo.env("JOURNEYS_STORE", "dynamodb");
        server.tell(&mut cargo);
    }
    cargo
        .env("TRADE_STATUS_BIN", program)
        .env("WEBDRIVER_URL", driver.url())
        .env("CHROMIUM", &browser.chromium)
        .env("CHROMIUM_FLAGS", chromium::FLAGS.join(" "))
        .env("AXE", tools::checks(project)?.axe)
        .env("IDENTITY_PROVIDER", tools::identity_provider(project)?);
    test(project, &mut cargo, only)
}

/// Runs tests, shown as they run. None at all is a failure: a filter or a `cfg` has gone wrong.
fn test(project: &Project, command: &mut Command, only: &[String]) -> Result<Count> {
    if !only.is_empty() {
        command.arg("--").args(only);
    }
    let mut counter = Counter::default();
    process::run_reading(command, project.interrupt(), |bytes| {
        counter.read(bytes);
        let mut output = io::stdout().lock();
        output.write_all(bytes)?;
        output.flush()
    })?;
    match counter.count() {
        Count { passed: 0, .. } => bail!("no test has run"),
        count => Ok(count),
    }
}

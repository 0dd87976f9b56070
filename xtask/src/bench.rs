//! `cargo xtask bench`: the figures, each beside its bound.

use std::io;
use std::os::fd::AsFd;
use std::process::Stdio;

use anyhow::{Context, Result};
use clap::Args;

use crate::dist;
use crate::project::Project;
use crate::test::aws::Aws;
use crate::test::chromium::{self, ChromeDriver};
use crate::tools;

/// What can be measured.
const FIGURES: [&str; 12] = [
    "first-load",
    "cold-agents",
    "change-on-screen",
    "large-session",
    "lighthouse",
    "quiet-when-final",
    "status-throughput",
    "waiting-crowd",
    "million-sessions",
    "outage",
    "session-writes",
    "table-viewers",
];

/// Measure size, speed, memory and the table's units of the released program
///
/// Prints each figure beside its bound, whether it is met, and how busy the machine is. The figures
/// stand on standard output, what goes on meanwhile on standard error. The first run writes a store
/// of a million sessions to target/bench/, which takes some minutes; a whole run takes eight.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 measured, whatever the figures are; 1 something could not be \
                        measured; 2 wrong usage; 130 ended by Ctrl-C."
)]
pub struct BenchArguments {
    /// Only this figure; may be given several times
    #[arg(long, value_name = "NAME", value_parser = FIGURES)]
    only: Vec<String>,
    /// The report as one JSON object
    #[arg(long)]
    json: bool,
}

/// Builds the released program and measures it.
pub fn run(project: &Project, arguments: &BenchArguments) -> Result<()> {
    let figures = only_figures().context("standard output can't be set aside")?;
    dist::run(project)?;
    let bench = project.build_program("bench", &format!("{} --bin bench", dist::with("bench")))?;
    let browser = tools::browser(project)?;
    let driver = ChromeDriver::start(project, &browser)?;
    let dynamodb = Aws::dynamodb(project)?;

    let program = project.output("dist").join("trade-status");
    let mut command = project.command(bench);
    command
        .env("TRADE_STATUS_BIN", program)
        .env("WEBDRIVER_URL", driver.url())
        .env("CHROMIUM", &browser.chromium)
        .env("CHROMIUM_FLAGS", chromium::FLAGS.join(" "))
        .env("LIGHTHOUSE", tools::checks(project)?.lighthouse)
        .arg("--directory")
        .arg(project.output("bench"))
        .stdout(figures);
    dynamodb.tell(&mut command);
    for figure in &arguments.only {
        command.args(["--only", figure]);
    }
    if arguments.json {
        command.arg("--json");
    }
    project.run(&mut command)
}

/// Standard output for the figures alone: what this process writes there from here on goes to
/// standard error.
pub fn only_figures() -> io::Result<Stdio> {
    let output = io::stdout().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(output.into())
}

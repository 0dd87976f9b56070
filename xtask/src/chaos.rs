//! `cargo xtask chaos`: what becomes of the server when things break.

use std::process::Command;

use anyhow::{Context, Result};
use clap::Args;

use crate::bench::only_figures;
use crate::dist;
use crate::project::Project;
use crate::test::aws::Aws;

/// What can be tried.
const TRIALS: [(&str, &str); 7] = [
    (
        "killed",
        "the server is killed (SIGKILL), again and again, while eight writers report",
    ),
    (
        "stopped",
        "the server is told to end (SIGTERM), again and again, while eight writers report and viewers wait",
    ),
    (
        "backup",
        "the store is backed up while eight writers report, and restored",
    ),
    (
        "table",
        "the DynamoDB table is slow, fails, is gone, may not be written",
    ),
    (
        "file",
        "the SQLite file is locked by another program; the disk is full",
    ),
    (
        "crowd",
        "thousands of viewers wait on hundreds of sessions while writers write",
    ),
    (
        "greedy",
        "one viewer asks far more often than it may, beside others that keep to their limits",
    ),
];

/// Break what the server needs, and look at what becomes of it
///
/// Real processes, each trial with a figure at its end: what was acknowledged and lost, what was
/// answered wrong, how soon all was well again. The figures stand on standard output, what goes on
/// meanwhile on standard error. A run with --short, as the tests do it, takes some two minutes; a
/// whole one takes much longer.
#[derive(Args)]
#[command(
    after_help = "Exit codes: 0 nothing was lost or wrong; 1 something was, or could not be tried \
                  (the report says what); 2 wrong usage; 130 ended by Ctrl-C."
)]
pub struct ChaosArguments {
    /// Only these trials
    #[arg(value_name = "NAME", value_parser = TRIALS.map(|(name, _)| name))]
    trials: Vec<String>,
    /// Shorter and smaller, and with the program of the tests instead of the released one
    #[arg(long)]
    short: bool,
    /// The report as one JSON object
    #[arg(long)]
    json: bool,
    /// Name the trials and end
    #[arg(long)]
    list: bool,
}

/// Builds the program and tries it.
pub fn run(project: &Project, arguments: &ChaosArguments) -> Result<()> {
    if arguments.list {
        for (name, what) in TRIALS {
            println!("{name:<8} {what}");
        }
        return Ok(());
    }
    let figures = only_figures().context("standard output can't be set aside")?;
    let (mut chaos, _dynamodb) = if arguments.short {
        short(project)?
    } else {
        dist::run(project)?;
        let program = project.output("dist").join("trade-status");
        let chaos = project.build_program("chaos", "--release --package chaos")?;
        let mut command = project.command(chaos);
        command.env("TRADE_STATUS_BIN", program);
        on_dynamodb(project, command)?
    };
    chaos.stdout(figures).args(&arguments.trials);
    if arguments.json {
        chaos.arg("--json");
    }
    project.run(&mut chaos)
}

/// All trials in their short form, as one of the tests; answers how many there are.
pub fn test(project: &Project) -> Result<usize> {
    let (mut chaos, _dynamodb) = short(project)?;
    project.run(&mut chaos)?;
    Ok(TRIALS.len())
}

/// The trials in their short form, with the program that the other tests have built.
fn short(project: &Project) -> Result<(Command, Aws)> {
    let line = "--workspace --all-features --bin chaos --bin trade-status --test journeys";
    let built = project.build("chaos", line)?;
    let program = built.program.with_file_name("trade-status");
    let mut command = project.command(built.program);
    command.arg("--short").env("TRADE_STATUS_BIN", program);
    on_dynamodb(project, command)
}

fn on_dynamodb(project: &Project, mut command: Command) -> Result<(Command, Aws)> {
    let dynamodb = Aws::dynamodb(project)?;
    dynamodb.tell(&mut command);
    command.arg("--directory").arg(project.output("chaos"));
    Ok((command, dynamodb))
}

//! The project's tasks: `cargo xtask --help`.
//!
//! # Layout
//! - [`project`]: where things are, and Cargo called on them
//! - [`process`]: children that end with us, Ctrl-C included
//! - [`http`]: asking a local server how it is
//! - [`tools`]: what the tasks need from outside, found or installed
//! - [`portal`]: the portal built, and compressed for the server to embed
//! - [`lock`], [`sbom`]: what `Cargo.lock` has settled, and the bill of materials made of it
//! - [`stage`]: a server with sessions of every kind
//! - [`demo`], [`mod@test`], [`dist`], [`mod@bench`], [`chaos`], [`screenshots`], [`advisories`]:
//!   the tasks themselves

mod advisories;
mod bench;
mod chaos;
mod demo;
mod dist;
mod http;
mod lock;
mod portal;
mod process;
mod project;
mod sbom;
mod screenshots;
mod stage;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use process::{Interrupt, Interrupted};
use project::Project;

#[derive(Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "The project's tasks",
    long_about = "The project's tasks. Each of them fetches what it lacks, says so, and keeps it for the next run.",
    after_help = "Exit codes: 0 done, 1 failed (the last lines say why), 2 wrong usage, 130 ended by Ctrl-C."
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Demo(demo::DemoArguments),
    Test(test::TestArguments),
    Dist(dist::DistArguments),
    Bench(bench::BenchArguments),
    Chaos(chaos::ChaosArguments),
    Portal(portal::PortalArguments),
    Screenshots(screenshots::ScreenshotsArguments),
    Tools(tools::ToolsArguments),
    Advisories(advisories::AdvisoriesArguments),
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if error.is::<Interrupted>() => {
            eprintln!("{Interrupted}");
            ExitCode::from(130)
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    let project = Project::find(Interrupt::listen()?)?;
    match task {
        Task::Demo(arguments) => demo::run(&project, &arguments),
        Task::Test(arguments) => test::run(&project, &arguments),
        Task::Dist(_) => dist::run(&project),
        Task::Bench(arguments) => bench::run(&project, &arguments),
        Task::Chaos(arguments) => chaos::run(&project, &arguments),
        Task::Portal(_) => portal::run(&project),
        Task::Screenshots(arguments) => screenshots::run(&project, &arguments),
        Task::Tools(arguments) => tools::run(&project, &arguments),
        Task::Advisories(_) => advisories::run(&project),
    }
}

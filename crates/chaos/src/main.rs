//! Breaks what a server needs, and looks at what becomes of it: real processes, a figure at the end.
//!
//! `cargo xtask chaos` builds the program, starts `DynamoDB` Local and calls this. Unlike a figure
//! of the bench, a bound that says whether something is lost or wrong decides the exit code; how
//! long anything took is printed, and is for the reader to judge.
//!
//! # Layout
//! - [`trials`]: what is tried, a module each
//! - [`story`]: what writers report of a session, and what it has to look like after each report
//! - [`writers`]: report until it is acknowledged, and note what was
//! - [`judge`]: is what was acknowledged there, and whole?
//! - [`witnesses`]: writers, readers and waiting viewers beside a fault; every answer noted
//! - [`stage`]: where the programs are, and where they may write

mod judge;
mod stage;
mod story;
mod trials;
mod witnesses;
mod writers;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use harness::machine::{Machine, load_average};
use harness::report::{FigureReport, Report};
use tokio::signal::unix::{SignalKind, signal};

use stage::Stage;
use trials::Trial;

/// Break what a server needs, and look at what becomes of it
#[derive(Parser)]
#[command(
    name = "chaos",
    after_help = "Exit codes: 0 nothing was lost or wrong; 1 something was, or could not be tried \
                  (the report says what); 2 wrong usage; 130 ended by Ctrl-C."
)]
struct Arguments {
    /// Only these trials
    #[arg(value_name = "NAME")]
    trials: Vec<Trial>,
    /// Shorter and smaller: what the tests run
    #[arg(long)]
    short: bool,
    /// The report as one JSON object on standard output
    #[arg(long)]
    json: bool,
    /// Name the trials and end
    #[arg(long)]
    list: bool,
    /// The trade-status program that is tried
    #[arg(
        long,
        value_name = "PATH",
        env = "TRADE_STATUS_BIN",
        required_unless_present = "list"
    )]
    program: Option<PathBuf>,
    /// A running DynamoDB Local, as in <http://127.0.0.1:8000>; the trials of the table need it
    #[arg(long, value_name = "URL", env = "DYNAMODB_LOCAL")]
    dynamodb: Option<String>,
    /// For stores and logs
    #[arg(long, value_name = "PATH", default_value = "target/chaos")]
    directory: PathBuf,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(exit) => exit,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    if arguments.list {
        print(&trials::list());
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime does not start")?;
    let exit = runtime.block_on(async {
        tokio::select! {
            exit = try_all(arguments) => exit,
            stopped = stop() => stopped.map(|()| {
                eprintln!("interrupted");
                ExitCode::from(130)
            }),
        }
    });
    // A thread that still waits for a server that has ended would be waited for otherwise.
    runtime.shutdown_background();
    exit
}

async fn try_all(arguments: Arguments) -> Result<ExitCode> {
    let program = arguments
        .program
        .context("name the program with --program")?;
    let stage = Stage::new(
        &program,
        &arguments.directory,
        arguments.dynamodb,
        arguments.short,
    )?;
    let load_before = load_average();
    let mut figures = Vec::new();
    for trial in chosen(&arguments.trials) {
        stage::say(trial, "begins");
        let report = FigureReport::of(&trial.to_string(), trial.run(&stage)).await;
        match &report.outcome {
            Ok(_) => stage::say(trial, "done"),
            Err(error) => stage::say(trial, &format!("could not be tried: {error}")),
        }
        figures.push(report);
    }
    let report = Report {
        machine: Machine::here(),
        load_before,
        load_after: load_average(),
        figures,
    };
    if arguments.json {
        print(&format!("{:#}\n", report.to_json()));
    } else {
        print(&report.to_table());
    }
    Ok(if report.is_complete() && report.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The trials in their order, each once; all of them if none is named.
fn chosen(named: &[Trial]) -> Vec<Trial> {
    let all = Trial::value_variants().iter().copied();
    all.filter(|trial| named.is_empty() || named.contains(trial))
        .collect()
}

fn print(text: &str) {
    // Whoever reads may have seen enough.
    let _ = io::stdout().write_all(text.as_bytes());
}

/// Ready on Ctrl-C, SIGTERM, or the terminal's end.
async fn stop() -> Result<()> {
    let listen = |kind| signal(kind).context("cannot listen for Ctrl-C");
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut terminate = listen(SignalKind::terminate())?;
    let mut hang_up = listen(SignalKind::hangup())?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn trials_are_run_in_their_order_each_once() {
        assert_eq!(
            chosen(&[Trial::Crowd, Trial::Killed, Trial::Crowd]),
            [Trial::Killed, Trial::Crowd]
        );
        assert_eq!(chosen(&[]).len(), Trial::value_variants().len());
    }
}

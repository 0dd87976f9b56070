//! Measures what the portal and the server need: bytes, time, memory.
//!
//! `cargo xtask bench` builds the released program, starts `ChromeDriver` and calls this. A figure
//! is printed beside its bound and whether it is met, and never decides the exit code: how busy
//! the machine was, which is printed too, is for the reader to judge.
//!
//! # Layout
//! - [`figures`]: what is measured, a module each, and in which order
//! - [`setup`]: where the programs are that are measured
//! - [`browser`]: a Chromium with a fresh profile
//! - [`population`]: a million sessions, the same in every run
//! - [`workflows`]: documents through simulated agents, every report of theirs timed
//! - [`metered_table`]: a table on `DynamoDB` Local that is counted and can be away
//! - [`clock`]: the time
//!
//! A server of one's own, HTTP and the report are [`harness`]'s.

mod browser;
mod clock;
mod figures;
mod metered_table;
mod population;
mod setup;
mod workflows;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};

use browser::WebDriver;
use figures::Figure;
use harness::http::HttpAddress;
use setup::Bench;

/// Measure what the portal and the server need: bytes, time, memory
#[derive(Parser)]
#[command(
    name = "bench",
    after_help = "Exit codes: 0 measured, whatever the figures are; 1 something could not be \
                  measured (the report says why); 2 wrong usage; 130 ended by Ctrl-C."
)]
struct Arguments {
    /// Only this figure; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<Figure>,
    /// The report as one JSON object on standard output
    #[arg(long)]
    json: bool,
    /// The trade-status program that is measured, with the portal inside
    #[arg(long, value_name = "PATH", env = "TRADE_STATUS_BIN")]
    program: PathBuf,
    /// A running ChromeDriver, as in <http://127.0.0.1:9515>; the figures of the portal need it
    #[arg(long, value_name = "URL", env = "WEBDRIVER_URL")]
    webdriver: Option<HttpAddress>,
    /// The Chromium that ChromeDriver starts; its own choice if not given
    #[arg(long, value_name = "PATH", env = "CHROMIUM")]
    chromium: Option<PathBuf>,
    /// How Chromium is started, separated by spaces
    #[arg(
        long,
        value_name = "FLAGS",
        env = "CHROMIUM_FLAGS",
        default_value = "--headless=new",
        allow_hyphen_values = true
    )]
    chromium_flags: String,
    /// The program of Lighthouse; its figure needs it
    #[arg(long, value_name = "PATH", env = "LIGHTHOUSE")]
    lighthouse: Option<PathBuf>,
    /// A running DynamoDB Local, as in <http://127.0.0.1:8000>; the figures of the table need it,
    /// and AWS credentials of any kind in the environment
    #[arg(long, value_name = "URL", env = "DYNAMODB_LOCAL")]
    dynamodb: Option<HttpAddress>,
    /// For stores; the one of a million sessions is kept there for the next run
    #[arg(long, value_name = "PATH", default_value = "target/bench")]
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
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime does not start")?;
    let exit = runtime.block_on(async {
        tokio::select! {
            exit = measure(arguments) => exit,
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

async fn measure(arguments: Arguments) -> Result<ExitCode> {
    let bench = Bench::new(
        &arguments.program,
        &arguments.directory,
        arguments.webdriver.map(|address| WebDriver {
            address,
            chromium: arguments.chromium,
            flags: arguments.chromium_flags,
        }),
        arguments.lighthouse,
        arguments.dynamodb,
    )?;
    let report = Box::pin(figures::measure(&bench, &arguments.only)).await;
    let text = if arguments.json {
        format!("{:#}\n", report.to_json())
    } else {
        report.to_table()
    };
    // Whoever reads may have seen enough.
    let _ = io::stdout().write_all(text.as_bytes());
    Ok(if report.is_complete() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
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
}

//! The log, on standard error.

use std::{
    env,
    io::{self, IsTerminal},
};

use clap::{Args, ValueEnum};
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt};

#[derive(Args)]
pub(super) struct Arguments {
    /// How the log on standard error is written; `RUST_LOG` says how much of it, as in
    /// `RUST_LOG=debug` or `RUST_LOG=warn,status_server=debug`
    #[arg(
        long,
        global = true,
        value_name = "FORMAT",
        env = "TRADE_STATUS_LOG_FORMAT",
        default_value = "text"
    )]
    log_format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// A line for people
    Text,
    /// A JSON object a line, for machines
    Json,
}

/// AWS's crates warn of what comes back as an error, which is then told in a sentence.
const OTHERS: &str = "aws_config=off,aws_runtime=error,aws_smithy_runtime=error";

/// From here on what is logged is written. A service tells of its life, a command of trouble only.
pub(super) fn start(arguments: &Arguments, is_service: bool) {
    let level = if is_service {
        LevelFilter::INFO
    } else {
        LevelFilter::WARN
    };
    let filter = EnvFilter::builder().with_default_directive(level.into());
    let filter = match env::var(EnvFilter::DEFAULT_ENV) {
        Ok(asked) => filter.parse_lossy(asked),
        Err(_) => filter.parse_lossy(format!("{level},{OTHERS}")),
    };
    let log = fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal());
    match arguments.log_format {
        Format::Text => log.init(),
        Format::Json => log.json().flatten_event(true).init(),
    }
}

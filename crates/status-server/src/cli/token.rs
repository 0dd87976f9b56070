//! `trade-status token`: who gets in, apart from people who sign in.
//!
//! It works beside a running server, which sees a change within a second.

mod create;
mod list;
mod revoke;

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{Exit, Failure};

/// Make, list and revoke tokens: the way in for programs and displays
///
/// A token is sent as `Authorization: Bearer TOKEN`. A running server sees what is made or revoked
/// here within a second.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Create(create::Arguments),
    List(list::Arguments),
    Revoke(revoke::Arguments),
}

/// Where the access file is.
#[derive(Args)]
struct FileArguments {
    /// The access file that the server is started with (`serve --access`)
    #[arg(long, value_name = "FILE", env = "TRADE_STATUS_ACCESS")]
    access: PathBuf,
    /// Print JSON, for machines
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.command {
        Command::Create(arguments) => create::run(arguments),
        Command::List(arguments) => list::run(arguments),
        Command::Revoke(arguments) => revoke::run(arguments),
    }
}

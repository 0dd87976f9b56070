//! The commands.
//!
//! # Layout
//!
//! | module | what lives there |
//! |---|---|
//! | `serve`, `simulate`, `run`, `import`, `backup`, `token`, `table` | a command each: its arguments, what it does |
//! | `address` | an address to listen on, as it is given |
//! | `store` | which store, as it is given, and opening it |
//! | `outbox` | where reports wait while the store is away |
//! | `agents` | where the agents are, as it is given |
//! | `lines`, `objects`, `output` | input line by line and object by object, however long; standard output |
//! | `exit` | what went wrong in a sentence; the exit codes |
//! | `logging` | the log, on standard error |
//! | `signals` | Ctrl-C and SIGTERM |

mod address;
mod agents;
mod backup;
mod exit;
mod import;
mod lines;
mod logging;
mod objects;
mod outbox;
mod output;
mod run;
mod serve;
mod signals;
mod simulate;
mod store;
#[cfg(feature = "dynamodb")]
mod table;
mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand, error::ErrorKind};

use exit::{Exit, Failure};

/// Follows documents through the trade matching pipeline: status API, portal, orchestrator.
#[derive(Parser)]
#[command(name = "trade-status", version, after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    log: logging::Arguments,
    #[command(subcommand)]
    command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
  0    all went well
  1    it failed; standard error says why
  2    a part of the input could not be used; standard error names it, the rest is done
  64   the command line is wrong
  130  stopped by Ctrl-C or SIGTERM before the end

`trade-status COMMAND --help` says more of each command.";

#[derive(Subcommand)]
enum Command {
    Serve(Box<serve::Arguments>),
    Simulate(simulate::Arguments),
    Run(run::Arguments),
    Import(import::Arguments),
    Backup(backup::Arguments),
    Token(token::Arguments),
    #[cfg(feature = "dynamodb")]
    Table(table::Arguments),
}

/// Runs the command that the command line names.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Where even this can't be said, there is nobody to say it to.
            let _ = error.print();
            let is_asked_for = matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
            );
            return if is_asked_for {
                Exit::Well
            } else {
                Exit::Usage
            }
            .into();
        }
    };
    match execute(cli) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            output::note(&format!("trade-status: {failure}"));
            failure.exit().into()
        }
    }
}

fn execute(cli: Cli) -> Result<Exit, Failure> {
    let is_service = matches!(cli.command, Command::Serve(_) | Command::Simulate(_));
    logging::start(&cli.log, is_service);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(Failure::Runtime)?;
    let exit = runtime.block_on(async {
        match cli.command {
            Command::Serve(arguments) => Box::pin(serve::run(*arguments)).await,
            Command::Simulate(arguments) => simulate::run(&arguments).await,
            Command::Run(arguments) => run::run(arguments).await,
            Command::Import(arguments) => import::run(arguments).await,
            Command::Backup(arguments) => backup::run(arguments).await,
            Command::Token(arguments) => token::run(&arguments),
            #[cfg(feature = "dynamodb")]
            Command::Table(arguments) => table::run(arguments).await,
        }
    });
    // A thread that waits for more of the standard input would be waited for otherwise.
    runtime.shutdown_background();
    exit
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}

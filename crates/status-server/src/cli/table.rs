//! `trade-status table`: the table on `DynamoDB` itself.

mod deploy;
mod destroy;
mod place;
mod screen;
mod trouble;
mod validate;

use clap::{Args, Subcommand};

use super::{Exit, Failure, output, signals};

pub(super) use trouble::Trouble;

/// Create, check or remove the table on DynamoDB
///
/// Credentials are found as by every AWS program: environment, profile, web identity, container,
/// instance.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    Deploy(deploy::Arguments),
    Validate(validate::Arguments),
    Destroy(destroy::Arguments),
}

pub(super) async fn run(arguments: Arguments) -> Result<Exit, Failure> {
    let stop = signals::stop().map_err(Failure::Signals)?;
    // The calls of AWS's client are large futures.
    let exit = match arguments.action {
        Action::Deploy(arguments) => Box::pin(deploy::run(arguments, stop)).await,
        Action::Validate(arguments) => Box::pin(validate::run(arguments, stop)).await,
        Action::Destroy(arguments) => Box::pin(destroy::run(arguments, stop)).await,
    };
    Ok(exit?)
}

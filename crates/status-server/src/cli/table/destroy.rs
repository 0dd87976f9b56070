//! `trade-status table destroy`.

use std::future::Future;

use clap::Args;
use serde_json::json;

use super::{
    Exit, Trouble, output,
    place::Place,
    screen::{Screen, ask},
};

/// Remove the table with everything in it
///
/// Says what is lost, and asks for the table's name.
///
/// Exit codes: 0 when it is gone; 1 when it is not; 130 when it was stopped.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The table's name once more, where there is no terminal to ask on
    #[arg(long, value_name = "NAME")]
    confirm: Option<String>,
    /// Print what was done as one JSON object
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(
    arguments: Arguments,
    stop: impl Future<Output = ()>,
) -> Result<Exit, Trouble> {
    tokio::select! {
        biased;
        () = stop => {
            output::note(
                "stopped; if the table's removal had begun, DynamoDB ends it by itself.",
            );
            Ok(Exit::Stopped)
        }
        exit = destroy(arguments) => exit,
    }
}

async fn destroy(arguments: Arguments) -> Result<Exit, Trouble> {
    let screen = Screen::new(arguments.json);
    let table = arguments.place.connect().await?;
    let name = table.name().to_string();
    let found = table
        .settled()
        .await?
        .ok_or_else(|| Trouble::NothingThere {
            table: name.clone(),
            place: table.place().to_owned(),
        })?;
    screen.say(&format!("{name} at {} ({}):", table.place(), found.arn));
    screen.say(&format!("  {}", found.loss()));
    let given = match arguments.confirm {
        Some(given) => given,
        None => ask("The table's name, to remove it:")
            .await
            .ok_or_else(|| Trouble::NobodyToConfirm(name.clone()))?,
    };
    if given != name {
        return Err(Trouble::NotConfirmed(name));
    }
    let removed = table.destroy(&found);
    screen.wait("removing the table", removed).await?;
    screen.say(&format!("{name} is gone."));
    if arguments.json {
        let report = json!({ "table": name, "place": table.place(), "removed": true });
        output::line(&report.to_string());
    }
    Ok(Exit::Well)
}

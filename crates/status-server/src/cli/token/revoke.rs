//! `trade-status token revoke`.

use access::AccessFile;
use clap::Args;
use serde_json::json;

use super::FileArguments;
use crate::{
    cli::{Exit, Failure, output},
    clock,
};

/// Revoke a token: a running server lets nobody in by it after a second
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    file: FileArguments,
    /// The token's name or id, as `token list` shows them
    #[arg(value_name = "NAME|ID")]
    token: String,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let file = AccessFile::open_existing(&arguments.file.access, &mut rand::rng())?;
    let now = clock::system();
    let revoked = file.revoke_token(&arguments.token, now);
    let token = revoked
        .map_err(Failure::AccessFile)?
        .ok_or_else(|| Failure::UnknownToken(arguments.token.clone()))?;
    let revoked_at = token.revoked_at.unwrap_or(now);
    if arguments.file.json {
        let printed = json!({
            "id": token.id.to_string(), "name": token.name.as_str(), "revokedAt": revoked_at,
        });
        output::line(&printed.to_string());
    } else if token.revoked_at.is_some() {
        output::note(&format!(
            "The token {} was revoked at {revoked_at} already.",
            token.name
        ));
    } else {
        output::note(&format!("The token {} is revoked.", token.name));
    }
    Ok(Exit::Well)
}

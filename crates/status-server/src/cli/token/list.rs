//! `trade-status token list`.

use access::{AccessFile, Token};
use clap::Args;
use serde_json::{Value, json};
use status_model::Timestamp;

use super::FileArguments;
use crate::{
    cli::{Exit, Failure, output},
    clock,
};

/// List all tokens, also those that are expired or revoked; the tokens themselves are kept nowhere
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    file: FileArguments,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let file = AccessFile::open_existing(&arguments.file.access, &mut rand::rng())?;
    let tokens = file.tokens().map_err(Failure::AccessFile)?;
    let now = clock::system();
    if arguments.file.json {
        for token in &tokens {
            output::line(&object(token, now).to_string());
        }
        return Ok(Exit::Well);
    }
    if tokens.is_empty() {
        output::note("There are no tokens. Make one with trade-status token create.");
        return Ok(Exit::Well);
    }
    let heads = [
        "ID",
        "NAME",
        "ROLE",
        "STATE",
        "CREATED",
        "EXPIRES",
        "LAST USED",
    ];
    let rows = tokens.iter().map(|token| row(token, now));
    let rows: Vec<_> = std::iter::once(heads.map(str::to_owned))
        .chain(rows)
        .collect();
    for line in aligned(&rows) {
        output::line(&line);
    }
    Ok(Exit::Well)
}

fn object(token: &Token, now: Timestamp) -> Value {
    json!({
        "id": token.id.to_string(), "name": token.name.as_str(), "role": token.role,
        "state": token.state(now).as_str(), "createdAt": token.created_at,
        "expiresAt": token.expires_at, "lastUsedAt": token.last_used_at,
        "revokedAt": token.revoked_at,
    })
}

fn row(token: &Token, now: Timestamp) -> [String; 7] {
    let time = |time: Option<Timestamp>| time.map_or_else(|| "never".to_owned(), to_the_minute);
    [
        token.id.to_string(),
        token.name.to_string(),
        token.role.to_string(),
        token.state(now).as_str().to_owned(),
        to_the_minute(token.created_at),
        time(token.expires_at),
        time(token.last_used_at),
    ]
}

/// As in `2026-11-22T08:31Z`.
fn to_the_minute(time: Timestamp) -> String {
    let minute: String = time.to_string().chars().take(16).collect();
    minute + "Z"
}

/// Columns as wide as their widest cell.
fn aligned<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let widths: [usize; N] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].len()).max().unwrap_or(0));
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths);
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

//! `trade-status token create`.

use access::{AccessFile, FileError, Role, Token, TokenName};
use clap::Args;
use serde_json::json;
use status_model::{Seconds, Timestamp};

use super::FileArguments;
use crate::{
    cli::{Exit, Failure, output},
    clock,
    gate::PublicUrl,
};

/// Make a token and print it, this once
///
/// Of the token only a hash is kept, so it can't be shown again. For --role display a link is
/// printed: whoever opens it in a browser has the wall there until the token expires or is revoked.
#[derive(Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    file: FileArguments,
    /// What it is called, in the log too: letters, digits and . _ @ -
    #[arg(long, value_name = "NAME")]
    name: TokenName,
    /// What it may do: viewer (reads everything, shares single sessions), writer (reports status),
    /// display (the wall's overview), operator (everything)
    #[arg(long, value_name = "ROLE")]
    role: Role,
    /// How long it is good, as in 90d, 12h, 30m; without it until it is revoked
    #[arg(long, value_name = "LENGTH")]
    expires_in: Option<Length>,
    /// The address under which the server is reached: what a display's link begins with
    #[arg(
        long,
        value_name = "URL",
        env = "TRADE_STATUS_PUBLIC_URL",
        default_value = "http://127.0.0.1:8080"
    )]
    public_url: PublicUrl,
}

pub(super) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut random = rand::rng();
    let file = AccessFile::open(&arguments.file.access, &mut random)?;
    let now = clock::system();
    let expires_at = arguments.expires_in.map(|Length(length)| now + length);
    let (name, role) = (&arguments.name, arguments.role);
    let (token, text) = Token::new(name.clone(), role, expires_at, now, &mut random);
    file.add_token(&token).map_err(|error| match error {
        FileError::NameTaken => Failure::TokenNameTaken(name.to_string()),
        FileError::Unavailable(_) => Failure::AccessFile(error),
    })?;
    let text = text.text();
    let link =
        (role == Role::Display).then(|| format!("{}/sign-in/display/{text}", arguments.public_url));
    if arguments.file.json {
        let printed = json!({
            "id": token.id.to_string(), "name": name.as_str(), "role": role,
            "createdAt": now, "expiresAt": expires_at, "token": text, "link": link,
        });
        output::line(&printed.to_string());
        return Ok(Exit::Well);
    }
    output::line(link.as_ref().unwrap_or(&text));
    output::note(&format!(
        "{} {name} may enter as {role} {}. {}",
        if link.is_some() {
            "The display"
        } else {
            "The token"
        },
        until(expires_at),
        if link.is_some() {
            "Open the link once on its screen; it can't be shown again."
        } else {
            "Keep it: it can't be shown again."
        },
    ));
    Ok(Exit::Well)
}

fn until(expires_at: Option<Timestamp>) -> String {
    expires_at.map_or_else(
        || "until it is revoked".to_owned(),
        |time| format!("until {time}"),
    )
}

/// A length of time, as it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Length(Seconds);

/// The text is no length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("give a whole number of days, hours or minutes, as in 90d, 12h, 30m")]
struct InvalidLength;

impl std::str::FromStr for Length {
    type Err = InvalidLength;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (number, unit) = text
            .split_at_checked(text.len().saturating_sub(1))
            .ok_or(InvalidLength)?;
        let unit: u64 = match unit {
            "d" => 24 * 60 * 60,
            "h" => 60 * 60,
            "m" => 60,
            _ => return Err(InvalidLength),
        };
        // A hundred years are for ever.
        let number = number.parse::<u32>().map_err(|_| InvalidLength)?;
        let seconds = u64::from(number) * unit;
        let longest = 100 * 366 * 24 * 60 * 60;
        (1..=longest)
            .contains(&seconds)
            .then(|| Self(Seconds::from_secs(seconds)))
            .ok_or(InvalidLength)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_a_number_of_days_hours_or_minutes() {
        for (text, seconds) in [("90d", 7_776_000), ("12h", 43_200), ("30m", 1_800)] {
            assert_eq!(text.parse(), Ok(Length(Seconds::from_secs(seconds))));
        }
        for bad in [
            "",
            "d",
            "90",
            "1.5d",
            "-1d",
            "0d",
            "90 d",
            "4294967295d",
            "9é",
        ] {
            assert_eq!(bad.parse::<Length>(), Err(InvalidLength), "{bad}");
        }
    }
}

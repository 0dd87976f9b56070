//! The log, on standard error.

use std::{
    env,
    io::{self, IsTerminal, Write},
};

use clap::{Args, ValueEnum};
use tracing_subscriber::{EnvFilter, filter::LevelFilter, fmt};

use crate::plain;

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
    let is_coloured = io::stderr().is_terminal();
    let log = fmt()
        .with_env_filter(filter)
        .with_writer(move || OneLine {
            output: io::stderr(),
            is_coloured,
        })
        .with_ansi(is_coloured)
        // Told on standard error, which is what has failed: whoever is being served would pay for it.
        .log_internal_errors(false);
    match arguments.log_format {
        Format::Text => log.init(),
        Format::Json => log.json().flatten_event(true).init(),
    }
}

/// Keeps what is logged, the texts of others in it too, to one line that steers no terminal.
///
/// Each event comes in one piece with a line break at its end.
struct OneLine<W> {
    output: W,
    /// The colours are ours: those in a text of others are written out before.
    is_coloured: bool,
}

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = text.strip_suffix('\n').unwrap_or(&text);
        let allowed: &[char] = if self.is_coloured { &['\u{1b}'] } else { &[] };
        let line = format!("{}\n", plain::escaped(line, allowed));
        self.output.write_all(line.as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(event: &str, is_coloured: bool) -> String {
        let mut log = OneLine {
            output: Vec::new(),
            is_coloured,
        };
        log.write_all(event.as_bytes()).unwrap();
        String::from_utf8(log.output).unwrap()
    }

    #[test]
    fn an_event_is_one_line() {
        assert_eq!(written("INFO refused: a\n", false), "INFO refused: a\n");
        assert_eq!(
            written("INFO refused: a\r\nINFO forged\u{2028}\n", false),
            "INFO refused: a\\u000d\\u000aINFO forged\\u2028\n"
        );
    }

    #[test]
    fn only_a_terminal_gets_colours() {
        assert_eq!(written("\u{1b}[32mINFO\n", true), "\u{1b}[32mINFO\n");
        assert_eq!(written("\u{1b}[32mINFO\n", false), "\\u001b[32mINFO\n");
    }
}

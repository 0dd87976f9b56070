//! The program.

use std::process::ExitCode;

fn main() -> ExitCode {
    status_server::cli::main()
}

//! `catatlas`: see `--help`.

use std::process::ExitCode;

use catatlas::cli::Cli;

fn main() -> ExitCode {
    match Cli::read().command.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("catatlas: {error:#}");
            ExitCode::FAILURE
        }
    }
}

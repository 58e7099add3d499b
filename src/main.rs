//! `catatlas`: see `--help`.

use std::process::ExitCode;

use catatlas::cli::Cli;
use clap::Parser as _;

fn main() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("catatlas: {error:#}");
            ExitCode::FAILURE
        }
    }
}

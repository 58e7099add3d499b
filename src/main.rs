//! `catatlas`: see `--help`.

use std::process::ExitCode;

use catatlas::cli::Cli;
use clap::Parser as _;
use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("catatlas: {error:#}");
            ExitCode::FAILURE
        }
    }
}

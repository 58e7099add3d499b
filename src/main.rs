//! The program.

use clap::Parser;

/// A self-hosted atlas of street cats.
#[derive(Debug, Parser)]
#[command(version)]
enum Cli {
    Migrate(catatlas::commands::migrate::MigrateArgs),
}

fn main() -> anyhow::Result<()> {
    let Cli::Migrate(args) = Cli::parse();
    catatlas::commands::migrate::run(&args)
}

//! The command line.

use clap::{Parser, Subcommand};

use crate::commands::{healthcheck, migrate, serve, user};

/// A self-hosted atlas of street cats: sightings, profiles and a map, in one binary and one SQLite file.
#[derive(Debug, Parser)]
#[command(name = "catatlas", version, about, long_about = None, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Serve(Box<serve::ServeArgs>),
    Migrate(migrate::MigrateArgs),
    User(user::UserArgs),
    Healthcheck(healthcheck::HealthcheckArgs),
}

impl Command {
    pub fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Serve(args) => serve::run(&args),
            Self::Migrate(args) => migrate::run(&args),
            Self::User(args) => user::run(&args),
            Self::Healthcheck(args) => healthcheck::run(&args),
        }
    }
}

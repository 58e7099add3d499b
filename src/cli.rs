//! The command line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands::{healthcheck, loadtest, migrate, serve, user};
use crate::config;

/// A self-hosted atlas of street cats: sightings, profiles and a map, in one binary and one SQLite file.
#[derive(Debug, Parser)]
#[command(name = "catatlas", version, about, long_about = None, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// What is typed, with variables and the configuration file beneath it. Where help is asked for or something is refused, that is
    /// printed and the program ends.
    pub fn read() -> Self {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let read = config::read(Self::command(), &arguments).and_then(|matches| Self::from_arg_matches(&matches));
        read.unwrap_or_else(|error| error.exit())
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Serve(Box<serve::ServeArgs>),
    Migrate(migrate::MigrateArgs),
    User(user::UserArgs),
    Healthcheck(healthcheck::HealthcheckArgs),
    Loadtest(Box<loadtest::LoadtestArgs>),
}

impl Command {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Loadtest(args) => return loadtest::run(&args),
            Self::Serve(args) => serve::run(&args),
            Self::Migrate(args) => migrate::run(&args),
            Self::User(args) => user::run(&args),
            Self::Healthcheck(args) => healthcheck::run(&args),
        }
        .map(|()| ExitCode::SUCCESS)
    }
}

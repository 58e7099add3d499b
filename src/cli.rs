//! The command line.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands::{backup, doctor, flag, healthcheck, loadtest, manual, migrate, restore, serve, travel, user};
use crate::config::{self, Config};

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
        try_read().unwrap_or_else(|error| error.exit())
    }
}

fn try_read() -> Result<Cli, clap::Error> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let matches = config::read(Cli::command(), &arguments)?;
    let mut cli = Cli::from_arg_matches(&matches)?;
    if let Command::Serve(args) = &mut cli.command {
        args.shown = config::shown(&matches);
    }
    Ok(cli)
}

/// What `serve` is told, read anew.
fn read_again() -> anyhow::Result<Config> {
    match try_read()?.command {
        Command::Serve(args) => Ok(args.config),
        _ => anyhow::bail!("this is not `catatlas serve`"),
    }
}

#[derive(Debug, Subcommand)]
pub enum Command {
    Serve(Box<serve::ServeArgs>),
    Migrate(migrate::MigrateArgs),
    Backup(backup::BackupArgs),
    Restore(restore::RestoreArgs),
    Export(travel::ExportArgs),
    Import(travel::ImportArgs),
    User(user::UserArgs),
    Flag(flag::FlagArgs),
    Doctor(Box<doctor::DoctorArgs>),
    Healthcheck(healthcheck::HealthcheckArgs),
    Loadtest(Box<loadtest::LoadtestArgs>),
    #[command(hide = true)]
    Manual(manual::ManualArgs),
}

impl Command {
    /// # Errors
    /// What went wrong, to be told to whoever typed it.
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Serve(args) => serve::run(&args, read_again),
            Self::Loadtest(args) => return loadtest::run(&args),
            Self::Migrate(args) => migrate::run(&args),
            Self::Backup(args) => backup::run(&args),
            Self::Restore(args) => restore::run(&args),
            Self::Export(args) => travel::export(&args),
            Self::Import(args) => travel::import(&args),
            Self::User(args) => user::run(&args),
            Self::Flag(args) => flag::run(&args),
            Self::Healthcheck(args) => healthcheck::run(&args),
            Self::Manual(args) => manual::run(&args, config::described(Cli::command())),
            Self::Doctor(args) => return doctor::run(&args),
        }?;
        Ok(ExitCode::SUCCESS)
    }
}

//! `catatlas flag`: features, switched from the shell of the machine. Works while the server runs.

use std::io::{Write as _, stdout};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::domain::audit::Actor;
use crate::domain::flags::{Flag, Share};
use crate::http::switch;
use crate::store::db::write_beside;
use crate::store::{StoreError, audit, file, flags};

/// Features that can be switched: on, off, or on for a share of people.
///
/// Works while the server runs, which sees it within seconds. What is not set is as the environment has it.
#[derive(Debug, Args)]
pub struct FlagArgs {
    #[command(subcommand)]
    command: FlagCommand,

    /// The database file
    #[arg(long, value_name = "FILE", default_value = "atlas.db", global = true)]
    database: PathBuf,
}

#[derive(Debug, Subcommand)]
enum FlagCommand {
    /// List the flags, and how each of them is set
    List,
    /// Switch a feature on or off, or on for a share of people
    Set {
        #[arg(value_parser = names())]
        name: String,
        /// on, off, or a percentage such as 25%
        state: Share,
    },
    /// Leave a feature to the environment again
    Unset {
        #[arg(value_parser = names())]
        name: String,
    },
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(Flag::ALL.map(|(name, _)| name))
}

/// # Errors
/// The database cannot be used.
pub fn run(args: &FlagArgs) -> anyhow::Result<()> {
    let database = file::join(&args.database, Timestamp::now())?;
    let mut out = stdout().lock();
    match &args.command {
        FlagCommand::List => {
            let set = write_beside::<_, StoreError>(&database, |tx| flags::all(tx))?;
            for (name, flag) in Flag::ALL {
                let share = set.iter().find(|(set, _)| *set == flag).map(|(_, share)| share.to_string());
                writeln!(out, "{name:<20}{}", share.as_deref().unwrap_or("as the environment has it"))?;
            }
        }
        FlagCommand::Set { name, state } => set(&database, name, Some(*state))?,
        FlagCommand::Unset { name } => set(&database, name, None)?,
    }
    Ok(())
}

fn set(database: &Path, name: &str, share: Option<Share>) -> anyhow::Result<()> {
    let flag = Flag::named(name).with_context(|| format!("there is no flag {name}"))?;
    let now = Timestamp::now();
    write_beside::<_, StoreError>(database, |tx| {
        flags::set(tx, flag, share, now)?;
        audit::record(tx, &Actor::shell(), &switch(flag, share), now)
    })?;
    Ok(())
}

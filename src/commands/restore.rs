//! `catatlas restore`: an atlas from a backup.

use std::io::{Write, stdout};
use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

use super::backup::content;
use crate::backups;

/// Restores an atlas from a backup. Stop the server first.
///
/// The backup is proven whole before anything is changed, and what is there now is kept beside. A backup that is damaged, cut short,
/// of another program or of a newer release is refused.
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    backup: PathBuf,

    /// The database file that is replaced
    #[arg(long, value_name = "FILE", default_value = "atlas.db")]
    database: PathBuf,

    /// Restores into this file instead
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,

    /// Says what would be done, and changes nothing
    #[arg(long)]
    dry_run: bool,

    /// Says it for programs
    #[arg(long)]
    json: bool,
}

/// # Errors
/// It is refused, and nothing was changed.
pub fn run(args: &RestoreArgs) -> anyhow::Result<()> {
    let database = args.to.as_ref().unwrap_or(&args.database);
    let restored = backups::restore(&args.backup, database, args.dry_run, Timestamp::now())?;
    let mut out = stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&restored)?)?;
        return Ok(());
    }
    let (file, content) = (restored.database.display(), content(&restored.manifest));
    if args.dry_run {
        writeln!(out, "Dry run: nothing was changed. The backup is whole.\n{file} would be {content}.")?;
        return Ok(());
    }
    writeln!(out, "{file} is {content}.")?;
    if let Some(kept) = &restored.kept {
        writeln!(out, "What was there before is kept in {}", kept.display())?;
    }
    Ok(())
}

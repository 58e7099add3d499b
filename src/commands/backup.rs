//! `catatlas backup`: makes backups, lists them, proves them.

use std::io::{Write, stdout};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::backups::{self, Place};
use crate::domain::backups::{Keep, Manifest};
use crate::store::file;

/// Makes a backup: one file with the whole atlas in it, photos and accounts too.
///
/// Works while the server runs, and holds nobody up. The backup counts only once a copy has been restored from it and proven whole.
/// It holds everybody's data and the secret that signs access tokens: keep it where only you can read it.
#[derive(Debug, Args)]
pub struct BackupArgs {
    #[command(subcommand)]
    command: Option<BackupCommand>,

    /// The database file
    #[arg(long, value_name = "FILE", default_value = "atlas.db", global = true)]
    database: PathBuf,

    /// The folder of the backups; without it, `backups` beside the database
    #[arg(long = "to", id = "backup_folder", value_name = "FOLDER", global = true)]
    folder: Option<PathBuf>,

    /// Which older ones stay, such as last=3,daily=7,weekly=4,monthly=12; without it, all
    #[arg(long = "keep", id = "backup_keep", value_name = "POLICY")]
    keep: Option<Keep>,

    /// Says it for programs
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum BackupCommand {
    /// List the backups there are, the newest first
    List,
    /// Prove a backup by restoring it into a folder that is then removed
    Verify { file: PathBuf },
}

/// # Errors
/// There is no backup, or it is not whole.
pub fn run(args: &BackupArgs) -> anyhow::Result<()> {
    let mut out = stdout().lock();
    let place = Place::new(&file::locate(&args.database)?, args.folder.clone(), args.keep);
    match &args.command {
        None => {
            let made = place.make(Timestamp::now())?;
            if args.json {
                writeln!(out, "{}", serde_json::to_string(&made)?)?;
            } else {
                writeln!(out, "{} ({} KB) holds {}.", made.file.display(), made.bytes.div_ceil(1000), content(&made.manifest))?;
                made.removed.iter().try_for_each(|file| writeln!(out, "Removed {}", file.display()))?;
            }
        }
        Some(BackupCommand::List) => {
            let found = backups::list(&place.folder)?;
            if args.json {
                writeln!(out, "{}", serde_json::to_string(&found)?)?;
            } else if found.is_empty() {
                writeln!(out, "There are no backups in {}. `catatlas backup` makes one.", place.folder.display())?;
            }
            for own in found.iter().filter(|_| !args.json) {
                writeln!(out, "{}  {:>9} KB  {}", own.made_at, own.bytes.div_ceil(1000), place.folder.join(&own.name).display())?;
            }
        }
        Some(BackupCommand::Verify { file }) => {
            let manifest = backups::verify(file)?;
            if args.json {
                writeln!(out, "{}", serde_json::to_string(&manifest)?)?;
            } else {
                writeln!(out, "{} is whole. It holds {}.", file.display(), content(&manifest))?;
            }
        }
    }
    Ok(())
}

/// What is in a backup, in a few words.
pub fn content(Manifest { made_at, schema, rows, .. }: &Manifest) -> String {
    let count = |table| rows.get(table).copied().unwrap_or_default();
    let [sightings, cats, photos] = ["entries", "cats", "photos"].map(count);
    format!("the atlas of {made_at}: {sightings} sightings, {cats} cats, {photos} photos, schema version {schema}")
}

//! `catatlas migrate`: brings a database file to this release.

use std::io::{self, Write, stdout};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::store::adoption::{Adoption, Orphans, TakenTable};
use crate::store::file::{self, Done};
use crate::store::migrations::LATEST;

/// Brings a database file to the schema of this release.
///
/// A file that does not exist yet is made. A database of the predecessor is adopted where it lies: same ids, same values, nothing
/// lost. Before a database is changed, a copy of it is put beside it. Anything else is refused and left as it is.
///
/// `catatlas serve` does the same when it starts.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(subcommand)]
    command: Option<MigrateCommand>,

    /// The database file.
    #[arg(long, value_name = "FILE", default_value = "atlas.db", global = true)]
    database: PathBuf,

    /// Says what would be done, and changes nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Subcommand)]
enum MigrateCommand {
    /// Says what a file is, and changes nothing.
    Status,
}

/// # Errors
/// The file is refused.
pub fn run(args: &MigrateArgs) -> anyhow::Result<()> {
    let database = &args.database;
    let mut out = stdout().lock();
    match args.command {
        Some(MigrateCommand::Status) => writeln!(out, "{}: {}", database.display(), file::identify(database)?)?,
        None if args.dry_run => {
            let done = file::rehearse(database)?;
            writeln!(out, "Dry run: nothing was changed.")?;
            report(&mut out, &done, "would be")?;
        }
        None => {
            let prepared = file::prepare(database, Timestamp::now())?;
            report(&mut out, &prepared.done, "was")?;
            if let Some(copy) = &prepared.safety_copy {
                writeln!(out, "The file as it was is kept in {}", copy.display())?;
            }
        }
    }
    Ok(())
}

fn report(out: &mut impl Write, done: &Done, was: &str) -> io::Result<()> {
    match done {
        Done::Nothing { schema } if *schema > LATEST => {
            writeln!(out, "The database is of a newer release that lets this one use it (schema version {schema}). Nothing to do.")
        }
        Done::Nothing { schema } => writeln!(out, "The database is up to date (schema version {schema}). Nothing to do."),
        Done::Created => writeln!(out, "A new database {was} made (schema version {LATEST})."),
        Done::Migrated { from } => writeln!(out, "The database {was} migrated from schema version {from} to {LATEST}."),
        Done::Adopted(adoption) => report_adoption(out, adoption, was),
    }
}

fn report_adoption(out: &mut impl Write, Adoption { schema, tables, orphans }: &Adoption, was: &str) -> io::Result<()> {
    writeln!(out, "The predecessor's database (its schema {schema}) {was} adopted (schema version {LATEST}).\n")?;
    writeln!(out, "{:<14}{:>10}{:>10}", "table", "rows", "kept")?;
    for TakenTable { name, before, after } in tables {
        writeln!(out, "{name:<14}{before:>10}{after:>10}")?;
    }
    if !orphans.is_empty() {
        writeln!(out, "\nNot kept, or not as it was; the table orphans has the whole rows:")?;
    }
    for Orphans { table, reason, rows, first_id } in orphans {
        writeln!(out, "{rows:>8} of {table}: {reason} (first: {first_id})")?;
    }
    writeln!(out)
}

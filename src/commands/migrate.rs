//! `catatlas migrate`: brings a database file to this release.

use std::io::{self, Write, stdout};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::store::adoption::{Adoption, Orphans, TakenTable};
use crate::store::file::{self, Done};
use crate::store::identity::Kind;
use crate::store::migrations::{LATEST, Step};

/// Brings a database file to the schema of this release, or back to an older one.
///
/// A file that does not exist yet is made. A database of the predecessor is adopted where it lies: same ids, same values, nothing
/// lost. Before a database is changed, a copy of it is put beside it and compared. Anything else is refused and left as it is.
///
/// `catatlas serve` does the same as `up` when it starts.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(subcommand)]
    command: Option<MigrateCommand>,

    /// The database file.
    #[arg(long, value_name = "FILE", default_value = "atlas.db", global = true)]
    database: PathBuf,

    /// Does it to a copy, says how long each step took, and changes nothing.
    #[arg(long, global = true)]
    dry_run: bool,
}

#[derive(Debug, Subcommand)]
enum MigrateCommand {
    /// Says what a file is and what is to be done to it, and changes nothing.
    Status,
    /// Brings it to the schema of this release, which is what happens without a word too.
    Up,
    /// Takes it back to an older schema, for an older release. What only newer ones have a place for is then in the copy alone.
    Down {
        /// The schema version.
        #[arg(long, value_name = "VERSION")]
        to: i32,
    },
}

/// # Errors
/// The file is refused.
pub fn run(args: &MigrateArgs) -> anyhow::Result<()> {
    let database = &args.database;
    let mut out = stdout().lock();
    match args.command {
        Some(MigrateCommand::Status) => {
            let kind = file::identify(database)?;
            writeln!(out, "{}: {kind}", database.display())?;
            match kind {
                Kind::Ours { schema } if schema < LATEST => {
                    writeln!(out, "This release brings it to schema version {LATEST}: `catatlas migrate up`.")?;
                }
                Kind::Ours { .. } => writeln!(out, "This release uses it as it is.")?,
                Kind::New | Kind::Predecessor { .. } => writeln!(out, "This release makes schema version {LATEST} of it.")?,
            }
        }
        Some(MigrateCommand::Down { to }) => {
            let now = (!args.dry_run).then(Timestamp::now);
            let prepared = file::lower(database, to, now)?;
            tell(&mut out, &prepared.done, &prepared.steps, prepared.safety_copy.as_deref(), args.dry_run)?;
        }
        Some(MigrateCommand::Up) | None if args.dry_run => {
            let (done, steps) = file::rehearse(database)?;
            tell(&mut out, &done, &steps, None, true)?;
        }
        Some(MigrateCommand::Up) | None => {
            let prepared = file::prepare(database, Timestamp::now())?;
            tell(&mut out, &prepared.done, &prepared.steps, prepared.safety_copy.as_deref(), false)?;
        }
    }
    Ok(())
}

fn tell(out: &mut impl Write, done: &Done, steps: &[Step], safety_copy: Option<&Path>, is_rehearsal: bool) -> io::Result<()> {
    if is_rehearsal {
        writeln!(out, "Dry run: nothing was changed.")?;
    }
    report(out, done, if is_rehearsal { "would be" } else { "was" })?;
    for Step { version, took } in steps {
        writeln!(out, "{:>8} ms for the step of version {version}", took.as_millis())?;
    }
    safety_copy.map_or(Ok(()), |copy| writeln!(out, "The file as it was is kept in {}", copy.display()))
}

fn report(out: &mut impl Write, done: &Done, was: &str) -> io::Result<()> {
    match done {
        Done::Nothing { schema } if *schema > LATEST => {
            writeln!(out, "The database is of a newer release that lets this one use it (schema version {schema}). Nothing to do.")
        }
        Done::Nothing { schema } => writeln!(out, "The database is up to date (schema version {schema}). Nothing to do."),
        Done::Created => writeln!(out, "A new database {was} made (schema version {LATEST})."),
        Done::Migrated { from } => writeln!(out, "The database {was} migrated from schema version {from} to {LATEST}."),
        Done::Lowered { from, to } => writeln!(out, "The database {was} taken back from schema version {from} to {to}."),
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

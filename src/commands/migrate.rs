//! `catatlas migrate`: brings a database file to this release.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;

use crate::store::adoption::Adoption;
use crate::store::file::{self, Done};
use crate::store::migrations::LATEST;

/// Bring a database file to the schema of this release.
///
/// A file that does not exist yet is made. A database of the predecessor is adopted where it lies: same ids, same values, nothing
/// lost. Before a database is changed, a copy of it is put beside it. Anything else is refused and left as it is.
///
/// `catatlas serve` does the same when it starts.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(subcommand)]
    command: Option<MigrateCommand>,

    /// The database file
    #[arg(long, value_name = "FILE", default_value = "atlas.db", env = "CATATLAS_DATABASE", global = true)]
    database: PathBuf,

    /// Say what would be done, and change nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Subcommand)]
enum MigrateCommand {
    /// Say what a file is, and change nothing
    Status,
}

/// # Errors
/// The file is refused.
pub fn run(args: &MigrateArgs) -> anyhow::Result<()> {
    let database = &args.database;
    match args.command {
        Some(MigrateCommand::Status) => println!("{}: {}", database.display(), file::identify(database)?),
        None if args.dry_run => {
            println!("Dry run: nothing was changed.");
            report(&file::rehearse(database)?, "would be");
        }
        None => {
            let prepared = file::prepare(database, Timestamp::now())?;
            report(&prepared.done, "was");
            if let Some(copy) = &prepared.safety_copy {
                println!("The file as it was is kept in {}", copy.display());
            }
        }
    }
    Ok(())
}

fn report(done: &Done, was: &str) {
    match done {
        Done::Nothing { schema } if *schema > LATEST => {
            println!("The database is an atlas of a newer release that lets this one use it (schema version {schema}). Nothing to do.");
        }
        Done::Nothing { schema } => println!("The database is up to date (schema version {schema}). Nothing to do."),
        Done::Created => println!("A new database {was} made (schema version {LATEST})."),
        Done::Migrated { from } => println!("The database {was} migrated from schema version {from} to {LATEST}."),
        Done::Adopted(adoption) => report_adoption(adoption, was),
    }
}

fn report_adoption(Adoption { schema, tables, orphans }: &Adoption, was: &str) {
    println!("The predecessor's database (its schema {schema}) {was} adopted (schema version {LATEST}).");
    println!("\n{:<14}{:>10}{:>10}", "table", "rows", "kept");
    for table in tables {
        println!("{:<14}{:>10}{:>10}", table.name, table.before, table.after);
    }
    if !orphans.is_empty() {
        println!("\nNot kept as it was; the whole rows are in the table orphans:");
    }
    for orphans in orphans {
        println!("{:>8} of {}: {} (the first has id {})", orphans.rows, orphans.table, orphans.reason, orphans.first_id);
    }
    println!();
}

//! The numbered migrations, as the program carries them with it.

use rusqlite::{Connection, Transaction};
use rusqlite_migration::{HookResult, M, Migrations, Result};

use super::map_index;

/// Every migration, by number from 1. A released one is never edited.
const STEPS: [&str; 6] = [
    include_str!("../../sql/migrations/0001_atlas.sql"),
    include_str!("../../sql/migrations/0002_photos.sql"),
    include_str!("../../sql/migrations/0003_accounts.sql"),
    include_str!("../../sql/migrations/0004_kept_free.sql"),
    include_str!("../../sql/migrations/0005_map.sql"),
    include_str!("../../sql/migrations/0006_idempotency.sql"),
];

/// The schema version that this release makes: the number of its last migration.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "a handful of files")]
pub const LATEST: i32 = STEPS.len() as i32;

/// The migration that makes the map, which is then to be filled.
const MAP: i32 = 5;

/// `PRAGMA application_id` of our files: `CatA`.
pub const APPLICATION_ID: i32 = 0x4361_7441;

/// Brings a database from the version it has to the latest, in one transaction.
pub(super) fn run(connection: &mut Connection) -> Result<()> {
    let steps = STEPS.iter().zip(1..).map(|(step, version)| match version {
        // Where on the map a place lies takes sines, which our SQL has not.
        MAP => M::up_with_hook(step, |tx: &Transaction<'_>| Ok(map_index::fill(tx)?)),
        _ => M::up(step),
    });
    Migrations::new(steps.collect()).to_latest(connection)
}

/// Brings a database with somebody's rows and none of our tables to the latest version, in one transaction: `before` is SQL that
/// makes room, `fill` moves the rows into the tables of version 1 (so it never has to change), `finish` builds what only the
/// latest version can tell.
pub(super) fn run_filling(connection: &mut Connection, before: &str, fill: impl Hook, finish: impl Hook) -> Result<()> {
    let first = [before, STEPS[0]].concat();
    let steps = STEPS.iter().zip(1..).map(|(step, version)| {
        let sql = if version == 1 { &first } else { *step };
        M::up_with_hook(sql, move |tx: &Transaction<'_>| {
            if version == 1 {
                fill(tx)?;
            }
            if version == LATEST { finish(tx) } else { Ok(()) }
        })
    });
    Migrations::new(steps.collect()).to_latest(connection)
}

/// Rust that runs within a migration's transaction.
pub(super) trait Hook: Fn(&Transaction<'_>) -> HookResult + Copy + Send + Sync + 'static {}
impl<F: Fn(&Transaction<'_>) -> HookResult + Copy + Send + Sync + 'static> Hook for F {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_are_numbered_without_gaps_and_all_embedded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/sql/migrations");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        assert_eq!(files.len(), STEPS.len());
        for ((file, step), number) in files.iter().zip(STEPS).zip(1..) {
            assert!(file.file_name().unwrap().to_str().unwrap().starts_with(&format!("{number:04}_")), "{}", file.display());
            assert_eq!(std::fs::read_to_string(file).unwrap(), step);
        }
    }

    #[test]
    fn a_new_database_says_whose_it_is_and_who_may_use_it() {
        let mut database = Connection::open_in_memory().unwrap();
        run(&mut database).unwrap();
        let number = |sql| database.query_row(sql, [], |row| row.get::<_, i32>(0)).unwrap();
        assert_eq!(number("PRAGMA application_id"), APPLICATION_ID);
        assert_eq!(number("PRAGMA user_version"), LATEST);
        assert_eq!(number("SELECT max(version) FROM schema_versions"), LATEST, "each migration adds its row");
    }
}

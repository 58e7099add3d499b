//! The numbered migrations and the ways back, as the program carries them with it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension as _, Transaction};
use rusqlite_migration::{HookError, HookResult, M, Migrations, Result};
use sha2::{Digest as _, Sha256};

use crate::domain::analysis::hex;

use super::snapshot::broken_reference;

use super::session::Session;

/// Every migration, by number from 1. A released one is never edited.
const STEPS: [&str; 4] = [
    include_str!("../../sql/migrations/0001_atlas.sql"),
    include_str!("../../sql/migrations/0002_photos.sql"),
    include_str!("../../sql/migrations/0003_accounts.sql"),
    include_str!("../../sql/migrations/0004_flags.sql"),
];

/// The way back from each version to the one before, from version 2 on.
const WAYS_BACK: &[&str] = &[include_str!("../../sql/down/0002_photos.sql"), include_str!("../../sql/down/0003_accounts.sql")];

/// The schema version that this release makes: the number of its last migration.
#[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "a handful of files")]
pub const LATEST: i32 = STEPS.len() as i32;

/// The schema version of an open file.
pub fn version(session: &Session<'_>) -> super::error::Result<i32> {
    session.the("PRAGMA user_version", [], |row| row.get(0))
}

/// `PRAGMA application_id` of our files: `CatA`.
pub const APPLICATION_ID: i32 = 0x4361_7441;

/// A migration that was run, up to this version or down from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub version: i32,
    pub took: Duration,
}

/// Brings a database from the version it has to the latest, in one transaction.
pub(super) fn run(connection: &mut Connection) -> Result<Vec<Step>> {
    run_filling(connection, "", |_| Ok(()), |_| Ok(()))
}

/// Brings a database with somebody's rows and none of our tables to the latest version, in one transaction: `before` is SQL that
/// makes room, `fill` moves the rows into the tables of version 1 (so it never has to change), `finish` builds what only the
/// latest version can tell.
pub(super) fn run_filling(connection: &mut Connection, before: &str, fill: impl Hook, finish: impl Hook) -> Result<Vec<Step>> {
    let first = [before, STEPS[0]].concat();
    let watch = StopWatch::default();
    let steps = STEPS.iter().zip(1..).map(|(step, version)| {
        let sql = if version == 1 { &first } else { *step };
        let watch = watch.clone();
        M::up_with_hook(sql, move |tx: &Transaction<'_>| {
            if version == 1 {
                fill(tx)?;
            }
            if version == LATEST {
                finish(tx)?;
            }
            tx.execute(REMEMBER, (mark_name(version), mark(STEPS[index(version)])))?;
            watch.lap(version);
            Ok(())
        })
    });
    Migrations::new(steps.collect()).to_latest(connection)?;
    Ok(watch.laps())
}

const REMEMBER: &str = "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
const REMEMBERED: &str = "SELECT value FROM settings WHERE name = ?1";
const FORGET: &str = "DELETE FROM settings WHERE name = ?1";
const UNDO: &str = "DELETE FROM schema_versions WHERE version = ?1";

/// Takes a database back to an earlier version, in one transaction. What only later versions have a place for is gone then.
pub(super) fn run_back(connection: &mut Connection, from: i32, to: i32) -> Result<Vec<Step>> {
    let (watch, tx) = (StopWatch::default(), connection.transaction()?);
    for version in (to + 1..=from).rev() {
        tx.execute_batch(WAYS_BACK[index(version) - 1])?;
        tx.execute(FORGET, [mark_name(version)])?;
        tx.execute(UNDO, [version])?;
        watch.lap(version);
    }
    tx.pragma_update(None, "user_version", to)?;
    if let Some(table) = broken_reference(&tx)? {
        let why = format!("a row of {table} would refer to another that is gone");
        return Err(HookError::Hook(why).into());
    }
    tx.commit()?;
    Ok(watch.laps())
}

/// The first migration that this database went through and that reads otherwise in this program. One that went through it before
/// such marks were kept is taken on trust.
pub(super) fn edited(connection: &Connection) -> rusqlite::Result<Option<i32>> {
    for (step, version) in STEPS.iter().zip(1..) {
        let found: Option<String> = connection.query_row(REMEMBERED, [mark_name(version)], |row| row.get(0)).optional()?;
        if found.is_some_and(|found| found != mark(step)) {
            return Ok(Some(version));
        }
    }
    Ok(None)
}

fn mark_name(version: i32) -> String {
    format!("migration_{version}")
}

/// The SHA-256 of a migration, in hexadecimal.
fn mark(step: &str) -> String {
    hex(&Sha256::digest(step))
}

#[expect(clippy::cast_sign_loss, reason = "versions begin with 1")]
fn index(version: i32) -> usize {
    version as usize - 1
}

/// How long each step takes.
#[derive(Debug, Clone)]
struct StopWatch(Arc<Mutex<(Instant, Vec<Step>)>>);

impl Default for StopWatch {
    fn default() -> Self {
        Self(Arc::new(Mutex::new((Instant::now(), Vec::new()))))
    }
}

impl StopWatch {
    fn lap(&self, version: i32) {
        let (began, steps) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        steps.push(Step { version, took: began.elapsed() });
        *began = Instant::now();
    }

    fn laps(&self) -> Vec<Step> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

/// Rust that runs within a migration's transaction.
pub(super) trait Hook: Fn(&Transaction<'_>) -> HookResult + Copy + Send + Sync + 'static {}
impl<F: Fn(&Transaction<'_>) -> HookResult + Copy + Send + Sync + 'static> Hook for F {}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &str) -> Vec<std::path::PathBuf> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sql").join(folder);
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files
    }

    #[track_caller]
    fn are_embedded(folder: &str, steps: &[&str], first: usize) {
        assert_eq!(files(folder).len(), steps.len(), "{folder}");
        for ((file, step), number) in files(folder).iter().zip(steps).zip(first..) {
            assert!(file.file_name().unwrap().to_str().unwrap().starts_with(&format!("{number:04}_")), "{}", file.display());
            assert_eq!(std::fs::read_to_string(file).unwrap(), *step);
        }
    }

    #[test]
    fn the_files_are_numbered_without_gaps_and_all_embedded() {
        are_embedded("migrations", &STEPS, 1);
        are_embedded("down", WAYS_BACK, 2);
        assert_eq!(WAYS_BACK.len(), STEPS.len() - 1, "from every version but the first there is a way back");
    }

    fn schema(database: &Connection) -> Vec<String> {
        let sql = "SELECT type || ' ' || name || ': ' || sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY 1";
        database.prepare(sql).unwrap().query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn the_way_back_leads_to_the_schema_as_it_was() {
        for to in 1..LATEST {
            let mut database = Connection::open_in_memory().unwrap();
            Migrations::new(STEPS.map(M::up).into()).to_version(&mut database, index(to) + 1).unwrap();
            let before = schema(&database);
            run(&mut database).unwrap();
            run_back(&mut database, LATEST, to).unwrap();
            assert_eq!(schema(&database), before, "back to {to}");
            let version = database.query_row("SELECT max(version) FROM schema_versions", [], |row| row.get::<_, i32>(0)).unwrap();
            assert_eq!(version, to);
            run(&mut database).unwrap();
        }
    }

    #[test]
    fn a_migration_that_reads_otherwise_is_found() {
        let mut database = Connection::open_in_memory().unwrap();
        run(&mut database).unwrap();
        assert_eq!(edited(&database).unwrap(), None);
        database.execute("UPDATE settings SET value = 'other' WHERE name = 'migration_2'", []).unwrap();
        assert_eq!(edited(&database).unwrap(), Some(2));
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

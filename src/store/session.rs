//! The two handles that store functions take: `Session` reads one snapshot, `Tx` is one job of the writer's transaction.
//! Neither shows a type of the engine outside this layer.

use std::cell::RefCell;
use std::hash::{Hash as _, Hasher as _};
use std::ops::Deref;
use std::time::{Duration, Instant};

use rusqlite::{Connection, OptionalExtension as _, Params, Row};
use rustc_hash::FxHasher;

use super::error::Result;
use super::search_index::Change;

/// Reads; all within one snapshot of the database.
pub struct Session<'c> {
    connection: &'c Connection,
}

impl<'c> Session<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self { connection }
    }

    /// The first row of a query, if there is one.
    pub(super) fn one<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let _told = Told::of(sql);
        Ok(self.connection.prepare_cached(sql)?.query_row(params, read).optional()?)
    }

    /// The row of a query that always has one.
    pub(super) fn the<T>(&self, sql: &'static str, params: impl Params, read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>) -> Result<T> {
        let _told = Told::of(sql);
        Ok(self.connection.prepare_cached(sql)?.query_row(params, read)?)
    }

    /// Hands over the rows of a query one by one.
    pub(super) fn each(
        &self,
        sql: &'static str,
        params: impl Params,
        mut take: impl FnMut(&Row<'_>) -> rusqlite::Result<()>,
    ) -> Result<()> {
        let _told = Told::of(sql);
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            take(row)?;
        }
        Ok(())
    }

    /// All rows of a query, which bounds their number itself.
    pub(super) fn all<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let _told = Told::of(sql);
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }
}

/// Tells the log of one statement and how long it took, where that is wanted.
struct Told(Option<Instant>);

impl Told {
    fn of(sql: &'static str) -> Self {
        if !log::log_enabled!(log::Level::Debug) {
            return Self(None);
        }
        let mut hasher = FxHasher::default();
        sql.hash(&mut hasher);
        log::debug!(query_hash:% = format_args!("{:016x}", hasher.finish()); "executing_query");
        Self(Some(Instant::now()))
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        if let Some(began) = self.0 {
            log::debug!(duration_ms = milliseconds(began.elapsed()); "query_completed");
        }
    }
}

/// Milliseconds with two decimals.
fn milliseconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e5).round() / 100.0
}

/// One job of the writer: reads what is newest, and writes. Kept whole or not at all.
pub struct Tx<'c> {
    session: Session<'c>,
    changes: &'c RefCell<Vec<Change>>,
}

impl<'c> Tx<'c> {
    /// `changes` collects what the search indexes have to learn before the batch is committed.
    pub(super) fn new(connection: &'c Connection, changes: &'c RefCell<Vec<Change>>) -> Self {
        Self { session: Session::new(connection), changes }
    }

    /// Runs a statement and returns how many rows it changed.
    pub(super) fn execute(&self, sql: &'static str, params: impl Params) -> Result<usize> {
        let _told = Told::of(sql);
        Ok(self.session.connection.prepare_cached(sql)?.execute(params)?)
    }

    /// Tells the search indexes of an entry that came, changed or went. They are brought up to date once a batch, before its
    /// COMMIT: many entries share the same words.
    pub(super) fn reindex(&self, change: Change) {
        self.changes.borrow_mut().push(change);
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = Session<'c>;

    fn deref(&self) -> &Session<'c> {
        &self.session
    }
}

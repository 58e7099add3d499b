//! The predecessor's rows become ours, in the file they are in and in one transaction.

use std::fmt;

use rusqlite::types::Value;
use rusqlite::{Connection, Row, Statement, Transaction};
use rusqlite_migration::{HookError, HookResult};
use serde_json::{Map, Value as Json};

use super::error::StoreError;
use super::keeping::{Kept, keep, to_json};
use super::migrations::Step;
use super::predecessor::{Column, Table, recognise, tables};
use super::{migrations, search_index};

/// What an adoption did, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// Which of the predecessor's schemas it was.
    pub schema: u8,
    pub tables: Vec<TakenTable>,
    /// What could not be kept as it was, in whole or in part; the table `orphans` holds the rows.
    pub orphans: Vec<Orphans>,
}

/// How many rows a table had and has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenTable {
    pub name: &'static str,
    pub before: i64,
    pub after: i64,
}

/// The rows of one table that have the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orphans {
    pub table: String,
    pub reason: String,
    pub rows: i64,
    pub first_id: i64,
}

impl fmt::Display for Adoption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows: Vec<String> = self.tables.iter().map(|table| format!("{} {}", table.after, table.name)).collect();
        write!(f, "the predecessor's database, schema {}: {}", self.schema, rows.join(", "))?;
        match self.orphans.iter().map(|own| own.rows).sum::<i64>() {
            0 => Ok(()),
            some => write!(f, "; {some} rows could not be kept as they were, the table orphans has them"),
        }
    }
}

/// Turns a database of the predecessor's into ours.
pub(super) fn adopt(connection: &mut Connection) -> rusqlite_migration::Result<(Adoption, Vec<Step>)> {
    let schema = recognise(connection)?.ok_or_else(|| HookError::Hook("another program has changed its tables".to_owned()))?;
    // Views of others are to mean the tables of these names, not those set aside.
    connection.execute_batch("PRAGMA legacy_alter_table = ON")?;
    let set_aside = tables(schema).map(|table| format!("ALTER TABLE {0} RENAME TO predecessor_{0};\n", table.name));
    let steps = migrations::run_filling(connection, &set_aside.collect::<String>(), move |tx| take_rows(tx, schema), build_indexes)?;
    Ok((report(connection, schema)?, steps))
}

fn build_indexes(tx: &Transaction<'_>) -> HookResult {
    search_index::rebuild(tx).map_err(|error| match error {
        StoreError::Engine(error) => error.into(),
        other => HookError::Hook(other.to_string()),
    })
}

fn take_rows(tx: &Transaction<'_>, schema: u8) -> HookResult {
    for table in tables(schema) {
        take_table(tx, table, schema)?;
        prove(tx, table, schema)?;
        keep_counter(tx, table)?;
        tx.execute_batch(&format!("DROP TABLE predecessor_{}", table.name))?;
    }
    Ok(())
}

/// Copies every row that may be there, and puts those into `orphans` that may not or that changed on the way.
fn take_table(tx: &Transaction<'_>, table: &Table, schema: u8) -> rusqlite::Result<()> {
    let columns: Vec<_> = table.columns(schema).chain(table.derived.iter().map(|(column, _)| column)).collect();
    let names: Vec<_> = columns.iter().map(|column| column.name).collect();
    let sources: Vec<_> = table.columns(schema).map(|column| column.name).chain(table.derived.iter().map(|(_, source)| *source)).collect();
    let places: Vec<_> = (1..=names.len()).map(|place| format!("?{place}")).collect();
    let mut select = tx.prepare(&format!("SELECT {} FROM predecessor_{}", sources.join(", "), table.name))?;
    let mut insert = tx.prepare(&format!("INSERT OR IGNORE INTO {} ({}) VALUES ({})", table.name, names.join(", "), places.join(", ")))?;
    let mut orphan = tx.prepare("INSERT INTO orphans (source_table, source_id, reason, row_json) VALUES (?1, ?2, ?3, ?4)")?;

    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let reasons = take_row(tx, &columns, row, &mut insert)?;
        if !reasons.is_empty() {
            let cells = table.columns(schema).enumerate().map(|(at, column)| Ok((column.name.to_owned(), to_json(row.get_ref(at)?))));
            let json = Json::Object(cells.collect::<rusqlite::Result<Map<_, _>>>()?);
            orphan.execute((table.name, row.get::<_, Value>(0)?, reasons.join("; "), json.to_string()))?;
        }
    }
    Ok(())
}

/// Returns why the row was not kept, or not kept as it was.
fn take_row(tx: &Transaction<'_>, columns: &[&Column], row: &Row<'_>, insert: &mut Statement<'_>) -> rusqlite::Result<Vec<String>> {
    let mut reasons = Vec::new();
    let mut is_kept = true;
    for (at, column) in columns.iter().enumerate() {
        match keep(tx, column, row.get_ref(at)?)? {
            Kept::Same(cell) => insert.raw_bind_parameter(at + 1, cell)?,
            Kept::Instead(cell, reason) => {
                insert.raw_bind_parameter(at + 1, cell)?;
                reasons.push(reason);
            }
            Kept::Not(reason) => {
                is_kept = false;
                reasons.push(reason);
            }
        }
    }
    if is_kept && insert.raw_execute()? == 0 {
        reasons.push("it says the same as another row, which is kept".to_owned());
    }
    Ok(reasons)
}

/// Nothing is lost: each row is in `orphans`, or among ours with the same cells.
fn prove(tx: &Transaction<'_>, table: &Table, schema: u8) -> HookResult {
    let (name, key) = (table.name, table.key());
    let same: Vec<_> = table.columns(schema).map(|Column { name, .. }| format!("new.{name} IS old.{name}")).collect();
    let sql = format!(
        "SELECT count(*) FROM predecessor_{name} old WHERE {key} NOT IN (SELECT source_id FROM orphans WHERE source_table = ?1)
         AND NOT EXISTS (SELECT 1 FROM {name} new WHERE {})",
        same.join(" AND ")
    );
    match tx.query_row(&sql, [name], |row| row.get::<_, i64>(0))? {
        0 => Ok(()),
        lost => Err(HookError::Hook(format!("{lost} rows of {name} would be lost"))),
    }
}

/// Ids are never given out again, those of deleted rows neither.
fn keep_counter(tx: &Transaction<'_>, table: &Table) -> rusqlite::Result<()> {
    let (ours, theirs) = (table.name, format!("predecessor_{}", table.name));
    let counters = "SELECT 1 FROM sqlite_sequence WHERE name = ?2 AND typeof(seq) = 'integer'";
    tx.execute(&format!("DELETE FROM sqlite_sequence WHERE name = ?1 AND EXISTS ({counters})"), (ours, &theirs))?;
    tx.execute("UPDATE sqlite_sequence SET name = ?1 WHERE name = ?2 AND typeof(seq) = 'integer'", (ours, &theirs))?;
    Ok(())
}

fn report(connection: &Connection, schema: u8) -> rusqlite::Result<Adoption> {
    let taken = |table: &Table| {
        let (name, key) = (table.name, table.key());
        let sql = format!(
            "SELECT (SELECT count(*) FROM {name}), count(*) FROM orphans
             WHERE source_table = ?1 AND NOT EXISTS (SELECT 1 FROM {name} WHERE {key} = source_id)"
        );
        connection.query_row(&sql, [name], |row| {
            let (after, lost): (i64, i64) = (row.get(0)?, row.get(1)?);
            Ok(TakenTable { name, before: after + lost, after })
        })
    };
    let sql = "SELECT source_table, reason, count(*), min(source_id) FROM orphans GROUP BY source_table, reason ORDER BY min(id)";
    let orphans = |row: &Row<'_>| Ok(Orphans { table: row.get(0)?, reason: row.get(1)?, rows: row.get(2)?, first_id: row.get(3)? });
    Ok(Adoption {
        schema,
        tables: tables(schema).map(taken).collect::<rusqlite::Result<_>>()?,
        orphans: connection.prepare(sql)?.query_map([], orphans)?.collect::<rusqlite::Result<_>>()?,
    })
}

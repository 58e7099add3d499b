//! Looking into a database file: every row of every table as values that can be compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

/// The values of one row, in the order of the columns asked for.
pub type Row = Vec<Value>;

/// A copy to look into: even a reader leaves `-shm` files beside a database in WAL mode, or tidies them away.
struct Copy {
    database: Connection,
    _folder: TempDir,
}

#[track_caller]
fn open(file: &Path) -> Copy {
    let folder = TempDir::with_prefix("blackbox-rows-").unwrap();
    let copy = folder.path().join("copy.db");
    fs::copy(file, &copy).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let log = format!("{}-wal", file.display());
    if fs::exists(&log).unwrap() {
        fs::copy(&log, folder.path().join("copy.db-wal")).unwrap();
    }
    Copy { database: Connection::open(&copy).unwrap(), _folder: folder }
}

#[track_caller]
fn strings(file: &Path, sql: &str) -> Vec<String> {
    let Copy { database, .. } = &open(file);
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The tables of a file, without those of the engine.
#[track_caller]
pub fn tables(file: &Path) -> Vec<String> {
    strings(file, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
}

#[track_caller]
pub fn columns(file: &Path, table: &str) -> Vec<String> {
    strings(file, &format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid"))
}

/// These columns of every row, in the order of the table's key.
#[track_caller]
pub fn rows(file: &Path, table: &str, columns: &[String]) -> Vec<Row> {
    let Copy { database, .. } = &open(file);
    let columns: Vec<String> = columns.iter().map(|column| format!("\"{column}\"")).collect();
    let mut statement = database.prepare(&format!("SELECT {} FROM \"{table}\" ORDER BY 1", columns.join(", "))).unwrap();
    let rows = statement.query_map([], |row| (0..columns.len()).map(|at| row.get(at)).collect()).unwrap();
    rows.map(Result::unwrap).collect()
}

/// The ids of a table in ascending order; none where there is no such table.
#[track_caller]
pub fn ids(file: &Path, table: &str) -> Vec<i64> {
    if !tables(file).iter().any(|own| own == table) {
        return Vec::new();
    }
    let ids = rows(file, table, &["id".to_owned()]).into_iter();
    ids.map(|row| if let Value::Integer(id) = row[0] { id } else { panic!("an id that is no number: {row:?}") }).collect()
}

/// Everything in a file: tables, their columns and rows, and the id counters.
#[track_caller]
pub fn dump(file: &Path) -> BTreeMap<String, (Vec<String>, Vec<Row>)> {
    let tables = tables(file).into_iter().chain(["sqlite_sequence".to_owned()]);
    tables
        .map(|table| {
            let columns = columns(file, &table);
            let rows = rows(file, &table, &columns);
            (table, (columns, rows))
        })
        .collect()
}

/// The highest id each table has ever given out.
#[track_caller]
pub fn sequences(file: &Path) -> BTreeMap<String, i64> {
    let Copy { database, .. } = &open(file);
    let mut statement = database.prepare("SELECT name, seq FROM sqlite_sequence").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// What the integrity check says about the file: `ok`, or what is wrong.
#[track_caller]
pub fn integrity(file: &Path) -> String {
    strings(file, "PRAGMA integrity_check").join("\n")
}

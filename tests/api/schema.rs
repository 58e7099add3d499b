//! `sql/schema.sql` is what the migrations make, for people to read.

use std::path::Path;

use catatlas::store::file;
use jiff::Timestamp;
use rusqlite::Connection;
use tempfile::TempDir;

#[test]
fn the_schema_file_is_what_the_migrations_make() {
    let folder = TempDir::new().unwrap();
    let prepared = file::prepare(&folder.path().join("new.db"), Timestamp::UNIX_EPOCH).unwrap();
    let schema =
        format!("-- Made by the migrations: CATATLAS_WRITE_SCHEMA=1 cargo test --test api schema\n\n{}", schema_of(&prepared.file));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/schema.sql");
    if std::env::var_os("CATATLAS_WRITE_SCHEMA").is_some() {
        std::fs::write(&file, &schema).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), schema, "sql/schema.sql is out of date; its first line says how to write it");
}

/// Every statement that makes something, in the order they were made, without what extensions make for themselves.
fn schema_of(database: &Path) -> String {
    let database = Connection::open(database).unwrap();
    let sql = "SELECT sql || ';' || char(10) FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
               AND tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY rowid";
    let mut statement = database.prepare(sql).unwrap();
    let statements: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    statements.join("\n")
}

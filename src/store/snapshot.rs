//! What a database holds at one moment, copied into a file of its own while others read and write.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::file::integrity;
use super::identity::{self, Kind};
use super::migrations::APPLICATION_ID;
use super::refusal::{Reason, Result, engine};
use super::safety_copy;

/// What can be counted of a database of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub schema: i32,
    /// By table, those of indexes left out.
    pub rows: BTreeMap<String, i64>,
}

/// Copies what `file` holds now into `to`, a new file no more public than the original. Writers go on meanwhile: a reader of the
/// write-ahead log holds nobody up.
///
/// # Errors
/// It cannot be read, or is not ours.
pub fn take(file: &Path, to: &Path) -> Result<()> {
    let engine = engine(file, "opening");
    // Who may write takes in the log at the end, where nobody else has it open. It is not made where it is not there.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let source = Connection::open_with_flags(file, flags).map_err(&engine)?;
    source.execute_batch("PRAGMA busy_timeout = 5000; PRAGMA query_only = ON; PRAGMA trusted_schema = OFF").map_err(&engine)?;
    let number = |name| source.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(&engine);
    if number("application_id")? != APPLICATION_ID || number("user_version")? < 1 {
        return Err(Reason::NotYetOurs.of(file));
    }
    safety_copy::copy(&source, file, to)
}

/// Looks at a file that nobody else has: refuses one that is not ours or is damaged in any way, and counts what is in it.
///
/// # Errors
/// It is not ours, of a release too new for this one, or damaged.
pub fn examine(file: &Path) -> Result<Facts> {
    let Kind::Ours { schema } = identity::identify(file)? else { return Err(Reason::NotYetOurs.of(file)) };
    let engine = engine(file, "checking");
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(&engine)?;
    connection.execute_batch("PRAGMA trusted_schema = OFF").map_err(&engine)?;
    integrity(&connection, file)?;
    if let Some(table) = broken_reference(&connection).map_err(&engine)? {
        return Err(Reason::Damaged(format!("a row of {table} refers to another that is not there")).of(file));
    }
    Ok(Facts { schema, rows: rows(&connection).map_err(engine)? })
}

/// The table of a row whose foreign key leads nowhere.
pub(super) fn broken_reference(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    rows.next()?.map(|row| row.get(0)).transpose()
}

fn rows(connection: &Connection) -> rusqlite::Result<BTreeMap<String, i64>> {
    let sql = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let names = connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
    let count = |name: String| {
        let count = connection.query_row(&format!("SELECT count(*) FROM \"{}\"", name.replace('"', "\"\"")), [], |row| row.get(0))?;
        Ok((name, count))
    };
    names.into_iter().map(count).collect()
}

//! What becomes of one cell of the predecessor's: it allowed any type in any column, ours hold what they say.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension as _};
use serde_json::{Value as Json, json};

use crate::domain::time;

use super::predecessor::{Column, Holds};

pub(super) enum Kept<'r> {
    /// The cell, type and bytes.
    Same(ToSqlOutput<'r>),
    /// Something near, and what was the matter with the cell.
    Instead(Value, String),
    /// Nothing: the row cannot be among ours.
    Not(String),
}

/// Decides on one cell. `connection` already has the rows that it may refer to.
pub(super) fn keep<'r>(connection: &Connection, column: &Column, cell: ValueRef<'r>) -> rusqlite::Result<Kept<'r>> {
    let name = column.name;
    let same = Kept::Same(ToSqlOutput::Borrowed(cell));
    Ok(match (column.holds, cell) {
        (Holds::TextOrNull | Holds::RealOrNull | Holds::CatOrNull, ValueRef::Null)
        | (Holds::Key, ValueRef::Integer(_))
        | (Holds::Flag, ValueRef::Integer(0 | 1))
        | (Holds::RealOrNull, ValueRef::Real(_)) => same,
        (Holds::Text | Holds::TextOrNull, ValueRef::Text(text)) if str::from_utf8(text).is_ok() => same,
        (Holds::Json, ValueRef::Text(text)) if serde_json::from_slice::<Json>(text).is_ok() => same,
        (Holds::Words, ValueRef::Text(text)) if serde_json::from_slice::<Vec<String>>(text).is_ok() => same,
        (Holds::CatOrNull, ValueRef::Integer(id)) if exists(connection, "cats", id)? => same,
        (Holds::Parent(table), ValueRef::Integer(id)) if exists(connection, table, id)? => same,
        (Holds::Micros, _) => {
            let micros = cell.as_str().map_or(None, time::micros);
            Kept::Same(ToSqlOutput::Owned(micros.map_or(Value::Null, Value::Integer)))
        }
        (Holds::Text | Holds::TextOrNull, _) => Kept::Instead(Value::Text(as_text(cell)), format!("{name} was not readable as text")),
        (Holds::Flag, _) => Kept::Instead(Value::Integer(i64::from(is_true(cell))), format!("{name} was neither 0 nor 1")),
        (Holds::RealOrNull, _) => Kept::Instead(Value::Null, format!("{name} was not a number and is empty now")),
        (Holds::CatOrNull, _) => Kept::Instead(Value::Null, format!("{name} is no cat's id and is empty now")),
        (Holds::Json, _) => Kept::Not(format!("{name} is not JSON")),
        (Holds::Words, _) => Kept::Not(format!("{name} is not a list of words in JSON")),
        (Holds::Parent(table), _) => Kept::Not(format!("{name} is no id of {table}")),
        (Holds::Key, _) => Kept::Not(format!("{name} is not a whole number")),
    })
}

fn exists(connection: &Connection, table: &str, id: i64) -> rusqlite::Result<bool> {
    let mut statement = connection.prepare_cached(&format!("SELECT 1 FROM {table} WHERE id = ?1"))?;
    Ok(statement.query_row([id], |_| Ok(())).optional()?.is_some())
}

/// What the predecessor showed, with U+FFFD for what is no text.
fn as_text(cell: ValueRef<'_>) -> String {
    match cell {
        ValueRef::Null => String::new(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// As Python has it.
fn is_true(cell: ValueRef<'_>) -> bool {
    match cell {
        ValueRef::Null => false,
        ValueRef::Integer(number) => number != 0,
        ValueRef::Real(number) => number != 0.0,
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => !bytes.is_empty(),
    }
}

/// A cell as JSON from which it can be made again: what JSON cannot say is an object with `real`, `text_hex` or `blob_hex`.
pub(super) fn to_json(cell: ValueRef<'_>) -> Json {
    match cell {
        ValueRef::Null => Json::Null,
        ValueRef::Integer(number) => json!(number),
        ValueRef::Real(number) if number.is_finite() => json!(number),
        ValueRef::Real(number) => json!({ "real": number.to_string() }),
        ValueRef::Text(bytes) => str::from_utf8(bytes).map_or_else(|_| json!({ "text_hex": hex(bytes) }), |text| json!(text)),
        ValueRef::Blob(bytes) => json!({ "blob_hex": hex(bytes) }),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

//! The record of what was done by whom. It is written within the transaction of the deed: both are kept, or neither.

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Row, params};
use serde_json::Value;

use crate::domain::audit::{Actor, AuditLine, Deed};
use crate::domain::page::{Keyset, Rows};
use crate::domain::time;

use super::error::Result;
use super::session::{Session, Tx};

const RECORD: &str = "INSERT INTO audit (at, actor_id, actor, deed, object, object_id, details) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

pub fn record(tx: &Tx<'_>, actor: &Actor, deed: &Deed, now: Timestamp) -> Result<()> {
    let details = deed.details.to_string();
    tx.execute(RECORD, params![time::format(now), actor.id, actor.name, deed.deed, deed.object, deed.object_id, details])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<AuditLine> {
    let details: String = row.get(7)?;
    let details = serde_json::from_str::<Value>(&details)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(7, Type::Text, Box::new(error)))?;
    Ok(AuditLine {
        id: row.get(0)?,
        at: row.get(1)?,
        actor_id: row.get(2)?,
        actor: row.get(3)?,
        deed: row.get(4)?,
        object: row.get(5)?,
        object_id: row.get(6)?,
        details,
    })
}

const NEWEST: &str = "SELECT id, at, actor_id, actor, deed, object, object_id, details FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2";

/// One page of the record, newest first.
pub fn list(session: &Session<'_>, keyset: Keyset) -> Result<Rows<AuditLine>> {
    Ok(Rows::of(session.all(NEWEST, [keyset.before, keyset.limit + 1], read)?, keyset.limit, |line| line.id))
}

//! Cats in the database.

use std::collections::HashMap;

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::domain::cats::{Cat, CatChange, CatUpdated, Linked, NewCat};
use crate::domain::page::{Keyset, Rows};
use crate::domain::time;
use crate::domain::whole::Whole;

use super::error::Result;
use super::session::{Session, Tx};

fn read(row: &Row<'_>) -> rusqlite::Result<Cat> {
    Ok(Cat { id: row.get(0)?, name: row.get(1)?, created_at: row.get(2)?, created_by: row.get(3)? })
}

const INSERT: &str = "INSERT INTO cats (name, createdAt, created_by) VALUES (?1, ?2, ?3) RETURNING id, name, createdAt, created_by";

/// Adds a cat, by an account or by nobody who was signed in.
pub fn insert(tx: &Tx<'_>, new: &NewCat, by: Option<i64>, now: Timestamp) -> Result<Cat> {
    tx.the(INSERT, params![new.name(), time::format(now), by], read)
}

const BY_ID: &str = "SELECT id, name, createdAt, created_by FROM cats WHERE id = ?1";

pub fn by_id(session: &Session<'_>, id: i64) -> Result<Option<Cat>> {
    session.one(BY_ID, [id], read)
}

const NEWEST: &str = "SELECT id, name, createdAt, created_by FROM cats WHERE id < ?1 ORDER BY id DESC LIMIT ?2";
const TOTAL: &str = "SELECT total FROM totals WHERE name = 'cats'";

/// One page of cats, newest first.
pub fn list(session: &Session<'_>, keyset: Keyset) -> Result<Rows<Cat>> {
    Ok(Rows::of(session.all(NEWEST, [keyset.before, keyset.limit + 1], read)?, keyset.limit, |cat| cat.id))
}

pub fn total(session: &Session<'_>) -> Result<i64> {
    session.the(TOTAL, [], |row| row.get(0))
}

const DELETE: &str = "DELETE FROM cats WHERE id = ?1";

/// Takes a cat away, and with it its comments and insights; its sightings stay, without a cat. False where there was none.
pub fn delete(tx: &Tx<'_>, id: i64) -> Result<bool> {
    Ok(tx.execute(DELETE, [id])? > 0)
}

const CHANGE: &str =
    "UPDATE cats SET name = CASE WHEN ?2 THEN ?3 ELSE name END, updatedAt = ?4 WHERE id = ?1 RETURNING id, name, updatedAt";

/// Changes what was sent; none where there is no such cat.
pub fn change(tx: &Tx<'_>, id: i64, change: &CatChange, now: Timestamp) -> Result<Option<CatUpdated>> {
    let values = params![id, change.name.is_some(), change.name.as_ref().and_then(Option::as_deref), time::format(now)];
    tx.one(CHANGE, values, |row| Ok(CatUpdated { id: row.get(0)?, name: row.get(1)?, updated_at: row.get(2)? }))
}

const CAT_OF: &str = "SELECT cat_id FROM entries WHERE id = ?1";
const LINK: &str = "UPDATE entries SET cat_id = ?2 WHERE id = ?1";

/// Gives sightings to a cat that is there, one after another as sent.
pub fn link(tx: &Tx<'_>, cat_id: i64, entry_ids: &[Whole]) -> Result<Linked> {
    let mut linked = Linked { cat_id, linked_count: 0, already_linked: Vec::new(), newly_linked: Vec::new(), failed: Vec::new() };
    // A list may name one sighting a million times: each is looked up once.
    let mut is_there: HashMap<i64, bool> = HashMap::new();
    for entry_id in entry_ids {
        let Some(id) = entry_id.small().filter(|id| *id > 0) else {
            linked.failed.push(entry_id.clone());
            continue;
        };
        match is_there.get(&id) {
            Some(true) => linked.already_linked.push(id),
            Some(false) => linked.failed.push(entry_id.clone()),
            None => {
                let cat_of = tx.one(CAT_OF, [id], |row| row.get::<_, Option<i64>>(0))?;
                is_there.insert(id, cat_of.is_some());
                match cat_of {
                    None => linked.failed.push(entry_id.clone()),
                    Some(cat) if cat == Some(cat_id) => linked.already_linked.push(id),
                    Some(_) => {
                        tx.execute(LINK, [id, cat_id])?;
                        linked.newly_linked.push(id);
                    }
                }
            }
        }
    }
    linked.linked_count = linked.already_linked.len() + linked.newly_linked.len();
    Ok(linked)
}

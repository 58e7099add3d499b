//! Pairs of sightings that somebody says do not show the same cat: for the eyes of those who compare, never for a score.

use jiff::Timestamp;
use rusqlite::params;

use crate::domain::time;

use super::error::Result;
use super::session::{Session, Tx};

const KEEP: &str =
    "INSERT INTO not_same (low, high, createdAt, created_by) VALUES (min(?1, ?2), max(?1, ?2), ?3, ?4) ON CONFLICT DO NOTHING";

/// Keeps that two sightings that are there, and are two, do not show the same cat.
pub fn keep(tx: &Tx<'_>, id: i64, other: i64, by: Option<i64>, now: Timestamp) -> Result<()> {
    tx.execute(KEEP, params![id, other, time::format(now), by])?;
    Ok(())
}

const FORGET: &str = "DELETE FROM not_same WHERE low = min(?1, ?2) AND high = max(?1, ?2)";

/// False where nobody had said so.
pub fn forget(tx: &Tx<'_>, id: i64, other: i64) -> Result<bool> {
    Ok(tx.execute(FORGET, [id, other])? > 0)
}

const OTHERS: &str = "SELECT high FROM not_same WHERE low = ?1 UNION ALL SELECT low FROM not_same WHERE high = ?1 LIMIT 1000";

/// The sightings that do not show the cat of this one, as somebody said: a thousand of them at most.
pub fn others(session: &Session<'_>, id: i64) -> Result<Vec<i64>> {
    session.all(OTHERS, [id], |row| row.get(0))
}

//! Sightings that change or go: the row, what was found out about it, and what the search indexes know.

use rusqlite::params;

use crate::domain::entries::Entry;
use crate::domain::entry_changes::ChangedEntry;

use super::entries::{columns, document, read};
use super::error::Result;
use super::search_index::Change;
use super::session::Tx;

const UPDATE: &str = concat!(
    "UPDATE entries SET text = ?2, nickname = ?3, location = ?4, photo_url = ?5, location_normalized = ?6, location_lat = ?7, \
     location_lon = ?8, location_osm_id = ?9, location_street = ?10, location_number = ?11, location_zip = ?12, location_city = ?13, \
     location_country = ?14 WHERE id = ?1 RETURNING ",
    columns!()
);
const FORGET_ANALYSIS: &str = "DELETE FROM analyses WHERE entry_id = ?1";

/// Stores what became of `old`, which was read in this transaction.
pub fn update(tx: &Tx<'_>, old: &Entry, new: &ChangedEntry) -> Result<Entry> {
    let changed = new.entry();
    let values = params![
        old.id,
        changed.text,
        changed.nickname,
        changed.location,
        changed.photo_url,
        changed.location_normalized,
        changed.location_lat,
        changed.location_lon,
        changed.location_osm_id,
        changed.location_street,
        changed.location_number,
        changed.location_zip,
        changed.location_city,
        changed.location_country
    ];
    let entry = tx.the(UPDATE, values, read)?;
    if entry.text != old.text {
        tx.execute(FORGET_ANALYSIS, [old.id])?;
    }
    tx.reindex(Change { id: old.id, old: Some(document(old)), new: Some(document(&entry)) });
    Ok(entry)
}

const DELETE: &str = "DELETE FROM entries WHERE id = ?1";
const FORGET_INSIGHTS: &str = "DELETE FROM cat_insights WHERE cat_id = ?1";

/// Takes a sighting away, which was read in this transaction, with its analysis, and with the insights about its cat, which quote it.
pub fn delete(tx: &Tx<'_>, old: &Entry) -> Result<()> {
    tx.execute(DELETE, [old.id])?;
    if let Some(cat_id) = old.cat_id {
        tx.execute(FORGET_INSIGHTS, [cat_id])?;
    }
    tx.reindex(Change { id: old.id, old: Some(document(old)), new: None });
    Ok(())
}

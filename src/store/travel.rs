//! Rows that leave this atlas for another, and rows that arrive.

use jiff::Timestamp;
use rusqlite::params;

use crate::domain::entries::Entry;
use crate::domain::time;
use crate::domain::travel::{Arrival, NamedCat};

use super::entries::{columns, document, read};
use super::error::Result;
use super::search_index::Change;
use super::session::{Session, Tx};

const ALL: &str =
    concat!("SELECT ", columns!(), ", (SELECT name FROM cats WHERE cats.id = entries.cat_id) FROM entries WHERE id > ?1 ORDER BY id");

/// Hands over every sighting, the oldest first, with the name of its cat.
pub fn each(session: &Session<'_>, mut take: impl FnMut(Entry, Option<String>)) -> Result<()> {
    session.each(ALL, [0], |row| {
        take(read(row)?, row.get(18)?);
        Ok(())
    })
}

const KNOWN: &str = "SELECT 1 FROM entries WHERE created_us = ?1 AND text = ?2 LIMIT 1";

/// Whether there is a sighting of the same moment with the same words.
pub fn is_known(session: &Session<'_>, arrival: &Arrival) -> Result<bool> {
    let Some((_, micros)) = &arrival.created else { return Ok(false) };
    Ok(session.one(KNOWN, params![micros, arrival.new.text()], |_| Ok(()))?.is_some())
}

const IS_THERE: &str = "SELECT 1 FROM entries WHERE id = ?1";
const INSERT: &str = concat!(
    "INSERT INTO entries (id, text, createdAt, created_us, isFavorite, nickname, location, cat_id, photo_url, location_normalized, \
     location_lat, location_lon, location_osm_id, location_street, location_number, location_zip, location_city, location_country) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18) RETURNING ",
    columns!()
);

/// Takes a row in, under the id it had where that is free.
pub fn arrive(tx: &Tx<'_>, arrival: &Arrival, cat_id: Option<i64>, now: Timestamp) -> Result<()> {
    let id = arrival.id.map_or(Ok(None), |id| Ok::<_, super::StoreError>(tx.one(IS_THERE, [id], |_| Ok(()))?.is_none().then_some(id)))?;
    let (new, address) = (&arrival.new, &arrival.address);
    let (created_at, created_us) = arrival.created.clone().unwrap_or_else(|| (time::format(now), now.as_microsecond()));
    let values = params![
        id,
        new.text(),
        created_at,
        created_us,
        arrival.is_favorite,
        new.nickname(),
        new.location(),
        cat_id,
        new.photo_url(),
        arrival.normalized,
        new.point().map(|point| point.lat),
        new.point().map(|point| point.lon),
        arrival.osm_id,
        address.street,
        address.number,
        address.zip,
        address.city,
        address.country
    ];
    let entry = tx.the(INSERT, values, read)?;
    tx.reindex(Change { id: entry.id, old: None, new: Some(document(&entry)) });
    Ok(())
}

const CAT_NAME: &str = "SELECT name FROM cats WHERE id = ?1";
const CAT_BY_NAME: &str = "SELECT min(id) FROM cats WHERE name = ?1";
const ADD_CAT: &str = "INSERT INTO cats (id, name, createdAt) VALUES (?1, ?2, ?3) RETURNING id";

/// The cat here that a row means: of the same id and name, or of the same name, or a new one, under its id where that is free.
pub fn cat(tx: &Tx<'_>, named: &NamedCat, created_at: &str) -> Result<i64> {
    let there: Option<Option<String>> = named.id.map_or(Ok(None), |id| tx.one(CAT_NAME, [id], |row| row.get(0)))?;
    match (named.id, there) {
        (Some(id), Some(name)) if name == named.name => return Ok(id),
        (Some(id), None) => return tx.the(ADD_CAT, params![id, named.name, created_at], |row| row.get(0)),
        _ => {}
    }
    let known: Option<i64> = named.name.as_ref().map_or(Ok(None), |name| tx.the(CAT_BY_NAME, [name], |row| row.get(0)))?;
    known.map_or_else(|| tx.the(ADD_CAT, params![None::<i64>, named.name, created_at], |row| row.get(0)), Ok)
}

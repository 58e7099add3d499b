//! What a geocoder found out, kept with the sighting; and the places known already.

use std::cmp::Reverse;

use rusqlite::params;

use crate::domain::geo::Point;
use crate::domain::geocoding::{KnownPlace, Place, words};

use super::entries::{by_id, document};
use super::error::Result;
use super::search_index::{Change, Document};
use super::session::{Session, Tx};

const PLACE: &str = "UPDATE entries SET location_normalized = ?2, location_lat = ?3, location_lon = ?4, location_osm_id = ?5 WHERE id = ?1";

/// Keeps the place found for the location of this sighting. False, and nothing done, if it no longer has that location:
/// somebody changed it, or the sighting is gone.
pub fn keep(tx: &Tx<'_>, id: i64, location: &str, place: &Place) -> Result<bool> {
    let Some(entry) = by_id(tx, id)?.filter(|entry| entry.location.as_deref() == Some(location)) else { return Ok(false) };
    let point = place.point();
    tx.execute(PLACE, params![id, place.name(), point.lat, point.lon, place.osm_id()])?;
    let old = document(&entry);
    tx.reindex(Change { id, new: Some(Document { point: Some(point), ..old.clone() }), old: Some(old) });
    Ok(true)
}

/// The newest 5,000 with enough of the words: a bound on the work, where one word ("station") fills the table.
const SHARING_WORDS: &str = "
    SELECT location, location_normalized, location_lat, location_lon, location_osm_id
    FROM (SELECT rowid AS id FROM entry_words WHERE entry_words MATCH ?1 ORDER BY rowid DESC LIMIT 5000) JOIN entries USING (id)
    WHERE id <> ?2 AND location_normalized IS NOT NULL AND location_lat IS NOT NULL AND location_lon IS NOT NULL
    ORDER BY id DESC";

/// Places of other sightings that may be like this location, newest first: all that share more than half of its words.
pub fn sharing_words(session: &Session<'_>, id: i64, location: &str) -> Result<Vec<KnownPlace>> {
    let Some(query) = more_than_half(location) else { return Ok(Vec::new()) };
    let found = session.all(SHARING_WORDS, params![query, id], |row| {
        let (location, name, osm_id): (_, String, Option<String>) = (row.get(0)?, row.get(1)?, row.get(4)?);
        let point = Point { lat: row.get(2)?, lon: row.get(3)? };
        Ok(Place::heard(&name, point, osm_id.as_deref()).map(|place| KnownPlace { location, place }))
    })?;
    Ok(found.into_iter().flatten().collect())
}

/// The full-text query for locations with more than half of these words, and some others: with the words in pairs, and the
/// longest alone if their number is odd, such a location has both of a pair or the one alone. Likeness above one half
/// needs that many shared words, so none is missed.
fn more_than_half(location: &str) -> Option<String> {
    let mut words = Vec::from_iter(words(location));
    words.sort_by_key(|word| Reverse(word.len()));
    let (alone, pairs) = words.split_at(words.len() % 2);
    let groups: Vec<_> = alone.chunks(1).chain(pairs.chunks(2)).map(|group| format!("(\"{}\")", group.join("\" AND \""))).collect();
    (!groups.is_empty()).then(|| format!("location : ({})", groups.join(" OR ")))
}

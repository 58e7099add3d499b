//! Photos in the database: their bytes in pieces, and which of them no sighting shows any more.

use jiff::Timestamp;
use rusqlite::params;

use crate::domain::entries::Entry;
use crate::domain::geo::Point;
use crate::domain::photos::{NewPhoto, PhotoHash, Rendition};

use super::entries::{self, document};
use super::error::Result;
use super::search_index::Change;
use super::session::{Session, Tx};

/// How many bytes a piece holds; the last of a photo may hold less. Stored photos are cut at it: it cannot change.
pub const PIECE: u32 = 128 * 1024;

const fn code(rendition: Rendition) -> i64 {
    match rendition {
        Rendition::Full => 0,
        Rendition::Thumb => 1,
    }
}

const TOTAL: &str = "SELECT total FROM totals WHERE name = 'photos'";

pub fn total(session: &Session<'_>) -> Result<i64> {
    session.the(TOTAL, [], |row| row.get(0))
}

const KEEP: &str = "INSERT INTO photos (hash, loose_us) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING";
const KEEP_PIECE: &str = "INSERT INTO photo_pieces (hash, rendition, number, bytes) VALUES (?1, ?2, ?3, ?4)";
const LOOSEN: &str = "UPDATE photos SET loose_us = ?2 WHERE hash = ?1";

/// Stores a photo; one that is there already has another day.
pub fn keep(tx: &Tx<'_>, photo: &NewPhoto, now: Timestamp) -> Result<()> {
    let (hash, now) = (photo.hash().as_str(), now.as_microsecond());
    if tx.execute(KEEP, params![hash, now])? == 0 {
        tx.execute(LOOSEN, params![hash, now])?;
        return Ok(());
    }
    for rendition in [Rendition::Full, Rendition::Thumb] {
        for (number, piece) in (0_u32..).zip(photo.bytes(rendition).chunks(PIECE as usize)) {
            tx.execute(KEEP_PIECE, params![hash, code(rendition), number, piece])?;
        }
    }
    Ok(())
}

/// A photo that a sighting is to show.
#[derive(Debug)]
pub struct Showing {
    pub photo: NewPhoto,
    /// Where it is read.
    pub url: String,
    /// Where the sighting was, if the photo is to tell.
    pub place: Option<Point>,
}

const SHOW: &str = concat!("UPDATE entries SET photo_url = ?2 WHERE id = ?1 RETURNING ", entries::columns!());
const PLACE: &str = concat!("UPDATE entries SET location_lat = ?2, location_lon = ?3 WHERE id = ?1 RETURNING ", entries::columns!());

/// Stores a photo for a sighting, in place of the one it has. Its place fills in for one that is not known; a known one stays.
/// None, and nothing done, where there is no such sighting.
pub fn show(tx: &Tx<'_>, id: i64, showing: &Showing, now: Timestamp) -> Result<Option<Entry>> {
    let Some(entry) = tx.one(SHOW, params![id, showing.url], entries::read)? else { return Ok(None) };
    keep(tx, &showing.photo, now)?;
    let is_unplaced = entry.location_lat.is_none() && entry.location_lon.is_none();
    let Some(point) = showing.place.filter(|_| is_unplaced) else { return Ok(Some(entry)) };
    let placed = tx.the(PLACE, params![id, point.lat, point.lon], entries::read)?;
    tx.reindex(Change { id, old: Some(document(&entry)), new: Some(document(&placed)) });
    Ok(Some(placed))
}

const LENGTH: &str = "SELECT sum(length(bytes)) FROM photo_pieces WHERE hash = ?1 AND rendition = ?2";

/// How many bytes a photo or its thumbnail has; none where there is no such photo.
pub fn length(session: &Session<'_>, hash: &PhotoHash, rendition: Rendition) -> Result<Option<u32>> {
    session.the(LENGTH, params![hash.as_str(), code(rendition)], |row| row.get(0))
}

const PIECE_OF: &str = "SELECT bytes FROM photo_pieces WHERE hash = ?1 AND rendition = ?2 AND number = ?3";

/// One piece, counted from 0; none past the end or where the photo is gone.
pub fn piece(session: &Session<'_>, hash: &PhotoHash, rendition: Rendition, number: u32) -> Result<Option<Vec<u8>>> {
    session.one(PIECE_OF, params![hash.as_str(), code(rendition), number], |row| row.get(0))
}

const SHOWN: &str = "
    UPDATE photos SET loose_us = NULL
    WHERE hash IN (SELECT hash FROM photos WHERE loose_us < ?1 ORDER BY loose_us LIMIT ?2)
      AND EXISTS (SELECT 1 FROM entries WHERE entries.photo_hash = photos.hash)";
const SWEEP: &str = "
    DELETE FROM photos
    WHERE hash IN (SELECT hash FROM photos WHERE loose_us < ?1 ORDER BY loose_us LIMIT ?2)
      AND NOT EXISTS (SELECT 1 FROM entries WHERE entries.photo_hash = photos.hash)";

/// How many photos one call looks at: their pages are read to be freed, and other writes wait meanwhile.
const SWEPT_AT_ONCE: u32 = 8;

/// Deletes photos that were loose before this moment and that no sighting shows. Returns how many were looked at: none is the end.
pub fn sweep(tx: &Tx<'_>, before: Timestamp) -> Result<usize> {
    let before = before.as_microsecond();
    let shown = tx.execute(SHOWN, params![before, SWEPT_AT_ONCE])?;
    Ok(shown + tx.execute(SWEEP, params![before, SWEPT_AT_ONCE])?)
}

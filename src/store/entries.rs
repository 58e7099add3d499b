//! Sightings in the database.

use jiff::Timestamp;
use rusqlite::{Row, params};

use crate::domain::entries::{Entry, EntryFilter, NewEntry};
use crate::domain::page::Rows;
use crate::domain::time;

use super::error::Result;
use super::search_index::{Change, Document, fts_query};
use super::session::{Session, Tx};

/// The columns of an [`Entry`], in its order.
macro_rules! columns {
    () => {
        "id, text, createdAt, isFavorite, nickname, location, cat_id, photo_url, location_normalized, location_lat, \
         location_lon, location_osm_id, location_street, location_number, location_zip, location_city, location_country, created_by"
    };
}
pub(super) use columns;

/// How many sightings one page of a filtered list looks at. Where few of them fit, the page is short and says where to go on:
/// what a page costs does not grow with the table.
const LOOKED_AT: i64 = 10_000;

/// So many sightings in a box or a span of time are sorted by id; of more, the walk by id is the shorter way.
const FEW: u32 = 5_000;

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Entry> {
    Ok(Entry {
        id: row.get(0)?,
        text: row.get(1)?,
        created_at: row.get(2)?,
        is_favorite: row.get(3)?,
        nickname: row.get(4)?,
        location: row.get(5)?,
        cat_id: row.get(6)?,
        photo_url: row.get(7)?,
        location_normalized: row.get(8)?,
        location_lat: row.get(9)?,
        location_lon: row.get(10)?,
        location_osm_id: row.get(11)?,
        location_street: row.get(12)?,
        location_number: row.get(13)?,
        location_zip: row.get(14)?,
        location_city: row.get(15)?,
        location_country: row.get(16)?,
        created_by: row.get(17)?,
    })
}

/// What the search indexes know of a stored sighting.
#[must_use]
pub fn document(entry: &Entry) -> Document {
    Document {
        text: entry.text.clone(),
        nickname: entry.nickname.clone(),
        location: entry.location.clone(),
        point: entry.point(),
        seen_us: time::micros(&entry.created_at),
    }
}

const INSERT: &str = concat!(
    "INSERT INTO entries (text, createdAt, created_us, nickname, location, photo_url, location_street, location_number, location_zip, \
     location_city, location_country, location_lat, location_lon, created_by) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) RETURNING ",
    columns!()
);

/// Logs a sighting, by an account or by nobody who was signed in.
pub fn insert(tx: &Tx<'_>, new: &NewEntry, by: Option<i64>, now: Timestamp) -> Result<Entry> {
    let address = new.address();
    let values = params![
        new.text(),
        time::format(now),
        now.as_microsecond(),
        new.nickname(),
        new.location(),
        new.photo_url(),
        address.street,
        address.number,
        address.zip,
        address.city,
        address.country,
        new.point().map(|point| point.lat),
        new.point().map(|point| point.lon),
        by
    ];
    let entry = tx.the(INSERT, values, read)?;
    tx.reindex(Change { id: entry.id, old: None, new: Some(document(&entry)) });
    Ok(entry)
}

const BY_ID: &str = concat!("SELECT ", columns!(), " FROM entries WHERE id = ?1");

pub fn by_id(session: &Session<'_>, id: i64) -> Result<Option<Entry>> {
    session.one(BY_ID, [id], read)
}

const CREATED_BY: &str = "SELECT created_by FROM entries WHERE id = ?1";

/// Whose sighting it is: none where there is none, nobody's where nobody was signed in.
pub fn created_by(session: &Session<'_>, id: i64) -> Result<Option<Option<i64>>> {
    session.one(CREATED_BY, [id], |row| row.get(0))
}

const TOGGLE_FAVORITE: &str = concat!("UPDATE entries SET isFavorite = 1 - isFavorite WHERE id = ?1 RETURNING ", columns!());

/// Turns the mark on or off, whichever it is not; none where there is no such sighting.
pub fn toggle_favorite(tx: &Tx<'_>, id: i64) -> Result<Option<Entry>> {
    tx.one(TOGGLE_FAVORITE, [id], read)
}

const ASSIGN: &str = concat!("UPDATE entries SET cat_id = ?2 WHERE id = ?1 RETURNING ", columns!());

/// Gives a sighting to a cat that is there; none where there is no such sighting.
pub fn assign(tx: &Tx<'_>, id: i64, cat_id: i64) -> Result<Option<Entry>> {
    tx.one(ASSIGN, [id, cat_id], read)
}

const TOTAL: &str = "SELECT total FROM totals WHERE name = 'entries'";

pub fn total(session: &Session<'_>) -> Result<i64> {
    session.the(TOTAL, [], |row| row.get(0))
}

const NEWEST: &str = concat!("SELECT ", columns!(), " FROM entries WHERE id < ?1 ORDER BY id DESC LIMIT ?2");

/// One page of sightings, newest first. A page of a filtered list may be short though more follow: `next` says so.
pub fn list(session: &Session<'_>, filter: &EntryFilter) -> Result<Rows<Entry>> {
    let limit = filter.keyset.limit;
    if filter.is_everything() {
        return Ok(Rows::of(session.all(NEWEST, [filter.keyset.before, limit + 1], read)?, limit, |entry| entry.id));
    }
    let candidates = candidates(session, filter)?;
    let mut found = Vec::new();
    for id in &candidates {
        let entry = by_id(session, *id)?.filter(|entry| filter.admits(entry));
        found.extend(entry);
        if found.len() > usize::try_from(limit).unwrap_or(usize::MAX) {
            return Ok(Rows::of(found, limit, |entry| entry.id));
        }
    }
    let has_stopped = candidates.len() >= usize::try_from(LOOKED_AT).unwrap_or(usize::MAX);
    Ok(Rows { rows: found, next: candidates.last().copied().filter(|_| has_stopped) })
}

const WITH_WORDS: &str = "SELECT rowid FROM entry_words WHERE entry_words MATCH ?3 AND rowid < ?1 ORDER BY rowid DESC LIMIT ?2";
const OF_CAT: &str = "SELECT id FROM entries WHERE cat_id = ?3 AND id < ?1 ORDER BY id DESC LIMIT ?2";
const FAVORITES: &str = "SELECT id FROM entries WHERE isFavorite = 1 AND id < ?1 ORDER BY id DESC LIMIT ?2";
const IN_BOX: &str = "SELECT entry_id FROM entry_places WHERE max_lat >= ?2 AND min_lat <= ?3 AND max_lon >= ?4 AND min_lon <= ?5 AND entry_id < ?1 LIMIT ?6";
const IN_TIME: &str = "SELECT id FROM entries WHERE created_us BETWEEN ?2 AND ?3 AND id < ?1 LIMIT ?4";
const UNASSIGNED: &str = "SELECT id FROM entries WHERE cat_id IS NULL AND id < ?1 ORDER BY id DESC LIMIT ?2";
const ALL: &str = "SELECT id FROM entries WHERE id < ?1 ORDER BY id DESC LIMIT ?2";

/// The ids of up to [`LOOKED_AT`] sightings, newest first, that the narrowest part of a filter leaves.
fn candidates(session: &Session<'_>, filter: &EntryFilter) -> Result<Vec<i64>> {
    let before = filter.keyset.before;
    let id = |row: &Row<'_>| row.get(0);
    if let Some(q) = &filter.q {
        return fts_query(q).map_or(Ok(Vec::new()), |words| session.all(WITH_WORDS, params![before, LOOKED_AT, words], id));
    }
    if let Some(cat_id) = filter.cat_id {
        return session.all(OF_CAT, [before, LOOKED_AT, cat_id], id);
    }
    if filter.favorite {
        return session.all(FAVORITES, [before, LOOKED_AT], id);
    }
    // Places and times have no order of ids: few of them are sorted; of many, the walk by id finds enough soon.
    let few = |mut ids: Vec<i64>| {
        ids.sort_unstable_by(|one, other| other.cmp(one));
        (ids.len() <= FEW as usize).then_some(ids)
    };
    if let Some(b) = filter.bbox.filter(|b| b.west <= b.east)
        && let Some(ids) = few(session.all(IN_BOX, params![before, b.south, b.north, b.west, b.east, FEW + 1], id)?)
    {
        return Ok(ids);
    }
    if filter.since.is_some() || filter.until.is_some() {
        let (since, until) = (filter.since.unwrap_or(i64::MIN), filter.until.unwrap_or(i64::MAX));
        if let Some(ids) = few(session.all(IN_TIME, params![before, since, until, FEW + 1], id)?) {
            return Ok(ids);
        }
    }
    session.all(if filter.unassigned { UNASSIGNED } else { ALL }, [before, LOOKED_AT], id)
}

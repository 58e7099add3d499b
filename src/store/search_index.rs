//! The four indexes kept beside `entries`: places (R*Tree), counts for the map, words for people (FTS5), keywords for matching.

use std::collections::BTreeMap;

use rusqlite::{Connection, Row};

use crate::domain::geo::Point;

use super::error::Result;
use super::map_index::Place;
use super::{keyword_index, map_index, place_index, word_index};

pub use super::word_index::fts_query;

/// What the indexes know of one entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    pub text: String,
    pub nickname: Option<String>,
    pub location: Option<String>,
    pub point: Option<Point>,
    /// When it was seen, in microseconds since 1970, where that can be read.
    pub seen_us: Option<i64>,
}

/// An entry that came (`old` is none), changed, or went (`new` is none).
#[derive(Debug, Clone)]
pub struct Change {
    pub id: i64,
    pub old: Option<Document>,
    pub new: Option<Document>,
}

/// How many entries a rebuild holds in memory at a time: a few megabytes of them.
const BATCH: i64 = 4096;

pub(crate) const CLEAR: &str = "
    DELETE FROM entry_places;
    DELETE FROM map_cells;
    DELETE FROM map_months;
    INSERT INTO entry_words (entry_words) VALUES ('delete-all');
    DELETE FROM keyword_postings;
    DELETE FROM newest_postings;
    DELETE FROM keyword_sizes;";
pub(crate) const NEXT: &str =
    "SELECT id, text, nickname, location, location_lat, location_lon, created_us FROM entries WHERE id >= ?1 ORDER BY id LIMIT ?2";

/// Brings the indexes up to date with these changes, in their order, within the transaction that is open.
pub fn apply(connection: &Connection, changes: Vec<Change>) -> Result<()> {
    // What became of an entry in the end is all there is to learn.
    let mut net: BTreeMap<i64, (Option<Document>, Option<Document>)> = BTreeMap::new();
    for Change { id, old, new } in changes {
        net.entry(id).or_insert((old, None)).1 = new;
    }
    let mut keywords = keyword_index::Changes::default();
    let mut map = map_index::Changes::default();
    for (id, (old, new)) in &net {
        place_index::apply(connection, *id, old.as_ref().and_then(|old| old.point), new.as_ref().and_then(|new| new.point))?;
        map.add(*id, Place::of(old.as_ref()), Place::of(new.as_ref()));
        word_index::apply(connection, *id, old.as_ref(), new.as_ref())?;
        keywords.add(*id, old.as_ref(), new.as_ref());
    }
    map.write(connection)?;
    keywords.write(connection)
}

/// Makes the indexes anew from the entries there are, within the transaction that is open.
pub fn rebuild(connection: &Connection) -> Result<()> {
    connection.execute_batch(CLEAR)?;
    let mut next = Some(i64::MIN);
    while let Some(first) = next {
        let mut statement = connection.prepare_cached(NEXT)?;
        let changes = statement.query_map((first, BATCH), come)?.collect::<rusqlite::Result<Vec<_>>>()?;
        next = changes.last().and_then(|last| last.id.checked_add(1));
        apply(connection, changes)?;
    }
    Ok(())
}

fn come(row: &Row<'_>) -> rusqlite::Result<Change> {
    let point = Point::of(row.get(4)?, row.get(5)?);
    Ok(Change {
        id: row.get(0)?,
        old: None,
        new: Some(Document { text: row.get(1)?, nickname: row.get(2)?, location: row.get(3)?, point, seen_us: row.get(6)? }),
    })
}

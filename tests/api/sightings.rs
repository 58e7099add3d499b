//! Sightings on a real database, with their indexes, and random ones that are hard on the rules.

use catatlas::store::file::{self, Prepared};
use catatlas::store::{Db, search_index};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rusqlite::{Connection, params};
use tempfile::TempDir;

use crate::oracle::Sighting;

/// A database whose sightings a test puts in and takes out.
pub struct Sightings {
    pub db: Db,
    pub connection: Connection,
    _prepared: Prepared,
    _folder: TempDir,
}

impl Sightings {
    pub fn none() -> Self {
        let folder = TempDir::with_prefix("sightings-").unwrap();
        let prepared = file::prepare(&folder.path().join("atlas.db"), Timestamp::UNIX_EPOCH).unwrap();
        let connection = Connection::open(&prepared.file).unwrap();
        connection
            .execute_batch("PRAGMA synchronous = OFF; INSERT INTO cats (id, name, createdAt) VALUES (1, 'Mina', ''), (2, NULL, '')")
            .unwrap();
        Self { db: Db::open(&prepared.file, 1).unwrap(), connection, _prepared: prepared, _folder: folder }
    }

    pub fn of(sightings: &[Sighting]) -> Self {
        let stored = Self::none();
        stored.replace(sightings);
        stored
    }

    /// Puts these in the place of those that were there, and makes the indexes anew.
    pub fn replace(&self, sightings: &[Sighting]) {
        self.connection.execute_batch("BEGIN; DELETE FROM entries").unwrap();
        for sighting in sightings {
            self.put(sighting);
        }
        search_index::rebuild(&self.connection).unwrap();
        self.connection.execute_batch("COMMIT").unwrap();
    }

    /// Stores a sighting, without its indexes. Adopted ones may have half a place and a text of any length.
    pub fn put(&self, sighting: &Sighting) {
        let Sighting { id, text, nickname, location, lat, lon, cat_id } = sighting;
        let sql = "INSERT OR REPLACE INTO entries (id, text, createdAt, nickname, location, location_lat, location_lon, cat_id, adopted)
                   VALUES (?1, ?2, '2026-01-10T22:27:08.252643Z', ?3, ?4, ?5, ?6, ?7, 1)";
        self.connection.prepare_cached(sql).unwrap().execute(params![id, text, nickname, location, lat, lon, cat_id]).unwrap();
    }
}

/// Sightings with few different words and places, so that many of them are equally good, and with ids that lie far apart.
pub fn hard_ones(count: usize) -> impl Strategy<Value = Vec<Sighting>> {
    let ids = select(vec![(1, 0), (1, 7670), (1919, -4), (40_000, 0), (1 << 40, -3 << 40)]);
    (vec(hard_one(), 1..=count), ids).prop_map(|(mut sightings, (step, start))| {
        for (at, sighting) in (1..).zip(&mut sightings) {
            sighting.id = start + at * step;
        }
        sightings
    })
}

fn hard_one() -> impl Strategy<Value = Sighting> {
    const WORDS: &[&str] =
        &["cat", "black", "white", "orange", "tabby", "the", "it", "shy", "bell-collar", "9lives", "\u{212a}atze", "\u{130}bis", "猫"];
    let text = vec(select(WORDS), 0..7).prop_map(|words| words.join(" "));
    let location = prop_oneof![
        2 => Just(None),
        1 => Just(Some(String::new())),
        4 => vec(select(&["mill", "lane", "park", "5"][..]), 1..4).prop_map(|words| Some(words.join(", "))),
    ];
    let nickname = select(vec![None, Some("Mina".to_owned()), Some("Mo".to_owned())]);
    let cat_id = select(vec![None, None, Some(1), Some(2)]);
    (text, nickname, location, place(), cat_id).prop_map(|(text, nickname, location, (lat, lon), cat_id)| Sighting {
        id: 0,
        text,
        nickname,
        location,
        lat,
        lon,
        cat_id,
    })
}

/// Around one town, at the poles, at 180 degrees, half a place, off the globe, or none.
fn place() -> impl Strategy<Value = (Option<f64>, Option<f64>)> {
    let town = (51.0..51.012, 12.0..12.018).prop_map(|(lat, lon)| (Some(lat), Some(lon)));
    let corner = (select(vec![51.0, 51.0045, 51.008_993_2]), select(vec![12.0, 12.0002])).prop_map(|(lat, lon)| (Some(lat), Some(lon)));
    let edges = [
        (90.0, 7.0),
        (89.9999, -173.0),
        (-90.0, 0.0),
        (-89.996, 90.0),
        (0.0, 180.0),
        (0.0, -180.0),
        (0.004, 179.999),
        (0.0, -179.995),
        (0.0, 0.0),
    ];
    let odd = [(0.0, 540.0), (0.001, -180.003), (90.001, 7.0), (f64::INFINITY, f64::NEG_INFINITY)];
    let known = |places: &[(f64, f64)]| select(places.iter().map(|&(lat, lon)| (Some(lat), Some(lon))).collect::<Vec<_>>());
    let missing = select(vec![(None, None), (None, None), (Some(51.0), None), (None, Some(12.0))]);
    prop_oneof![4 => town, 3 => corner, 2 => known(&edges), 1 => known(&odd), 3 => missing]
}

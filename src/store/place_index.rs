//! The index of places: an R*Tree of the entries that have coordinates, which it knows to a metre or two.

use rusqlite::{Connection, Row};

use crate::domain::geo::{EARTH_RADIUS_M, Point};

use super::Session;
use super::error::Result;

pub(crate) const PUT: &str = "INSERT INTO entry_places (entry_id, min_lat, max_lat, min_lon, max_lon) VALUES (?1, ?2, ?2, ?3, ?3)";
pub(crate) const REMOVE: &str = "DELETE FROM entry_places WHERE entry_id = ?1";
pub(crate) const WITHIN: &str = "SELECT entry_id, min_lat, max_lat, min_lon, max_lon FROM entry_places
    WHERE max_lat >= ?1 AND min_lat <= ?2 AND max_lon >= ?3 AND min_lon <= ?4";

/// Moves an entry from where it was to where it is.
pub(super) fn apply(connection: &Connection, id: i64, old: Option<Point>, new: Option<Point>) -> Result<()> {
    if old == new {
        return Ok(());
    }
    if old.is_some() {
        connection.prepare_cached(REMOVE)?.execute([id])?;
    }
    if let Some(point) = new.and_then(Point::on_the_globe) {
        connection.prepare_cached(PUT)?.execute((id, point.lat, point.lon))?;
    }
    Ok(())
}

/// An entry in a circle or close to it, and how far it is from the centre at least and at most.
#[derive(Debug, Clone, Copy)]
pub(super) struct Near {
    pub id: i64,
    pub least_m: f64,
    pub most_m: f64,
}

/// Every entry within a circle, and some a little outside of it. No entry is read.
pub(super) fn near(session: &Session, center: Point, radius_m: f64) -> Result<Vec<Near>> {
    let Some(center) = center.on_the_globe() else { return Ok(Vec::new()) };
    around(session, WITHIN, center, radius_m, |row| {
        let [south, north, west, east] = [row.get::<_, f64>(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let distance_m = center.distance_m(Point { lat: f64::midpoint(south, north), lon: f64::midpoint(west, east) });
        // A degree of longitude is shorter than one of latitude, so this is too much rather than too little.
        let blur_m = (north - south + east - west).to_radians() * EARTH_RADIUS_M + 0.001;
        Ok(Near { id: row.get(0)?, least_m: (distance_m - blur_m).max(0.0), most_m: distance_m + blur_m })
    })
}

/// The rows of a query for the entries in a box (`?1` south, `?2` north, `?3` west, `?4` east), for every box around a circle.
pub(super) fn around<T>(
    session: &Session,
    sql: &'static str,
    center: Point,
    radius_m: f64,
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let mut found = Vec::new();
    for bounds in center.around(radius_m) {
        found.extend(session.all(sql, (bounds.south, bounds.north, bounds.west, bounds.east), &mut read)?);
    }
    Ok(found)
}
